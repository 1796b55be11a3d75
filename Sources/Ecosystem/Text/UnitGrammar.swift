import Matter

/// Units in running text, simple and joined: `°C`, `mL min-1`, `°C/min`, `g cm⁻³`.
struct UnitGrammar {
  let scan: TextScan

  struct Found {
    var unit: String
    var kind: StatedQuantity.Kind
    var end: Int
    var confidence: Double
  }

  private struct Single {
    let entry: TextUnits.Entry
    let spelling: String
    let power: Int?
    let end: Int
  }

  /// Units that are joined to a first one: more are damage, not a unit.
  private static let mostPartners = 8

  /// The unit that begins at a place, with its powers and partners.
  func unit(at place: Int) -> Found? {
    guard let first = single(at: place) else { return nil }
    var found = Found(
      unit: first.entry.unit, kind: first.entry.kind, end: first.end, confidence: 1)
    var isJoined = first.power != nil
    if let power = first.power { found.unit += "\(power)" }
    var partners = 0
    while partners < Self.mostPartners, let next = partner(at: found.end) {
      partners += 1
      found.unit += next.text
      found.end = next.end
      found.kind = next.isPerTime ? .rate : isDensity(found.kind) ? .concentration : .other
      isJoined = true
    }
    if first.power == 2, first.entry.kind == .length { found.kind = .area }
    if first.power == 3, first.entry.kind == .length { found.kind = .volume }
    if !isJoined, TextUnits.shy.contains(first.spelling) { found.confidence = 0.5 }
    return found
  }

  private func isDensity(_ kind: StatedQuantity.Kind) -> Bool {
    kind == .mass || kind == .amount || kind == .concentration
  }

  /// The longest spelling that ends where the word ends, with a power.
  private func single(at place: Int) -> Single? {
    guard let first = scan[place], let listed = TextUnits.byInitial[first],
      let best = longest(of: listed, at: place)
    else { return nil }
    guard let power = NumberGrammar(scan: scan).exponent(at: best.end),
      abs(power.value) <= 4, power.value != 0, !scan.isDigit(power.end)
    else { return Single(entry: best.entry, spelling: best.spelling, power: nil, end: best.end) }
    // `5 h-2 days` is no power: only per-units take a dash, and areas and volumes a digit.
    return Single(
      entry: best.entry, spelling: best.spelling, power: power.value, end: power.end)
  }

  private func longest(
    of listed: [TextUnits.Spelling], at place: Int
  ) -> (entry: TextUnits.Entry, spelling: String, end: Int)? {
    for spelling in listed {
      let end = place + spelling.scalars.count
      guard end <= scan.count, isWordEnd(end) else { continue }
      let agrees = zip(spelling.scalars, scan.scalars[place..<end]).allSatisfy { wanted, scalar in
        wanted == scalar || (wanted == " " && TextScan.isBlank(scalar))
      }
      if agrees { return (spelling.entry, spelling.text, end) }
    }
    return nil
  }

  private func isWordEnd(_ place: Int) -> Bool {
    guard let scalar = scan[place] else { return true }
    return !TextScan.isLetter(scalar)
  }

  /// `/min`, ` min-1`, `·K⁻¹`, ` per minute` behind a unit.
  private func partner(at place: Int) -> (text: String, end: Int, isPerTime: Bool)? {
    let next = scan.skipBlanks(place, limit: 2)
    for slash in ["/", "per "] {
      guard let start = scan.end(of: slash, at: next) else { continue }
      guard let unit = single(at: scan.skipBlanks(start, limit: 1)) else { continue }
      let power = unit.power ?? 1
      return (
        "/\(unit.entry.unit)\(power == 1 ? "" : "\(power)")", unit.end,
        unit.entry.kind == .duration
      )
    }
    let isDotted = scan[next] == "·" || scan[next] == "⋅"
    guard isDotted || next > place,
      let unit = single(at: isDotted ? scan.skipBlanks(next + 1, limit: 1) : next),
      let power = unit.power, power < 0
    else { return nil }
    return (" \(unit.entry.unit)\(power)", unit.end, unit.entry.kind == .duration)
  }
}
