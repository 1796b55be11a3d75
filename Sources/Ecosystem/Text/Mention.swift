public import Matter

/// Something that a text says, with its place: what a record can be made of and traced back to.
public struct Mention: Hashable, Sendable {
  /// Unicode scalars from the start of the text (the offsets of BRAT and of Python's strings).
  public let range: Range<Int>

  public let text: String

  public let content: Content

  /// 0 to 1: how far the wording alone settles the reading. 1 is `800 °C`, 0.5 is `room temperature`.
  public let confidence: Double

  public enum Content: Hashable, Sendable {
    /// `nil` where an amount is a variable, as in `Ba1-xSrxTiO3`.
    case formula(Composition?)
    case quantity(StatedQuantity)
  }

  public init(range: Range<Int>, text: String, content: Content, confidence: Double) {
    self.range = range
    self.text = text
    self.content = content
    self.confidence = confidence
  }
}

/// A number, or a range of numbers, with its unit.
public struct StatedQuantity: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Sendable {
    case temperature, duration, pressure, mass, volume, amount, concentration, fraction, length
    case area, rate, rotation, power, voltage, current, energy, frequency, acidity, other
  }

  public var kind: Kind

  /// In ``unit``; equal to ``upper`` for a single number.
  public var lower: Double
  public var upper: Double

  /// What follows `±`, in ``unit``.
  public var uncertainty: Double?

  /// In one spelling: `°C` for `degC`, `oC` and `deg C`; empty for pure numbers such as a pH.
  public var unit: String

  /// What the words before the number name: `band gap`, `thickness`; `nil` where they name nothing.
  public var property: String?

  public init(
    kind: Kind, lower: Double, upper: Double, uncertainty: Double? = nil, unit: String,
    property: String? = nil
  ) {
    self.kind = kind
    self.lower = lower
    self.upper = upper
    self.uncertainty = uncertainty
    self.unit = unit
    self.property = property
  }
}
