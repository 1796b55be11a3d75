import Dispatch
import Ecosystem
import Foundation
import Matter

@testable import Discovery

/// The service of a simulated laboratory: the real store and planner on a simulated disk, without
/// HTTP. What it is asked together is decided and stored together.
final class SimulatedService {
  private let configuration: SimulatedLaboratory.Configuration
  let clock = HandClock()
  let time = JumpingTime()
  private let executor = TurnExecutor()
  private(set) var disk = SimulatedDisk()
  private(set) var store: LaboratoryStore?
  private var planner: LaboratoryPlanner?
  private var plannedAt = -1
  private var mounts: [Int] = []

  init(_ configuration: SimulatedLaboratory.Configuration) {
    self.configuration = configuration
  }

  deinit {
    for number in mounts { SimulatedFileSystem.unmount(number) }
  }

  /// Whether it was hit by what nobody has noticed yet.
  var hasDied: Bool { store != nil && disk.isDead }

  var isUp: Bool { store != nil && !disk.isDead }

  /// Starts, or starts again, on what the disk holds.
  func start() throws {
    let number = SimulatedFileSystem.mount(disk)
    mounts.append(number)
    let path = configuration.path ?? SimulatedFileSystem.address(number)
    let store = try LaboratoryStore(
      creation: laboratoryCreation(configuration.plan),
      log: { time in
        let log = try SQLiteEventLog(path: path, clock: time)
        return configuration.bug.map { BrokenLog(log, $0) } ?? log
      }, time: time, clock: clock)
    planner = LaboratoryPlanner(
      store,
      runner: CampaignRunner(
        laboratoryCreation(configuration.plan), space: try fixtureSpace(step: configuration.step),
        oracle: FormulaOracle(), trainer: NearestTrainer(), log: MemoryEventLog()))
    plannedAt = -1
    self.store = store
  }

  /// Ends at once.
  ///
  /// - Parameter content: What is left on the disk.
  func crash(leaving content: [String: [UInt8]]) {
    disk.kill()
    store = nil
    planner = nil
    disk = SimulatedDisk(content)
  }

  /// Asks several things that come in together; answers in their order.
  func together<Answer: Sendable>(
    _ questions: [@Sendable () async -> Answer]
  ) -> [Answer] {
    let answers = Collected<[Int: Answer]>([:])
    let gate = questions.count > 1 ? closeGate() : nil
    for (place, question) in questions.enumerated() {
      Task(executorPreference: executor) {
        let answer = await question()
        answers.change { $0[place] = answer }
      }
    }
    executor.runReady()
    gate?.signal()
    executor.run { answers.value.count == questions.count }
    return answers.value.sorted { $0.key < $1.key }.map(\.value)
  }

  func ask<Answer: Sendable>(_ question: @escaping @Sendable () async -> Answer) -> Answer {
    together([question])[0]
  }

  /// Keeps the writer busy, so that what is asked meanwhile waits in one line.
  private func closeGate() -> DispatchSemaphore? {
    guard let store else { return nil }
    let (executor, gate) = (executor, DispatchSemaphore(value: 0))
    let isClosed = Collected(false)
    let isRefused = Collected(false)
    Task(executorPreference: executor) {
      do {
        try await store.read { _ in
          isClosed.change { $0 = true }
          executor.wake()
          gate.wait()
        }
      } catch {
        isRefused.change { $0 = true }
      }
    }
    executor.run { isClosed.value || isRefused.value }
    return gate
  }

  /// Watches leases and fills the queue, as the service does all the time.
  ///
  /// - Returns: How many events there are now.
  func tick() throws -> Int {
    guard let store, let planner else { return 0 }
    let plannedAt = plannedAt
    self.plannedAt = -1
    let result = ask { () async -> Result<Int, any Error> in
      do {
        let count = try await store.read { $0.campaign.eventCount }
        if count == plannedAt { return .success(count) }
        while try await planner.step() {}
        return .success(try await store.read { $0.campaign.eventCount })
      } catch {
        return .failure(error)
      }
    }
    self.plannedAt = try result.get()
    return self.plannedAt
  }

  /// Answers what robots ask.
  func answer(_ letters: [(worker: String, request: RobotRequest)]) -> [RobotAnswer] {
    guard let store else { return [] }
    let bug = configuration.bug
    return together(
      letters.map { worker, request in
        { @Sendable in await Self.answer(request, of: worker, store, bug) }
      })
  }

  private static func answer(
    _ request: RobotRequest, of worker: String, _ store: LaboratoryStore, _ bug: SeededBug?
  ) async -> RobotAnswer {
    do {
      switch request {
      case .claim(let key, let count):
        return try await claim(count, key, worker, store, bug)
      case .heartbeat(let claim):
        _ = try await store.heartbeat(claim.number, token: claim.token, by: worker)
        return .alive
      case .report(let claim, let report):
        let answer = try await store.report(
          report, of: claim.number, token: claim.token, by: worker)
        return .reported(
          bug == .staleToken && answer.receipt.outcome == .late
            ? .measured : answer.receipt.outcome)
      }
    } catch let error as LaboratoryError {
      return .refused(error)
    } catch {
      return .later
    }
  }

  private static func claim(
    _ count: Int, _ key: String, _ worker: String, _ store: LaboratoryStore, _ bug: SeededBug?
  ) async throws -> RobotAnswer {
    switch try await store.claim(count: count, by: worker, requestKey: key) {
    case .claimed(let claims): return .claimed(claims)
    case .nothing(.ended): return .nothing(isOver: true)
    case .nothing:
      let held = try await store.read { laboratory in
        laboratory.held.sorted().compactMap { laboratory[$0] }
      }
      guard bug == .doubleClaim, let other = held.first, let attempt = other.current else {
        return .nothing(isOver: false)
      }
      return .claimed([
        Laboratory.Claim(
          number: other.number, attempt: attempt.number, token: attempt.token, worker: worker)
      ])
    }
  }
}
