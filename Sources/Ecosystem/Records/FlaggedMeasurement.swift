/// A value as a source gives it that cannot be used as a ``Measurement``, with the reasons.
public struct FlaggedMeasurement: Codable, Hashable, Sendable {
  public var property: String

  /// As written: `-1.2`, `NaN`, `about 3`.
  public var text: String
  public var unit: String?

  /// The standard uncertainty as written.
  public var uncertainty: String?

  /// The method; see ``Measurement/fidelity``.
  public var fidelity: String?

  /// In the order of ``MeasurementFlag``; never empty.
  public var flags: [MeasurementFlag]

  public init(
    _ property: String, text: String, unit: String? = nil, uncertainty: String? = nil,
    fidelity: String? = nil, flags: [MeasurementFlag]
  ) {
    self.property = property
    self.text = text
    self.unit = unit
    self.uncertainty = uncertainty
    self.fidelity = fidelity
    self.flags = flags
  }

  /// A value that is a number, and cannot be used.
  public init(_ measurement: Measurement, flags: [MeasurementFlag]) {
    self.init(
      measurement.property, text: "\(measurement.value)", unit: measurement.unit,
      uncertainty: measurement.standardUncertainty.map { "\($0)" },
      fidelity: measurement.fidelity, flags: flags)
  }

  /// What is wrong, one sentence for each flag.
  public var reason: String { flags.map(\.sentence).joined(separator: " ") }
}

/// A flagged value and the place it was read from.
public struct SourcedFlag: Hashable, Sendable {
  public var measurement: FlaggedMeasurement
  public var source: Source

  public init(_ measurement: FlaggedMeasurement, source: Source) {
    self.measurement = measurement
    self.source = source
  }
}
