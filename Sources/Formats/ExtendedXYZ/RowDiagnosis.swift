/// Says what is wrong with the line of an atom, once the fast pass has stumbled over it.
struct RowDiagnosis {
  let layout: FrameLayout
  let file: String
  let line: Int

  /// - Parameter text: Begins with the line; may go on behind it.
  func refusal(_ text: UnsafeBufferPointer<UInt8>) -> ReadingError {
    let lineEnd = text.firstIndex(of: 10) ?? text.endIndex
    if let place = text[..<lineEnd].firstIndex(where: { $0 < 32 && !isBlank($0) }) {
      return refuse(
        "A control character (\(text[place])); the file is damaged or not text.",
        column: place - text.startIndex + 1)
    }
    let words = Self.words(text[..<lineEnd])
    guard words.count >= layout.columnCount else {
      return refuse(
        "The line has \(words.count) values, the frame has \(layout.columnCount) columns; "
          + "complete it or correct the count of atoms.", column: 0)
    }
    var place = 0
    for field in layout.fields {
      for _ in 0..<field.width {
        let word = text[words[place]]
        if let problem = problem(word, field) {
          return ReadingError(
            file: file, line: line, column: words[place].lowerBound + 1, field: field.name,
            message: "\"\(Self.shown(word))\" \(problem)")
        }
        place += 1
      }
    }
    return refuse(
      "The line has \(words.count) values, the frame has \(layout.columnCount) columns; remove the "
        + "rest or name it in Properties.",
      column: place < words.count ? words[place].lowerBound + 1 : 0)
  }

  private func problem(_ word: Slice<UnsafeBufferPointer<UInt8>>, _ field: FrameLayout.Field)
    -> String?
  {
    let bytes = UnsafeBufferPointer(rebasing: word)
    let text = String(decoding: word, as: UTF8.self)
    switch field.kind {
    case .species:
      return text.utf8.count <= 8 && ParticleName.isKnown(text)
        ? nil : "is not an element; write the symbol of one."
    case .positions, .reals:
      if DecimalParser.value(bytes, options: .fortranExponent) != nil { return nil }
      let isNonFinite =
        DecimalParser.value(bytes, options: [.fortranExponent, .nonFinite]) != nil
      return isNonFinite
        ? "is not finite; remove the frame or compute it again." : "is not a number; correct it."
    case .integers:
      return RowBlock.integer(bytes) == nil ? "is not a whole number; correct it." : nil
    case .flags: return FrameComment.flag(bytes) == nil ? "is neither T nor F; correct it." : nil
    case .texts:
      return String(validating: word, as: UTF8.self) == nil
        ? "is not valid UTF-8; convert the file." : nil
    }
  }

  private func refuse(_ message: String, column: Int) -> ReadingError {
    ReadingError(file: file, line: line, column: column, message: message)
  }

  private static func shown(_ word: some Collection<UInt8>) -> String {
    String(decoding: word.prefix(40), as: UTF8.self) + (word.count > 40 ? "…" : "")
  }

  /// The ranges of what stands between blanks.
  private static func words(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var begin: Int?
    for place in line.indices {
      if line[place] > 32 {
        begin = begin ?? place
      } else if let start = begin {
        words.append(start..<place)
        begin = nil
      }
    }
    if let begin { words.append(begin..<line.endIndex) }
    return words
  }
}
