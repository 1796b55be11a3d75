/// Writes values one behind the other.
struct PackWriter {
  private(set) var bytes: [UInt8] = []
  private(set) var texts: TextTable

  init(texts: TextTable) {
    self.texts = texts
  }

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func integer(_ value: Int) { Self.append(value, to: &bytes) }

  /// Seven bits to a byte, the lowest first: small numbers are short.
  static func append(_ value: Int, to bytes: inout [UInt8]) {
    var left = UInt(bitPattern: value)
    while left > 127 {
      bytes.append(UInt8(left & 127) | 128)
      left >>= 7
    }
    bytes.append(UInt8(left))
  }

  mutating func double(_ value: Double) {
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func text(_ value: String) { texts.write(value, into: &bytes) }
}
