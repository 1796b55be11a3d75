/// Cuts a text into sentences.
struct SentenceScan {
  private let scan: TextScan

  init(_ scan: TextScan) {
    self.scan = scan
  }

  /// Longer ones are cut at a blank.
  static let longest = 1500

  /// All sentences in order, without the blanks around them. A sentence ends at a full stop, a
  /// question or exclamation mark before a blank and something that can begin another, and at an
  /// empty line.
  func sentences() -> [Range<Int>] {
    var sentences: [Range<Int>] = []
    var start = 0
    for place in 0..<scan.count {
      let isEnd =
        endsSentence(place) || isParagraphEnd(place)
        || (place - start >= Self.longest && scan.isBlank(place))
      if isEnd {
        add(start..<(place + 1), to: &sentences)
        start = place + 1
      }
    }
    add(start..<scan.count, to: &sentences)
    return sentences
  }

  private func add(_ range: Range<Int>, to sentences: inout [Range<Int>]) {
    let sentence = scan.trimmed(range)
    if !sentence.isEmpty { sentences.append(sentence) }
  }

  private func isParagraphEnd(_ place: Int) -> Bool {
    guard scan[place] == "\n" else { return false }
    let next = scan[place + 1] == "\r" ? place + 2 : place + 1
    return scan[next] == "\n"
  }

  private func endsSentence(_ place: Int) -> Bool {
    switch scan[place] {
    case "?", "!": return scan.isBlank(place + 1)
    case ".": break
    default: return false
    }
    guard scan.isBlank(place + 1) else { return false }
    guard let next = scan[scan.skipBlanks(place + 1)] else { return true }
    let isLower = next.isASCII ? (97...122).contains(next.value) : next.properties.isLowercase
    return !isLower && !isAbbreviation(endingAt: place)
  }

  /// `Fig.`, `et al.`, the initial of a name.
  private func isAbbreviation(endingAt dot: Int) -> Bool {
    var start = dot
    while start > 0, dot - start < 8, scan.isWord(start - 1) || scan[start - 1] == "." {
      start -= 1
    }
    let word = scan.text(start..<dot).lowercased()
    if word.count == 1, isInitial(start) { return true }
    return Self.abbreviations.contains(word)
  }

  /// `J.` in a name; not the unit in `at 300 K.` or `80 °C.`
  private func isInitial(_ place: Int) -> Bool {
    guard let letter = scan[place], letter.properties.isUppercase else { return false }
    var before = place - 1
    guard before < 0 || scan.isBlank(before) else { return false }
    while before >= 0, place - before <= 3, scan.isBlank(before) { before -= 1 }
    return !scan.isDigit(before)
  }

  private static let abbreviations: Set<String> = [
    "fig", "figs", "eq", "eqs", "ref", "refs", "tab", "no", "al", "ca", "e.g", "i.e", "vs", "cf",
    "approx", "resp", "wt", "vol", "at", "sec", "ed", "dr", "prof", "co", "inc", "ltd", "temp",
  ]
}
