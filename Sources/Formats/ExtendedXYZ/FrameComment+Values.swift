extension FrameComment {
  typealias Word = UnsafeBufferPointer<UInt8>

  /// An integer, a real or a flag; `nil` for other texts. Integers beyond 64 bits are reals.
  static func scalar(_ word: Word) -> FrameValue? {
    if let value = RowBlock.integer(word) { return .integer(value) }
    if let value = real(word) { return .real(value) }
    return flag(word).map { .flag($0) }
  }

  /// A text in quotes or braces: blanks part the values of an array where all are of one kind; a
  /// single one is a scalar.
  static func oldStyle(_ text: Word, allowsTexts: Bool) -> FrameValue {
    if text.starts(with: "_JSON ".utf8) {
      return json(String(decoding: text.dropFirst(6), as: UTF8.self))
    }
    let words = words(of: text)
    let value =
      words.count > 1
      ? typed(words, shape: [words.count], allowsTexts: allowsTexts) : words.first.flatMap(scalar)
    return value ?? .text(String(decoding: text, as: UTF8.self))
  }

  /// What a text of a value reads as, once it is in quotes.
  static func oldStyle(_ text: String) -> FrameValue {
    var text = text
    return text.withUTF8 { oldStyle($0, allowsTexts: false) }
  }

  private static func words(of text: Word) -> [Word] {
    var words: [Word] = []
    var position = 0
    while position < text.count {
      let begin = position
      while position < text.count, text[position] != 32, text[position] != 9 { position += 1 }
      if position > begin { words.append(Word(rebasing: text[begin..<position])) }
      position += 1
    }
    return words
  }

  /// Words as the first of integers, reals and flags that fits all; else as texts where allowed.
  static func typed(_ words: [Word], shape: [Int], allowsTexts: Bool) -> FrameValue? {
    if let values = all(words, RowBlock.integer) { return .integers(values, shape: shape) }
    if let values = all(words, real) { return .reals(values, shape: shape) }
    if let values = all(words, flag) { return .flags(values, shape: shape) }
    guard allowsTexts else { return nil }
    return .texts(words.map { String(decoding: $0, as: UTF8.self) }, shape: shape)
  }

  /// The same for words that were put together from pieces.
  static func typed(_ words: [String], shape: [Int], allowsTexts: Bool) -> FrameValue? {
    let bytes = words.flatMap(\.utf8)
    return bytes.withUnsafeBufferPointer { buffer in
      var begin = 0
      let parts = words.map { word in
        defer { begin += word.utf8.count }
        return Word(rebasing: buffer[begin..<begin + word.utf8.count])
      }
      return typed(parts, shape: shape, allowsTexts: allowsTexts)
    }
  }

  private static func all<Item, Value>(_ items: [Item], _ read: (Item) -> Value?) -> [Value]? {
    var values: [Value] = []
    values.reserveCapacity(items.count)
    for item in items {
      guard let value = read(item) else { return nil }
      values.append(value)
    }
    return values
  }

  static func real(_ word: Word) -> Double? {
    DecimalParser.value(word, options: .fortranExponent)
  }

  static func flag(_ word: Word) -> Bool? {
    guard let first = word.first, word.count <= 5 else { return nil }
    if word.count == 1 {
      return first == UInt8(ascii: "T") ? true : first == UInt8(ascii: "F") ? false : nil
    }
    switch String(decoding: word, as: UTF8.self) {
    case "True", "true", "TRUE": return true
    case "False", "false", "FALSE": return false
    default: return nil
    }
  }

  /// Texts and arrays as such; other JSON as its text.
  private static func json(_ text: String) -> FrameValue {
    guard let value = try? JSONValue(json: Array(text.utf8), file: "") else {
      return .text("_JSON " + text)
    }
    switch value {
    case .string(let text): return .text(text)
    case .array(let rows): return array(rows) ?? .json(text)
    case .null, .bool, .number, .object: return .json(text)
    }
  }

  private static func array(_ rows: [JSONValue]) -> FrameValue? {
    if let texts = all(rows, string) {
      return texts.isEmpty ? nil : .texts(texts, shape: [texts.count])
    }
    if let words = all(rows, word) { return typed(words, shape: [words.count], allowsTexts: false) }
    guard let matrix = all(rows, items), let width = matrix.first?.count, width > 0,
      matrix.allSatisfy({ $0.count == width })
    else { return nil }
    let (flat, shape) = (Array(matrix.joined()), [rows.count, width])
    if let texts = all(flat, string) { return .texts(texts, shape: shape) }
    return all(flat, word).flatMap { typed($0, shape: shape, allowsTexts: false) }
  }

  private static func items(_ value: JSONValue) -> [JSONValue]? {
    if case .array(let items) = value { items } else { nil }
  }

  private static func string(_ value: JSONValue) -> String? {
    if case .string(let text) = value { text } else { nil }
  }

  private static func word(_ value: JSONValue) -> String? {
    switch value {
    case .number(let text): text
    case .bool(let flag): flag ? "true" : "false"
    case .null, .string, .array, .object: nil
    }
  }
}

/// `[1, 2, 3]` or `[[1, 2], [3, 4]]`: arrays in the new style.
struct BracketList {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var position: Int
  /// A quoted word keeps the list from being numbers.
  private var hasQuotes = false

  init(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// - Returns: `nil` when the text is no such list, or its rows differ in length.
  mutating func read() -> FrameValue? {
    position += 1
    skipBlanks()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "[") else {
      guard let words = readRow() else { return nil }
      return value(words, shape: [words.count])
    }
    var (words, rows, width): ([String], Int, Int?) = ([], 0, nil)
    while true {
      skipBlanks()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "[") else { return nil }
      position += 1
      guard let row = readRow(), width == nil || width == row.count else { return nil }
      width = row.count
      rows += 1
      words += row
      skipBlanks()
      guard position < bytes.count else { return nil }
      position += 1
      if bytes[position - 1] == UInt8(ascii: "]") { break }
      guard bytes[position - 1] == UInt8(ascii: ",") else { return nil }
    }
    return value(words, shape: [rows, width ?? 0])
  }

  private func value(_ words: [String], shape: [Int]) -> FrameValue? {
    guard position == bytes.count || isBlank(bytes[position]) else { return nil }
    if hasQuotes { return .texts(words, shape: shape) }
    return FrameComment.typed(words, shape: shape, allowsTexts: true)
  }

  /// Words parted by commas up to the closing bracket; at least one.
  private mutating func readRow() -> [String]? {
    var words: [String] = []
    while true {
      skipBlanks()
      guard let word = readWord() else { return nil }
      words.append(word)
      skipBlanks()
      guard position < bytes.count else { return nil }
      position += 1
      if bytes[position - 1] == UInt8(ascii: "]") { return words }
      guard bytes[position - 1] == UInt8(ascii: ",") else { return nil }
    }
  }

  private mutating func readWord() -> String? {
    guard position < bytes.count else { return nil }
    let isQuoted = bytes[position] == UInt8(ascii: "\"")
    if isQuoted { position += 1 }
    hasQuotes = hasQuotes || isQuoted
    var text: [UInt8] = []
    while position < bytes.count {
      var byte = bytes[position]
      if isQuoted ? byte == UInt8(ascii: "\"") : ends(byte) { break }
      if isQuoted, byte == UInt8(ascii: "\\"), position + 1 < bytes.count {
        position += 1
        byte = bytes[position] == UInt8(ascii: "n") ? 10 : bytes[position]
      }
      text.append(byte)
      position += 1
    }
    if isQuoted {
      guard position < bytes.count else { return nil }
      position += 1
    } else if text.isEmpty {
      return nil
    }
    return String(decoding: text, as: UTF8.self)
  }

  private func ends(_ byte: UInt8) -> Bool {
    isBlank(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
      || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "=")
  }

  private mutating func skipBlanks() {
    while position < bytes.count, isBlank(bytes[position]) { position += 1 }
  }
}
