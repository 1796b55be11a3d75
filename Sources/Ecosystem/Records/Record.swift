public import Matter

/// One material with what is known about it and where that comes from.
public struct Record: Hashable, Sendable {
  /// The name of its content: equal materials have equal keys.
  public var key: String

  public var composition: Composition

  /// `nil` when only the composition is known.
  public var crystal: Crystal?

  /// `nil` unless the material is a molecule whose atoms have places.
  public var molecule: Molecule?

  /// In the order they were recorded; several of one property are data, not an error.
  public var measurements: [SourcedMeasurement]

  /// All places where the material was read, in the order they were recorded; also those that give
  /// no measurement.
  public var sources: [Source] = []

  /// What texts say about it, in the order it was recorded.
  public var passages: [Passage] = []

  public init(
    key: String, composition: Composition, crystal: Crystal? = nil, molecule: Molecule? = nil,
    measurements: [SourcedMeasurement] = []
  ) {
    self.key = key
    self.composition = composition
    self.crystal = crystal
    self.molecule = molecule
    self.measurements = measurements
  }
}

/// A measurement and the place it was read from.
public struct SourcedMeasurement: Hashable, Sendable {
  public var measurement: Measurement
  public var source: Source

  public init(_ measurement: Measurement, source: Source) {
    self.measurement = measurement
    self.source = source
  }
}

/// Where something was read.
public struct Source: Codable, Hashable, Sendable {
  /// File name or address.
  public var origin: String

  /// The place in it: the line, the block, the identifier.
  public var locator: String

  public init(origin: String, locator: String = "") {
    self.origin = origin
    self.locator = locator
  }
}
