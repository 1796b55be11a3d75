public import Matter

/// A program outside that computes energies of crystals.
///
/// Law: equal tasks give equal results, on any thread.
public protocol ExternalEngine: Sendable {
  /// The method, by which measurements are told apart: `pw.x PBE 30 Ry`.
  var fidelity: String { get }

  /// Says at once what would make every task with these elements fail.
  ///
  /// - Throws: ``EngineError``: not installed, no potential, settings that cannot be used.
  func check(_ elements: [Element]) throws(EngineError)

  /// Computes one task, and takes as long as it takes; what has not converged is tried again with
  /// other settings, as far as the configuration allows.
  func compute(_ task: EngineTask) throws(EngineError) -> EngineResult
}

/// What one run of an engine may use.
public struct EngineLimits: Codable, Hashable, Sendable {
  public var timeLimitSeconds = 3600.0

  /// Address space in MB; `nil` for no limit.
  public var memoryLimitMB: Int?

  /// Where the folders of the runs are made and kept; `nil`: in a temporary place, and removed.
  public var workplace: String?

  public init() {}
}
