/// The second line of a frame: names and values.
///
/// Follows the specification of libAtoms (github.com/libAtoms/extxyz, README): names and texts bare or
/// in double quotes with backslashes; `"1 2 3"` and `{1 2 3}` in the old style, `[1, 2]` and
/// `[[1, 2], [3, 4]]` in the new one. As in ASE, a name without a value is true, texts may stand in
/// single quotes, and `_JSON …` holds what the grammar has no words for.
struct FrameComment {
  private(set) var pairs: [AtomicFrame.Info] = []

  /// Whether words without `=` occurred: signs of a plain sentence.
  private(set) var hasBareWords = false

  /// Names that `=` follows: what stays of a plain sentence.
  private(set) var namesWithValues: Set<String> = []

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  /// Why a line is not names and values, and where (from 0).
  struct Refusal: Error {
    let offset: Int
    let message: String
  }

  /// - Parameter bytes: The line without its end; valid UTF-8.
  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) {
    self.bytes = bytes
    skipBlanks()
    while position < bytes.count {
      try readPair()
      skipBlanks()
    }
  }

  private mutating func readPair() throws(Refusal) {
    let begin = position
    let name: String
    if bytes[position] == UInt8(ascii: "\"") {
      name = String(decoding: try quotedText(UInt8(ascii: "\"")), as: UTF8.self)
    } else {
      while position < bytes.count, !isBlank(bytes[position]), bytes[position] != equals {
        position += 1
      }
      name = String(decoding: bytes[begin..<position], as: UTF8.self)
    }
    let end = position
    skipBlanks()
    guard position < bytes.count, bytes[position] == equals else {
      position = end
      hasBareWords = true
      pairs.append(.init(name, .flag(true)))
      return
    }
    guard !name.isEmpty else { throw Refusal(offset: begin, message: "A value has no name.") }
    position += 1
    skipBlanks()
    namesWithValues.insert(name)
    pairs.append(.init(name, try readValue()))
  }

  private mutating func readValue() throws(Refusal) -> FrameValue {
    guard position < bytes.count else { return .text("") }
    switch bytes[position] {
    case UInt8(ascii: "\""):
      return try quotedValue(UInt8(ascii: "\""))
    case UInt8(ascii: "'") where closes(UInt8(ascii: "'")):
      return try quotedValue(UInt8(ascii: "'"))
    case UInt8(ascii: "{"):
      let begin = position + 1
      guard let end = bytes[begin...].firstIndex(of: UInt8(ascii: "}")) else {
        throw Refusal(offset: position, message: "A brace is never closed.")
      }
      position = end + 1
      return Self.oldStyle(UnsafeBufferPointer(rebasing: bytes[begin..<end]), allowsTexts: true)
    case UInt8(ascii: "["):
      let begin = position
      var list = BracketList(bytes, at: position)
      guard let value = list.read() else {
        position = begin
        return .text(String(decoding: bareWord(), as: UTF8.self))
      }
      position = list.position
      return value
    default:
      let word = bareWord()
      return Self.scalar(word) ?? .text(String(decoding: word, as: UTF8.self))
    }
  }

  private mutating func bareWord() -> UnsafeBufferPointer<UInt8> {
    let begin = position
    while position < bytes.count, !isBlank(bytes[position]) { position += 1 }
    return UnsafeBufferPointer(rebasing: bytes[begin..<position])
  }

  /// Whether a quote that opens here closes before a blank or the end.
  private func closes(_ quote: UInt8) -> Bool {
    guard let end = bytes[(position + 1)...].firstIndex(of: quote) else { return false }
    return end + 1 == bytes.count || isBlank(bytes[end + 1])
  }

  private mutating func quotedValue(_ quote: UInt8) throws(Refusal) -> FrameValue {
    let text = try quotedText(quote)
    return text.withUnsafeBufferPointer { Self.oldStyle($0, allowsTexts: false) }
  }

  private mutating func quotedText(_ quote: UInt8) throws(Refusal) -> [UInt8] {
    let begin = position
    position += 1
    var text: [UInt8] = []
    while position < bytes.count, bytes[position] != quote {
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count {
        position += 1
        text.append(bytes[position] == UInt8(ascii: "n") ? 10 : bytes[position])
      } else {
        text.append(bytes[position])
      }
      position += 1
    }
    guard position < bytes.count else {
      throw Refusal(offset: begin, message: "A quote is never closed.")
    }
    position += 1
    return text
  }

  private mutating func skipBlanks() {
    while position < bytes.count, isBlank(bytes[position]) { position += 1 }
  }
}

private let equals = UInt8(ascii: "=")

func isBlank(_ byte: UInt8) -> Bool {
  byte == 32 || byte == 9 || byte == 13
}
