public import Design
import Foundation
import Matter

/// Workers inside this program: each claims an experiment, asks an oracle and reports.
public struct LaboratoryCrew: Sendable {
  private let store: LaboratoryStore
  private let oracle: any Oracle
  private let name: String
  private let space: (any Space)?
  private let isHeld: @Sendable () -> Bool

  /// - Parameters:
  ///   - name: What the workers are called in the ledger: `NAME-1`, `NAME-2`, …
  ///   - space: Nothing outside its limits is asked of the oracle, whatever the ledger says.
  ///   - isHeld: Whether claims are to wait, beside what the ledger says.
  public init(
    _ store: LaboratoryStore, oracle: any Oracle, name: String = "athanor",
    space: (any Space)? = nil, isHeld: @escaping @Sendable () -> Bool = { false }
  ) {
    self.store = store
    self.oracle = oracle
    self.name = name
    self.space = space
    self.isHeld = isHeld
  }

  /// Works until the campaign ends or the task is cancelled; what is under way then is given back.
  public func run(workers: Int) async {
    await withTaskGroup(of: Void.self) { group in
      for place in 1...max(1, workers) { group.addTask { await work(as: "\(name)-\(place)") } }
    }
  }

  private func work(as worker: String) async {
    let changes = store.changes()
    var iterator = changes.makeAsyncIterator()
    while !Task.isCancelled {
      do {
        guard !isHeld() else {
          try? await Task.sleep(for: .seconds(1))
          continue
        }
        switch try await store.claim(by: worker, requestKey: UUID().uuidString) {
        case .claimed(let claims):
          for claim in claims { try await carryOut(claim) }
        case .nothing(.ended): return
        case .nothing: if await iterator.next() == nil { return }
        }
      } catch {
        // The disk may be full, or the lease over: both pass, and hurrying helps neither.
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  private func carryOut(_ claim: Laboratory.Claim) async throws {
    let (proposal, seed) = try await store.read { laboratory in
      (
        laboratory.proposal(claim.number),
        laboratory.campaign.seed(of: .measuring, claim.number)
      )
    }
    if let space, proposal.role != .control, !space.keepsLimits(proposal.candidate) {
      return try await refuse(claim)
    }
    let lease = try await store.heartbeat(claim.number, token: claim.token, by: claim.worker)
    let life = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: .seconds(lease / 3))
        _ = try await store.heartbeat(claim.number, token: claim.token, by: claim.worker)
      }
    }
    defer { life.cancel() }
    let answer = await measure(proposal, seed: seed)
    // What the end of the service cut short says nothing about the material.
    guard !Task.isCancelled else {
      return try await store.release(
        claim.number, token: claim.token, by: claim.worker, reason: "The service was stopped.")
    }
    guard case .success(let report) = answer else {
      return try await halt(claim, because: answer)
    }
    // Nor does what an emergency stop cut short.
    if report.failure != nil, try await store.read({ $0.pause?.isEmergency == true }) {
      return try await store.release(
        claim.number, token: claim.token, by: claim.worker, reason: "Everything was stopped.")
    }
    _ = try await store.report(
      report, of: claim.number, token: claim.token, by: claim.worker)
  }

  /// Takes an experiment out of the queue that nobody should have put there.
  private func refuse(_ claim: Laboratory.Claim) async throws {
    try await store.order(
      .cancel(claim.number), by: claim.worker,
      reason: "It is outside the limits of the space. Nothing was started.")
  }

  /// Gives the experiment back and stops all claims: a person has to look, and to resume.
  private func halt(
    _ claim: Laboratory.Claim, because answer: Result<Laboratory.Report, OracleHalt>
  ) async throws {
    guard case .failure(let halt) = answer else { return }
    try await store.order(.pause, by: claim.worker, reason: halt.description)
    try await store.release(
      claim.number, token: claim.token, by: claim.worker, reason: halt.description)
  }

  private func measure(
    _ proposal: Proposal, seed: UInt64
  ) async -> Result<Laboratory.Report, OracleHalt> {
    await withCheckedContinuation { continuation in
      let oracle = oracle
      Thread {
        do {
          let observation = try oracle.measure(proposal, seed: seed)
          continuation.resume(
            returning: .success(Laboratory.Report(values: observation.values)))
        } catch let halt as OracleHalt {
          continuation.resume(returning: .failure(halt))
        } catch {
          // The oracle answers equal questions equally: asking again would bring the same.
          var report = Laboratory.Report(failure: "\(error)")
          report.canRetry = false
          continuation.resume(returning: .success(report))
        }
      }.start()
    }
  }
}
