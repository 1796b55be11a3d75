/// The lines of a text, with their numbers; any line end.
struct TextLines: Sequence, IteratorProtocol {
  private let bytes: [UInt8]
  private var place = 0
  private var number = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  mutating func next() -> (number: Int, bytes: ArraySlice<UInt8>)? {
    guard place < bytes.count else { return nil }
    var end = place
    while end < bytes.count, bytes[end] != 10, bytes[end] != 13 { end += 1 }
    let line = bytes[place..<end]
    number += 1
    place = end
    if place < bytes.count {
      place += bytes[place] == 13 && place + 1 < bytes.count && bytes[place + 1] == 10 ? 2 : 1
    }
    return (number, line)
  }

  /// UTF-8, or Latin-1 where the bytes are not that.
  static func text(_ bytes: some Collection<UInt8>) -> String {
    String(validating: bytes, as: UTF8.self)
      ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }
}
