import Ecosystem

extension LaboratoryStore {
  /// Hands out experiments.
  public func claim(
    count: Int = 1, by worker: String, requestKey: String
  ) async throws -> Laboratory.ClaimAnswer {
    try await decide { try $0.claim(count: count, by: worker, requestKey: requestKey) }
  }

  /// A sign of life: the lease starts anew.
  ///
  /// - Parameter isRunning: Whether the experiment itself is under way, which is recorded once.
  /// - Returns: Seconds until the lease ends.
  /// - Throws: ``LaboratoryError/emergencyStop(_:)`` where the worker is to stop.
  public func heartbeat(
    _ number: Int, token: Int, by worker: String, isRunning: Bool = true
  ) async throws -> Double {
    try await ask { desk in
      _ = try desk.laboratory.held(number, token: token, by: worker)
      try desk.laboratory.refuseMotion()
      if isRunning {
        try desk.record(desk.laboratory.start(number, token: token, by: worker))
      }
      desk.leases.extend(number, now: desk.clock.seconds())
      return desk.laboratory.rules.leaseSeconds
    }
  }

  /// Takes a report in.
  public func report(
    _ report: Laboratory.Report, of number: Int, token: Int, by worker: String
  ) async throws -> Laboratory.ReportAnswer {
    try await ask { desk in
      let elapsed = desk.leases.elapsed(number, now: desk.clock.seconds())
      let (events, answer) = try desk.laboratory.report(
        report, of: number, token: token, by: worker, elapsed: elapsed)
      try desk.record(events)
      return answer
    }
  }

  public func release(
    _ number: Int, token: Int, by worker: String, reason: String
  ) async throws {
    try await decide {
      (try $0.release(number, token: token, by: worker, reason: reason), ())
    }
  }

  /// Does what a person asks for.
  public func order(
    _ order: Laboratory.Order, by actor: String, reason: String?, requestKey: String? = nil
  ) async throws {
    try await decide {
      (try $0.order(order, by: actor, reason: reason, requestKey: requestKey), ())
    }
  }

  /// Offers what was lost again. Every request does so too; this is for quiet times.
  public func expireLeases() async throws {
    try await ask { _ in }
  }
}
