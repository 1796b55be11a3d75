import Matter

/// Element symbols in the comment of a version 4 file, which names them nowhere else.
enum POSCARComment {
  /// One species for each count, or `nil` when the comment does not say so plainly.
  ///
  /// Either the comment begins with the symbols, each with or without its number (`Fe O`, `Fe4 O6`),
  /// or with a formula whose amounts are those of the counts up to a factor (`Li2O` for 64 and 32).
  static func species(_ comment: String, counts: [Int]) -> [Species]? {
    let words = comment.split { $0 == " " || $0 == "\t" }.map(String.init)
    if words.count >= counts.count {
      let single = words.prefix(counts.count).compactMap { Self.terms(of: $0)?.only }
      if single.count == counts.count, fits(single, counts) { return single.map(\.species) }
    }
    guard let first = words.first, let terms = terms(of: first), terms.count == counts.count,
      fits(terms, counts)
    else { return nil }
    return terms.map(\.species)
  }

  private struct Term {
    var species: Species
    /// `nil` where none is written.
    var amount: Int?
  }

  /// `Li2O` as Li with 2 and O; `nil` for a word that is no such formula.
  private static func terms(of word: String) -> [Term]? {
    var terms: [Term] = []
    var rest = Array(word.utf8)[...]
    while let first = rest.first {
      guard (65...90).contains(first), terms.count < 1000 else { return nil }
      let small = rest.dropFirst().prefix { (97...122).contains($0) }
      let digits = rest[small.endIndex...].prefix { (48...57).contains($0) }
      guard
        let species = Species(
          symbol: String(decoding: rest[rest.startIndex..<small.endIndex], as: UTF8.self))
      else { return nil }
      terms.append(Term(species: species, amount: Int(String(decoding: digits, as: UTF8.self))))
      rest = rest[digits.endIndex...]
    }
    return terms.isEmpty ? nil : terms
  }

  /// Whether the amounts are in the ratio of the counts; symbols without any amounts fit all.
  private static func fits(_ terms: [Term], _ counts: [Int]) -> Bool {
    guard terms.contains(where: { $0.amount != nil }) else { return true }
    guard let first = terms.first, let total = counts.first else { return false }
    let unit = first.amount ?? 1
    return zip(terms, counts).allSatisfy { term, count in
      let (left, leftOverflow) = (term.amount ?? 1).multipliedReportingOverflow(by: total)
      let (right, rightOverflow) = unit.multipliedReportingOverflow(by: count)
      return !leftOverflow && !rightOverflow && left == right
    }
  }
}

extension Collection {
  /// The element of a collection that has no other.
  fileprivate var only: Element? { count == 1 ? first : nil }
}
