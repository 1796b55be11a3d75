/// One value of one property, with what is needed to trust it.
public struct Measurement: Codable, Hashable, Sendable {
  /// The name in the source: `band gap`, `formation_energy_per_atom`.
  public var property: String

  /// Finite; in ``unit``.
  public var value: Double

  /// As the source writes it (`eV/atom`); `nil` when it says nothing.
  public var unit: String?

  /// One standard deviation, in ``unit``; `nil` when nothing is known.
  public var standardUncertainty: Double?

  /// The method: `PBE`, `HSE`, `experiment`; `nil` when the source says nothing.
  public var fidelity: String?

  public init(
    _ property: String, value: Double, unit: String? = nil, standardUncertainty: Double? = nil,
    fidelity: String? = nil
  ) {
    self.property = property
    self.value = value
    self.unit = unit
    self.standardUncertainty = standardUncertainty
    self.fidelity = fidelity
  }
}
