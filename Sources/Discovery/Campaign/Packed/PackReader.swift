/// Reads values in the order in which they were written.
struct PackReader {
  private let bytes: [UInt8]
  private var place: Int
  private let texts: TextTable

  init(bytes: [UInt8], place: Int, texts: TextTable) {
    self.bytes = bytes
    self.place = place
    self.texts = texts
  }

  mutating func byte() -> UInt8 {
    defer { place += 1 }
    return bytes[place]
  }

  mutating func integer() -> Int {
    var (value, shift) = (0, 0)
    while true {
      let next = byte()
      value |= Int(next & 127) << shift
      if next < 128 { return value }
      shift += 7
    }
  }

  mutating func double() -> Double {
    var bits: UInt64 = 0
    for shift in 0..<8 { bits |= UInt64(byte()) << UInt64(8 * shift) }
    return Double(bitPattern: bits)
  }

  mutating func bytes(_ count: Int) -> ArraySlice<UInt8> {
    defer { place += count }
    return bytes[place..<place + count]
  }

  mutating func text() -> String { texts.read(from: &self) }
}
