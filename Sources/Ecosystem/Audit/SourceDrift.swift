internal import DenseMath
import Matter

/// How one source (or method) differs from all others together.
public struct SourceDrift: Codable, Hashable, Sendable {
  public let source: String
  public let rows: Int

  /// Of the values; `nil` where either side has fewer than ten.
  public let values: TwoSamples?

  /// Compositions that both sides have values of, and the median of the difference, this source minus
  /// the others (medians for each composition): a shift of the property itself, not of the materials.
  public let sharedCompositions: Int
  public let medianDifference: Double?

  /// Half the sum of differences of the shares of elements, 0 (same elements) to 1 (none shared).
  public let elementDistance: Double

  /// Elements that only this source has, and that only the others have, by symbol.
  public let onlyHere: [String]
  public let onlyElsewhere: [String]

  /// Each label with at least ten rows against the rest, in order of labels.
  static func all(_ input: AuditInput, labels: [String]) -> [SourceDrift] {
    let known = labels.indices.filter { !labels[$0].isEmpty }
    let byLabel = Dictionary(grouping: known) { labels[$0] }
    guard byLabel.count > 1 else { return [] }
    return byLabel.sorted { $0.key < $1.key }.filter { $0.value.count >= 10 }.prefix(30).map {
      label, places in
      SourceDrift(label, places, known.filter { labels[$0] != label }, input)
    }
  }

  private init(_ label: String, _ here: [Int], _ elsewhere: [Int], _ input: AuditInput) {
    source = label
    rows = here.count
    let values = input.target?.values ?? []
    func targets(_ places: [Int]) -> [Double] {
      values.isEmpty ? [] : places.compactMap { values[$0] }
    }
    let (first, second) = (targets(here), targets(elsewhere))
    self.values = min(first.count, second.count) >= 10 ? TwoSamples(first, second) : nil

    func medians(_ places: [Int]) -> [CompositionKey: Double] {
      guard !values.isEmpty else { return [:] }
      return Dictionary(grouping: places.filter { values[$0] != nil }) {
        CompositionKey(input.rows.compositions[$0])
      }.mapValues { Statistics.median($0.compactMap { values[$0] }) }
    }
    let others = medians(elsewhere)
    let differences = medians(here).compactMap { key, value in others[key].map { value - $0 } }
    sharedCompositions = differences.count
    medianDifference = differences.isEmpty ? nil : Statistics.median(differences)

    let (ours, theirs) = (Self.shares(here, input), Self.shares(elsewhere, input))
    elementDistance =
      Element.all.reduce(0) { $0 + abs((ours[$1] ?? 0) - (theirs[$1] ?? 0)) } / 2
    onlyHere = ours.keys.filter { theirs[$0] == nil }.sorted().map(\.symbol)
    onlyElsewhere = theirs.keys.filter { ours[$0] == nil }.sorted().map(\.symbol)
  }

  /// Occurrences of each element over all occurrences.
  private static func shares(_ places: [Int], _ input: AuditInput) -> [Element: Double] {
    var counts: [Element: Double] = [:]
    var total = 0.0
    for place in places {
      for element in input.rows.compositions[place].elements {
        counts[element, default: 0] += 1
        total += 1
      }
    }
    return counts.mapValues { $0 / total }
  }
}
