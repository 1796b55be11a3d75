import Matter

/// Chemical formulas in running text.
struct FormulaGrammar {
  private let scan: TextScan

  init(_ scan: TextScan) {
    self.scan = scan
  }

  /// All formulas, in the order of the text.
  func mentions() -> [Mention] {
    var mentions: [Mention] = []
    var place = 0
    while place < scan.count {
      // Words are taken whole, so that the scalar before this one belongs to none.
      let end = wordEnd(place)
      if end > place, mayHoldFormula(place..<end) { mentions += formulas(in: place..<end) }
      place = max(end, place + 1)
    }
    return mentions
  }

  /// Scalars that a formula may hold.
  private func isCandidate(_ place: Int) -> Bool {
    guard let scalar = scan[place] else { return false }
    if (97...122).contains(scalar.value) { return true }
    switch scalar {
    case "A"..."Z", "a"..."z", "0"..."9", "(", ")", "[", "]", ".", "·", "•", "+", "-", "−", "–",
      "δ", "₀"..."₉", "/", "∙", "⋅", "±", "=":
      return true
    default: return false
    }
  }

  /// A formula has a capital; most words have none.
  private func mayHoldFormula(_ range: Range<Int>) -> Bool {
    scan.scalars[range].contains { (65...90).contains($0.value) }
  }

  private func wordEnd(_ start: Int) -> Int {
    var end = start
    while isCandidate(end) { end += 1 }
    return end
  }

  /// The word as a whole, else its parts between slashes and dashes.
  private func formulas(in range: Range<Int>) -> [Mention] {
    guard range.count <= 200 else { return [] }
    let trimmed = withoutPunctuation(range)
    guard !trimmed.isEmpty else { return [] }
    if let mention = formula(trimmed) { return [mention] }
    for separators in [["/", "="], ["-", "–", "−"]] as [[Unicode.Scalar]] {
      let parts = split(trimmed, at: separators)
      let found = parts.flatMap { parts.count > 1 ? formulas(in: $0) : [] }
      if !found.isEmpty { return found }
    }
    return []
  }

  private func split(_ range: Range<Int>, at separators: [Unicode.Scalar]) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = range.lowerBound
    for place in range where scan[place].map(separators.contains) ?? false {
      parts.append(start..<place)
      start = place + 1
    }
    parts.append(start..<range.upperBound)
    return parts.filter { !$0.isEmpty }
  }

  /// Without sentence marks at the ends, and without a bracket that is closed elsewhere.
  private func withoutPunctuation(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    // Marks are no brackets: only taking a bracket away changes the balance.
    var balance = balance(range)
    while true {
      let (before, after) = (start, end)
      if start < end, isMark(start) { start += 1 }
      if start < end, isMark(end - 1) { end -= 1 }
      let (first, last) = (scan[start], scan[end - 1])
      let known = balance
      if start < end, known < 0, last == ")" || last == "]" {
        (end, balance) = (end - 1, balance + 1)
      }
      if start < end, known > 0, first == "(" || first == "[" {
        (start, balance) = (start + 1, balance - 1)
      }
      if start < end, known == 0, wraps(start..<end) { (start, end) = (start + 1, end - 1) }
      if (start, end) == (before, after) { return start..<end }
    }
  }

  /// Marks of sentences and the signs between formulas.
  private func isMark(_ place: Int) -> Bool {
    switch scan[place] {
    case ".", "-", "–", "−", "+", "/", "·", "•", "=": true
    default: false
    }
  }

  private func balance(_ range: Range<Int>) -> Int {
    range.reduce(0) { sum, place in
      switch scan[place] {
      case "(", "[": sum + 1
      case ")", "]": sum - 1
      default: sum
      }
    }
  }

  /// Whether one pair of brackets stands around everything, as in `(NiO)`.
  private func wraps(_ range: Range<Int>) -> Bool {
    guard range.count > 2, scan[range.lowerBound] == "(", scan[range.upperBound - 1] == ")" else {
      return false
    }
    return !range.dropFirst().dropLast().contains { scan[$0] == "(" || scan[$0] == ")" }
  }

  private func formula(_ range: Range<Int>) -> Mention? {
    guard FormulaWords.couldBeFormula(scan.scalars[range]) else { return nil }
    let text = scan.text(range)
    if let composition = try? Composition(formula: text) {
      guard let confidence = FormulaWords.confidence(of: text, composition) else { return nil }
      return mention(range, text, composition, confidence)
    }
    if let plain = FormulaWords.withoutDeviation(text),
      let composition = try? Composition(formula: plain), composition.elements.count > 1
    {
      return mention(range, text, composition, 0.9)
    }
    return FormulaWords.hasVariables(text) ? mention(range, text, nil, 0.7) : nil
  }

  private func mention(
    _ range: Range<Int>, _ text: String, _ composition: Composition?, _ confidence: Double
  ) -> Mention {
    Mention(range: range, text: text, content: .formula(composition), confidence: confidence)
  }
}
