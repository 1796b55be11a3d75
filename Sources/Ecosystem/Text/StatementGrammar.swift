import Matter

/// Ties values to materials where the wording of a sentence leaves no doubt.
///
/// Three wordings are taken: `the band gap of TiO2 is 3.2 eV`, `TiO2 has a band gap of 3.2 eV`
/// (also `TiO2 (band gap 3.2 eV)`), and lists of both that end with `respectively`. Between the
/// formula, the name of the property and the number only words stand that change nothing; any other
/// word (`doped`, `than`, `not`, `decreases by`) leaves the value a mention.
struct StatementGrammar {
  struct Tie: Hashable {
    /// Places among the mentions of the passage.
    let formula: Int
    let value: Int
    let property: String
    let confidence: Double
  }

  private let scan: TextScan
  private let passage: Passage

  init(_ scan: TextScan, _ passage: Passage) {
    self.scan = scan
    self.passage = passage
  }

  func ties() -> [Tie] {
    let formulas = runs { if case .formula = $0.content { true } else { false } }
    let values = runs { if case .quantity = $0.content { true } else { false } }
    guard !formulas.isEmpty else { return [] }
    return values.flatMap { ties(of: $0, formulas) }
  }

  /// Mentions of one kind that stand in a list: `TiO2, ZnO and SnO2`.
  private func runs(_ isMember: (Mention) -> Bool) -> [[Int]] {
    var runs: [[Int]] = []
    var last: Int?
    for (place, mention) in passage.mentions.enumerated() where isMember(mention) {
      if let last, let run = runs.indices.last,
        isList(passage.mentions[last].range, mention.range)
      {
        runs[run].append(place)
      } else {
        runs.append([place])
      }
      last = place
    }
    return runs
  }

  /// Numbers that share a unit end with it, all of them.
  private func isList(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
    first.upperBound == second.upperBound
      || (first.upperBound <= second.lowerBound
        && isListSeparator(first.upperBound..<second.lowerBound))
  }

  private func isListSeparator(_ gap: Range<Int>) -> Bool {
    guard gap.count <= 8 else { return false }
    let text = scan.text(gap)
    let words = text.split(whereSeparator: \.isWhitespace)
    return !words.isEmpty && (text.first == "," || words.contains("and"))
      && words.allSatisfy { [",", "and", ",and"].contains(String($0)) }
  }

  private func ties(of values: [Int], _ formulas: [[Int]]) -> [Tie] {
    guard let first = values.first, let last = values.last,
      let property = property(before: start(first)),
      values.allSatisfy({ isValue($0, of: property.name) }), !isBounded(start(first)),
      let run = subject(of: property.range, before: start(first), formulas)
    else { return [] }
    let isList = values.count > 1
    guard run.count == values.count,
      !isList || saysRespectively(behind: passage.mentions[last].range.upperBound)
    else { return [] }
    return zip(run, values).map { formula, value in
      Tie(
        formula: formula, value: value, property: property.name, confidence: isList ? 0.8 : 0.9)
    }
  }

  /// The property named shortly before a number, whatever formulas stand between them: their digits
  /// are no numbers.
  private func property(before place: Int) -> PropertyWords.Found? {
    let first = max(passage.range.lowerBound, place - 80)
    var window = Array(scan.scalars[first..<place])
    for mention in passage.mentions.reversed() where mention.range.upperBound <= place {
      guard mention.range.upperBound > first else { break }
      guard case .formula = mention.content else { continue }
      for inside in mention.range.clamped(to: first..<place) { window[inside - first] = "#" }
    }
    return PropertyWords.last(in: window[...]).map { found in
      (found.name, (found.range.lowerBound + first)..<(found.range.upperBound + first))
    }
  }

  private func start(_ place: Int) -> Int { passage.mentions[place].range.lowerBound }

  private func end(_ place: Int) -> Int { passage.mentions[place].range.upperBound }

  /// A single number in a unit of the property; those behind the first of a list have no name.
  private func isValue(_ place: Int, of property: String) -> Bool {
    guard case .quantity(let quantity) = passage.mentions[place].content else { return false }
    return quantity.lower == quantity.upper
      && (quantity.property == property || quantity.property == nil)
      && MaterialProperty.name(property, unit: quantity.unit) != nil
  }

  /// `> 3 eV`, `below 3 eV`.
  private func isBounded(_ place: Int) -> Bool {
    var before = place
    while before > passage.range.lowerBound, scan.isBlank(before - 1) { before -= 1 }
    return ["<", ">", "≤", "≥", "~"].contains { scan[before - 1] == $0 }
  }

  private func saysRespectively(behind place: Int) -> Bool {
    let rest = scan.text(place..<min(place + 20, passage.range.upperBound))
    return rest.contains("respectively")
  }

  /// The formulas that a property is said of.
  private func subject(
    of property: Range<Int>, before value: Int, _ formulas: [[Int]]
  ) -> [Int]? {
    let between = formulas.filter {
      start($0[0]) >= property.upperBound && end($0[$0.count - 1]) <= value
    }
    if let run = between.first {
      guard between.count == 1, isPlain(run),
        fits(property.upperBound..<start(run[0]), Self.beforeMaterial, needs: ["of", "for", "in"]),
        fits(end(run[run.count - 1])..<value, Self.linking)
      else { return nil }
      return run
    }
    guard fits(property.upperBound..<value, Self.linking),
      let run = formulas.last(where: { end($0[$0.count - 1]) <= property.lowerBound }),
      isPlain(run), !isModified(run[0]),
      fits(end(run[run.count - 1])..<property.lowerBound, Self.having)
    else { return nil }
    return run
  }

  /// Formulas that stand for themselves: known, and no part of `TiO2/SiO2` or `TiO2-coated`.
  private func isPlain(_ run: [Int]) -> Bool {
    run.allSatisfy { place in
      let (before, after) = (scan[start(place) - 1], scan[end(place)])
      return DocumentReader.composition(passage.mentions[place]) != nil
        && !["/", "-", "–", "·", ":"].contains(before) && !["/", "-", "–", ":"].contains(after)
    }
  }

  /// `on SiO2`, `than ZnO`, `Al-doped ZnO`: what is said next is said of something else.
  private func isModified(_ formula: Int) -> Bool {
    let before = words(passage.range.lowerBound..<start(formula))
    guard let last = before.last else { return false }
    return Self.turning.contains(last) || last.hasSuffix("doped") || last.hasSuffix("coated")
      || last.hasSuffix("substituted") || last.hasSuffix("modified")
  }

  private func fits(
    _ gap: Range<Int>, _ allowed: Set<String>, needs: Set<String> = []
  ) -> Bool {
    guard gap.count <= 80 else { return false }
    let words = words(gap)
    return words.count <= 9 && words.allSatisfy(allowed.contains)
      && (needs.isEmpty || words.contains(where: needs.contains))
  }

  /// Lower-case words without brackets and commas; signs of equality are words.
  private func words(_ range: Range<Int>) -> [String] {
    guard range.lowerBound < range.upperBound else { return [] }
    let start = max(range.lowerBound, range.upperBound - 80)
    return scan.text(start..<range.upperBound).lowercased()
      .split { $0.isWhitespace || "(),:[]".contains($0) }.map(String.init)
  }

  private static let kinds: Set<String> = [
    "pure", "bulk", "undoped", "pristine", "our", "the", "a", "an", "this", "prepared",
    "as-prepared", "synthesized", "as-synthesized", "sintered", "calcined", "dense", "monoclinic",
    "cubic", "tetragonal", "orthorhombic", "hexagonal", "rhombohedral", "triclinic", "anatase",
    "rutile", "wurtzite", "perovskite", "spinel", "crystalline", "amorphous", "nanocrystalline",
    "polycrystalline", "single-crystal", "single", "stoichiometric",
  ]

  private static let forms: Set<String> = [
    "powder", "powders", "film", "films", "thin", "sample", "samples", "crystal", "crystals",
    "ceramic", "ceramics", "nanoparticles", "nanocrystals", "particles", "pellet", "pellets",
    "phase", "compound", "material", "nanowires", "nanosheets", "nanorods", "glass",
  ]

  private static let beforeMaterial = kinds.union(["of", "for", "in", "value", "eg", "e_g", "s"])

  private static let linking = forms.union([
    "of", "is", "was", "are", "were", "be", "to", "equals", "equal", "reaches", "reached", "value",
    "values", "found", "measured", "determined", "estimated", "reported", "known", "about",
    "approximately", "around", "nearly", "ca.", "ca", "≈", "=", "as", "a", "the", "eg", "e_g", "s",
    "with", "has", "have", "at", "room", "temperature",
  ])

  private static let having = forms.union(kinds).union([
    "has", "have", "had", "shows", "show", "showed", "exhibits", "exhibit", "exhibited",
    "possesses", "with", "which", "'s", "’s", "'", "direct", "indirect", "optical", "wide",
    "narrow", "high", "low", "large", "small", "its", "semiconductor",
  ])

  private static let turning: Set<String> = [
    "than", "on", "onto", "from", "over", "by", "like", "unlike", "versus", "vs", "vs.", "to",
    "between", "and", "or", "with", "without", "containing", "into", "via", "using", "doped",
    "in", "not", "nor", "neither", "if", "instead",
  ]
}
