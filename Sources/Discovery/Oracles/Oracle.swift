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
  func measure(_ proposal: Proposal, seed: UInt64) throws -> Observation
}

extension Oracle {
  public func measure(_ proposal: Proposal, seed: UInt64) throws -> Observation {
    try measure(proposal.candidate, seed: seed)
  }
}

/// Why nothing more is to be asked before a person has looked: an instrument was stopped, or nobody knows
/// what it is doing. The question stays open, and nothing is recorded against the material.
public struct OracleHalt: Error, Hashable, Sendable, CustomStringConvertible {
  /// For people, one sentence or more.
  public let description: String

  public init(_ description: String) {
    self.description = description
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
