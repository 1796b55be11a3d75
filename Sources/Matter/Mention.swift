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

/// Written as `start`, `end`, `text`, `confidence`, and `quantity` or `formula`, which is null where
/// an amount is a variable.
extension Mention: Codable {
  private enum Key: String, CodingKey {
    case start, end, text, confidence, formula, quantity
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let start = try container.decode(Int.self, forKey: .start)
    let end = try container.decode(Int.self, forKey: .end)
    guard 0 <= start, start <= end else {
      throw DecodingError.dataCorruptedError(
        forKey: .end, in: container, debugDescription: "The mention ends before it starts.")
    }
    let content: Content
    if container.contains(.quantity) {
      content = .quantity(try container.decode(StatedQuantity.self, forKey: .quantity))
    } else {
      let formula = try container.decodeIfPresent(String.self, forKey: .formula)
      content = .formula(try formula.map { try Composition(formula: $0) })
    }
    self.init(
      range: start..<end, text: try container.decode(String.self, forKey: .text),
      content: content, confidence: try container.decode(Double.self, forKey: .confidence))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(range.lowerBound, forKey: .start)
    try container.encode(range.upperBound, forKey: .end)
    try container.encode(text, forKey: .text)
    try container.encode(confidence, forKey: .confidence)
    switch content {
    case .formula(let composition): try container.encode(composition?.formula, forKey: .formula)
    case .quantity(let quantity): try container.encode(quantity, forKey: .quantity)
    }
  }
}
