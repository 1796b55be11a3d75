/// A text as an array of scalars, with the questions that grammars ask of it.
struct TextScan {
  let scalars: [Unicode.Scalar]

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  var count: Int { scalars.count }

  subscript(place: Int) -> Unicode.Scalar? {
    UInt(bitPattern: place) < UInt(bitPattern: scalars.count) ? scalars[place] : nil
  }

  func text(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(scalars[range.clamped(to: 0..<count)]))
  }

  func isDigit(_ place: Int) -> Bool {
    self[place].map { (48...57).contains($0.value) } ?? false
  }

  /// A letter of any alphabet, or a digit.
  func isWord(_ place: Int) -> Bool {
    self[place].map { TextScan.isLetter($0) || (48...57).contains($0.value) } ?? false
  }

  func isBlank(_ place: Int) -> Bool {
    self[place].map(TextScan.isBlank) ?? false
  }

  static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      ? scalar == " " || (9...13).contains(scalar.value) : scalar.properties.isWhitespace
  }

  func isDash(_ place: Int) -> Bool {
    self[place].map(TextScan.isDash) ?? false
  }

  /// Past blanks, at most `limit` of them.
  func skipBlanks(_ place: Int, limit: Int = 3) -> Int {
    var place = place
    let end = place + limit
    while place < end, isBlank(place) { place += 1 }
    return place
  }

  /// A range without the blanks at its ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isBlank(start) { start += 1 }
    while start < end, isBlank(end - 1) { end -= 1 }
    return start..<end
  }

  /// The end of `word` at a place, case ignored for ASCII letters; `nil` where it is not.
  func end(of word: String, at place: Int) -> Int? {
    var cursor = place
    for scalar in word.unicodeScalars {
      guard let here = self[cursor], TextScan.folded(here) == TextScan.folded(scalar) else {
        return nil
      }
      cursor += 1
    }
    return cursor
  }

  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      ? (65...90).contains(scalar.value & ~32) : scalar.properties.isAlphabetic
  }

  static func isDash(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "-", "\u{2010}", "\u{2011}", "–", "—", "−": true
    default: false
    }
  }

  /// Lower case for ASCII letters, anything else as it is.
  static func folded(_ scalar: Unicode.Scalar) -> UInt32 {
    (65...90).contains(scalar.value) ? scalar.value + 32 : scalar.value
  }
}
