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
  ///
  /// What workers of this name had when the program died before is free at once, without waiting for the
  /// end of a lease.
  public func run(workers: Int) async {
    try? await store.release(workersNamed: name, reason: "The service was restarted.")
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
    let (proposal, seed, earlier) = try await store.read { laboratory in
      (
        laboratory.proposal(claim.number),
        laboratory.campaign.seed(of: .measuring, claim.number),
        laboratory.campaign.begun[claim.number]
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
    let answer = try await measure(proposal, seed: seed, notes(of: claim, earlier))
    // What the end of the service cut short says nothing about the material.
    guard !Task.isCancelled else {
      return try await store.release(
        claim.number, token: claim.token, by: claim.worker, reason: "The service was stopped.")
    }
    switch answer {
    case .success(let report):
      // Nor does what an emergency stop cut short.
      if report.failure != nil, try await store.read({ $0.pause?.isEmergency == true }) {
        return try await store.release(
          claim.number, token: claim.token, by: claim.worker, reason: "Everything was stopped.")
      }
      _ = try await store.report(
        report, of: claim.number, token: claim.token, by: claim.worker)
    case .failure(let halt):
      try await store.halt(
        claim.number, token: claim.token, by: claim.worker, because: halt)
    }
  }

  /// Takes an experiment out of the queue that nobody should have put there.
  private func refuse(_ claim: Laboratory.Claim) async throws {
    try await store.order(
      .cancel(claim.number), by: claim.worker,
      reason: "It is outside the limits of the space. Nothing was started.")
  }

  /// Notes that stand in the ledger before an instrument moves.
  private func notes(of claim: Laboratory.Claim, _ earlier: String?) -> ActionNotes {
    ActionNotes(earlier: earlier) { [store] action in
      try standStill { () async throws in
        try await store.begin(
          action, for: claim.number, token: claim.token, by: claim.worker)
      }
    }
  }

  /// - Throws: What kept the oracle from noting what it was about to do.
  private func measure(
    _ proposal: Proposal, seed: UInt64, _ notes: ActionNotes
  ) async throws -> Result<Laboratory.Report, OracleHalt> {
    try await withCheckedThrowingContinuation { continuation in
      let oracle = oracle
      Thread {
        do {
          let observation = try oracle.measure(proposal, seed: seed, notes: notes)
          continuation.resume(
            returning: .success(Laboratory.Report(values: observation.values)))
        } catch let halt as OracleHalt {
          continuation.resume(returning: .failure(halt))
        } catch let unnoted as UnnotedAction {
          continuation.resume(throwing: unnoted.cause)
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
