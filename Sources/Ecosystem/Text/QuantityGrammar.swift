import Matter

/// Quantities in running text: numbers with units, lists that share one, pH values, and the words
/// for room temperature.
struct QuantityGrammar {
  private let scan: TextScan
  private let numbers: NumberGrammar
  private let units: UnitGrammar

  init(_ scan: TextScan) {
    self.scan = scan
    numbers = NumberGrammar(scan: scan)
    units = UnitGrammar(scan: scan)
  }

  /// All quantities, in the order of the text.
  func mentions() -> [Mention] {
    var mentions: [Mention] = []
    var place = 0
    while place < scan.count {
      if let acid = acidity(at: place) {
        mentions.append(acid.mention)
        place = acid.end
      } else if scan.isDash(place), let negative = negative(at: place) {
        mentions.append(negative)
        place = negative.range.upperBound
      } else if NumberGrammar.canBegin(with: scan.scalars[place]), startsNumber(place),
        let list = list(at: place)
      {
        mentions += list.mentions
        place = list.end
      } else if let room = roomTemperature(at: place) {
        mentions.append(room)
        place = room.range.upperBound
      } else {
        place += 1
      }
    }
    return mentions
  }

  /// Not inside a word, a formula or another number.
  private func startsNumber(_ place: Int) -> Bool {
    if scan.isWord(place - 1) { return false }
    let isPart = scan[place - 1] == "." || scan.isDash(place - 1) || scan[place - 1] == "/"
    return !(isPart && scan.isWord(place - 2))
  }

  /// `200 and 150 mL`, `2, 4 or 6 h`: numbers that share the unit of the last one.
  private func list(at place: Int) -> (mentions: [Mention], end: Int)? {
    var found: [(start: Int, number: NumberGrammar.Found)] = []
    var cursor = place
    while found.count < 8, let number = numbers.number(at: cursor) {
      found.append((cursor, number))
      if let unit = unit(after: number.end) {
        return (found.map { mention($0.start, $0.number, unit) }, unit.end)
      }
      guard let next = separatorEnd(number.end) else { break }
      cursor = next
    }
    return nil
  }

  /// `−53 °C`, `(-0.9 V`: a dash directly before the number and behind a blank or a sign, where
  /// what is measured can be below zero. A bullet before `5 g` is none.
  private func negative(at place: Int) -> Mention? {
    guard scan.isDigit(place + 1) || scan[place + 1] == "." else { return nil }
    var before = place - 1
    if before >= 0, !scan.isBlank(before), !["(", "=", "<", ">", "~", "≈"].contains(scan[before]) {
      return nil
    }
    while before >= 0, place - before <= 3, scan.isBlank(before) { before -= 1 }
    guard !scan.isDigit(before), let number = numbers.number(at: place + 1),
      let unit = unit(after: number.end)
    else { return nil }
    switch unit.kind {
    case .temperature where unit.unit == "K": return nil
    case .temperature, .voltage, .current, .energy, .other: break
    default: return nil
    }
    var signed = number
    signed.lower = -number.lower
    if number.upper == number.lower { signed.upper = signed.lower }
    return mention(place, signed, unit)
  }

  private func unit(after end: Int) -> UnitGrammar.Found? {
    let start = scan.skipBlanks(end)
    if let unit = units.unit(at: start) {
      // `800 C`, without a degree sign, is read elsewhere; `5 in` needs more than a look.
      return unit.confidence < 0.6 && start > end && isFollowedByWord(unit.end) ? nil : unit
    }
    if scan.isDash(start), start == end, let unit = units.unit(at: start + 1) { return unit }
    if let celsius = scan.end(of: "C", at: start), scan[start] == "C", start > end,
      !scan.isWord(celsius), !scan.isDash(celsius)
    {
      return UnitGrammar.Found(unit: "°C", kind: .temperature, end: celsius, confidence: 0.6)
    }
    return nil
  }

  private func isFollowedByWord(_ place: Int) -> Bool {
    scan.isWord(scan.skipBlanks(place))
  }

  /// Behind `, `, ` and `, ` or ` and `, and `.
  private func separatorEnd(_ place: Int) -> Int? {
    var cursor = place
    var isSeparated = false
    if scan[cursor] == "," {
      cursor = scan.skipBlanks(cursor + 1)
      isSeparated = true
    }
    let start = scan.skipBlanks(cursor)
    for word in ["and ", "or "] {
      if start > place, let end = scan.end(of: word, at: start) { return scan.skipBlanks(end) }
    }
    return isSeparated && (scan.isDigit(cursor)) ? cursor : nil
  }

  private func mention(
    _ start: Int, _ number: NumberGrammar.Found, _ unit: UnitGrammar.Found
  ) -> Mention {
    let range = start..<max(unit.end, number.end)
    return Mention(
      range: range, text: scan.text(range),
      content: .quantity(
        StatedQuantity(
          kind: unit.kind, lower: number.lower, upper: number.upper,
          uncertainty: number.uncertainty, unit: unit.unit,
          property: PropertyWords.found(before: start, in: scan)?.name)),
      confidence: min(number.confidence, unit.confidence))
  }

  /// `pH 9`, `pH = 7.0`, `pH of the solution was adjusted to 6`.
  private func acidity(at place: Int) -> (mention: Mention, end: Int)? {
    guard scan[place] == "p", scan[place + 1] == "H", !scan.isWord(place - 1),
      !scan.isWord(place + 2)
    else { return nil }
    var cursor = place + 2
    var words = 0
    while cursor < min(place + 80, scan.count), words < 10 {
      if scan[cursor] == "." || scan[cursor] == ";" { return nil }
      if scan.isDigit(cursor), startsNumber(cursor), let number = numbers.number(at: cursor) {
        guard number.upper <= 15, unit(after: number.end) == nil else { return nil }
        let range = place..<number.end
        let quantity = StatedQuantity(
          kind: .acidity, lower: number.lower, upper: number.upper,
          uncertainty: number.uncertainty, unit: "", property: "pH")
        return (
          Mention(
            range: range, text: scan.text(range), content: .quantity(quantity),
            confidence: words <= 2 ? 0.95 : 0.7), number.end
        )
      }
      if scan.isBlank(cursor) { words += 1 }
      cursor += 1
    }
    return nil
  }

  /// 20 to 25 °C by convention.
  private func roomTemperature(at place: Int) -> Mention? {
    guard let first = scan[place].map(TextScan.folded), first == 0x72 || first == 0x61,
      !scan.isWord(place - 1)
    else { return nil }
    for words in ["room temperature", "ambient temperature"] {
      guard let end = scan.end(of: words, at: place), !scan.isWord(end) else { continue }
      let quantity = StatedQuantity(kind: .temperature, lower: 20, upper: 25, unit: "°C")
      return Mention(
        range: place..<end, text: scan.text(place..<end), content: .quantity(quantity),
        confidence: 0.5)
    }
    return nil
  }
}
