public import Matter

/// What answers a proposal: a table of old results, a simulation, a laboratory.
///
/// Law: equal candidate and seed give an equal answer.
public protocol Oracle: Sendable {
  /// Measures one candidate, and takes as long as it takes.
  ///
  /// - Parameter seed: Of whatever is random in the measurement.
  /// - Throws: when nothing was measured; the error's description becomes the reason in the ledger.
  func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation

  /// Measures the candidate of a proposal: by its method, where the oracle has several.
  ///
  /// - Parameter notes: For an oracle whose answer outlives the program that asks: it notes by which name
  ///   it can be asked again before anything begins, and asks by that name where it was noted before.
  func measure(_ proposal: Proposal, seed: UInt64, notes: ActionNotes) throws -> Observation
}

extension Oracle {
  /// For oracles that begin nothing that outlives the program.
  public func measure(
    _ proposal: Proposal, seed: UInt64, notes: ActionNotes
  ) throws -> Observation {
    try measure(proposal.candidate, seed: seed)
  }

  /// Measures where nothing is kept.
  public func measure(_ proposal: Proposal, seed: UInt64) throws -> Observation {
    try measure(proposal, seed: seed, notes: .forgotten)
  }
}

/// Why nothing more is to be asked before a person has looked: an instrument was stopped, or nobody knows
/// what it is doing. The question stays open, and nothing is recorded against the material.
public struct OracleHalt: Error, Hashable, Sendable, CustomStringConvertible {
  /// For people, one sentence or more.
  public let description: String

  /// Whether an action was begun of which nothing can be learned any more: it is begun anew only when a
  /// person says so.
  public let losesAction: Bool

  public init(_ description: String, losesAction: Bool = false) {
    self.description = description
    self.losesAction = losesAction
  }
}

/// What one measurement brought, by property.
public struct Observation: Hashable, Sendable {
  public let values: [String: MeasuredValue]

  public init(_ values: [String: MeasuredValue]) {
    self.values = values
  }
}

/// A measured number.
public struct MeasuredValue: Codable, Hashable, Sendable {
  public let value: Double

  /// Standard uncertainty in the same unit, `nil` when nothing is known of it.
  public let spread: Double?

  /// As printed, `nil` when nothing is known of it.
  public let unit: String?

  /// The method that it was found by, where the oracle has several: `pw.x PBE 40 Ry`.
  public let fidelity: String?

  public init(
    _ value: Double, spread: Double? = nil, unit: String? = nil, fidelity: String? = nil
  ) {
    self.value = value
    self.spread = spread
    self.unit = unit
    self.fidelity = fidelity
  }
}
