/// CSV being written (RFC 4180, lines end with a line feed).
public struct CSVText: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init(header: [String]) {
    append(header)
  }

  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Takes out what was written so far, for tables that leave piece by piece.
  public mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// Adds a row; fields that hold a comma, a quote, a line end or spaces at their ends are quoted.
  public mutating func append(_ fields: [String]) {
    for (place, field) in fields.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      append(field: field, isAlone: fields.count == 1)
    }
    bytes.append(10)
  }

  private mutating func append(field: String, isAlone: Bool) {
    let special = field.utf8.contains {
      [10, 13, UInt8(ascii: ","), UInt8(ascii: "\"")].contains($0)
    }
    let hasEdgeSpace = field.utf8.first == 32 || field.utf8.last == 32
    guard special || hasEdgeSpace || (isAlone && field.isEmpty) else {
      bytes.append(contentsOf: field.utf8)
      return
    }
    bytes.append(UInt8(ascii: "\""))
    for byte in field.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// The shortest digits that read back as the same number; empty for NaN.
  public static func number(_ value: Double) -> String {
    if value.isNaN { return "" }
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  public static func number(_ value: Float) -> String {
    if value.isNaN { return "" }
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
