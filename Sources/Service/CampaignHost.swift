import Design
import Discovery
import Ecosystem
import Foundation
import Matter
import Synchronization

/// One campaign in the service: its store, the planner that fills its queue, and its own workers.
final class CampaignHost: Sendable {
  let id: String
  let store: LaboratoryStore
  let planner: LaboratoryPlanner
  let space: any Space

  let hold = EmergencyHold()
  private let crew: LaboratoryCrew?
  private let crewSize: Int

  private struct Ranking {
    var events = -1
    var time = ContinuousClock.now
    var findings: [FindingAnswer] = []
  }

  /// Findings are ranked once per state of the ledger for all who ask, since that takes the longer the
  /// more there are.
  private let remembered = Mutex(Ranking())

  /// From so many proposals on, a ranking serves for two seconds.
  static let large = 5_000

  /// Pictures of the whole campaign are drawn one after the other.
  let pictures = WorkLine("pictures", mostWaiting: 16)
  let spent = SpendingCourse()

  struct RememberedAnalysis {
    let analysis: CampaignAnalysis
    let events: Int
    let time: ContinuousClock.Instant
  }

  let lastAnalysis = Mutex<RememberedAnalysis?>(nil)

  /// - Parameter workers: In this program, for oracles that are programs themselves.
  init(
    id: String, creation: CampaignCreation, setup: CampaignSetup, folder: String, workers: Int,
    threads: Int
  ) throws {
    self.id = id
    space = setup.space
    try AtomicFile.makeFolder(folder)
    store = try LaboratoryStore(creation: creation, path: folder + "/ledger.sqlite")
    planner = try LaboratoryPlanner(store, creation: creation, setup: setup, threads: threads)
    crewSize = workers
    crew =
      setup.recipe.oracle.needsPeople || workers == 0
      ? nil
      : LaboratoryCrew(
        store, oracle: setup.oracle, space: setup.space, isHeld: { [hold] in hold.stop != nil })
  }

  /// Plans, measures and watches leases until the task is cancelled.
  func run(log: @escaping @Sendable (String) -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [self] in
        await planner.run { [id] error in log("campaign \(id): planning failed: \(error)") }
      }
      if let crew { group.addTask { [self] in await crew.run(workers: crewSize) } }
      group.addTask { [self] in
        while !Task.isCancelled {
          try? await Task.sleep(for: .seconds(1))
          do {
            try await store.expireLeases()
            try await recordStop()
          } catch {
            log("campaign \(id): \(error)")
          }
        }
      }
    }
  }

  /// Findings that keep all limits, the best first, at most so many.
  func ranked(_ count: Int) async throws -> [FindingAnswer] {
    let (events, size) = try await store.read {
      ($0.campaign.eventCount, $0.campaign.proposals.count)
    }
    let known: [FindingAnswer]? = remembered.withLock { ranking in
      let isYoung = ContinuousClock.now - ranking.time < .seconds(2)
      let serves = ranking.events == events || size >= Self.large && ranking.events >= 0 && isYoung
      return serves ? ranking.findings : nil
    }
    if let known { return Array(known.prefix(count)) }
    let campaign = try await store.read { $0.campaign }
    let names = campaign.plan.variableNames ?? []
    let findings = campaign.ranked.prefix(500).map { finding in
      FindingAnswer(
        number: finding.number,
        candidate: CandidateAnswer(finding.candidate, names),
        objective: finding.objective, values: finding.values, isFeasible: finding.isFeasible)
    }
    remembered.withLock { $0 = Ranking(events: campaign.eventCount, findings: findings) }
    return Array(findings.prefix(count))
  }

  func summary() async throws -> CampaignAnswer {
    let best = try await ranked(1).first
    return try await store.read { [id] in CampaignAnswer(id, $0, best: best) }
  }

  /// A summary after each change, at most four a second; ends with the service.
  func progress() -> AsyncStream<String> {
    let changes = store.changes()
    return AsyncStream(bufferingPolicy: .bufferingNewest(4)) { continuation in
      let life = Task {
        while !Task.isCancelled {
          try await Task.sleep(for: .seconds(15))
          continuation.yield("")
        }
      }
      let task = Task { [self] in
        func tell() async {
          guard let summary = try? await summary(), let data = try? JSONText.data(summary)
          else { return }
          continuation.yield(String(decoding: data, as: UTF8.self))
        }
        await tell()
        for await _ in changes {
          if Task.isCancelled { break }
          await tell()
          try? await Task.sleep(for: .milliseconds(250))
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in
        task.cancel()
        life.cancel()
      }
    }
  }
}
