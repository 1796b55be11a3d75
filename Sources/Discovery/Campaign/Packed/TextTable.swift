/// Texts of which thousands differ in their numbers alone, such as the reasons of proposals: what stands
/// between the numbers is kept once.
struct TextTable: Sendable {
  /// With a byte of 0 for each number.
  private var frames: [(text: String, hasNumbers: Bool)] = []

  /// Of frames, as bytes: hashed as texts, they would be brought into normal form each time.
  private var numberOf: [[UInt8]: Int] = [:]

  /// Further ones are written out, so that texts which have nothing in common fill no table.
  private static let mostFrames = 4096
  private static let longestFrame = 1024

  /// The number of the frame and the numbers in it; or 0 and the whole text.
  mutating func write(_ text: String, into bytes: inout [UInt8]) {
    let characters = Array(text.utf8)
    if let number = numberOf[characters], !frames[number - 1].hasNumbers {
      return PackWriter.append(number, to: &bytes)
    }
    var (frame, numbers) = ([UInt8](), [UInt8]())
    var start: Int?
    for (place, character) in characters.enumerated() {
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character)
      if isDigit || start != nil && character == UInt8(ascii: ".") {
        if start == nil { frame.append(0) }
        start = start ?? place
      } else {
        if let first = start { Self.append(characters[first..<place], to: &numbers) }
        start = nil
        frame.append(character)
      }
    }
    if let first = start { Self.append(characters[first...], to: &numbers) }
    let isUsual = !characters.contains(0) && frame.count <= Self.longestFrame
    guard isUsual, let number = number(of: frame) else {
      bytes.append(0)
      return Self.append(characters[...], to: &bytes)
    }
    PackWriter.append(number, to: &bytes)
    bytes += numbers
  }

  /// 1 for the first frame; `nil` where there is no room for another.
  private mutating func number(of frame: [UInt8]) -> Int? {
    if let number = numberOf[frame] { return number }
    guard frames.count < Self.mostFrames else { return nil }
    frames.append((String(decoding: frame, as: UTF8.self), hasNumbers: frame.contains(0)))
    numberOf[frame] = frames.count
    return frames.count
  }

  private static func append(_ piece: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    PackWriter.append(piece.count, to: &bytes)
    bytes += piece
  }

  func read(from reader: inout PackReader) -> String {
    let number = reader.integer()
    guard number > 0 else {
      return String(decoding: reader.bytes(reader.integer()), as: UTF8.self)
    }
    let (frame, hasNumbers) = frames[number - 1]
    guard hasNumbers else { return frame }
    var text: [UInt8] = []
    for character in frame.utf8 {
      if character == 0 { text += reader.bytes(reader.integer()) } else { text.append(character) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
