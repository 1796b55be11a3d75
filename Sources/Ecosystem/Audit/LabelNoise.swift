internal import DenseMath
import Foundation
import Matter

/// What repeated compositions say about the noise of a property.
public struct LabelNoise: Codable, Hashable, Sendable {
  /// Rows that share their stoichiometry with another row.
  public let repeatedRows: Int

  /// Stoichiometries that occur more than once.
  public let repeatedCompositions: Int

  /// Pooled standard deviation within repeats, `√(Σ (nᵢ − 1) sᵢ² / Σ (nᵢ − 1))`; with polymorphs
  /// or several methods among the repeats it holds their differences too.
  public let pooledStandardDeviation: Double

  /// As the pooled one, from the median distance of neighboring repeats: few contradictions do not
  /// move it; 0 where most repeats are copies.
  public let robustStandardDeviation: Double

  /// The mean absolute error that a perfect model of the composition would still make on rows with
  /// normal noise of the pooled size: `s √(2/π)`.
  public let attainableError: Double

  /// The widest repeats, widest first, at most 20.
  public let contradictions: [Contradiction]

  public struct Contradiction: Codable, Hashable, Sendable {
    public let formula: String
    public let identifiers: [String]
    public let minimum: Double
    public let maximum: Double
  }

  /// `nil` where nothing is repeated.
  init?(_ rows: SplitRows, _ values: [Double?]) {
    var groups: [CompositionKey: [Int]] = [:]
    var order: [CompositionKey] = []
    for (row, composition) in rows.compositions.enumerated() where values[row] != nil {
      let key = CompositionKey(composition)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(row)
    }
    let repeats = order.compactMap { groups[$0] }.filter { $0.count > 1 }
    guard !repeats.isEmpty else { return nil }
    repeatedCompositions = repeats.count
    repeatedRows = repeats.reduce(0) { $0 + $1.count }
    var (squares, freedom) = (0.0, 0)
    var deviations: [Double] = []
    var wide: [Contradiction] = []
    /// Each once, in order of rows; at most six.
    func names(_ places: [Int]) -> [String] {
      var seen: Set<String> = []
      let names = places.map { rows.identifiers[$0] }.filter { seen.insert($0).inserted }
      return Array(names.prefix(6))
    }
    for places in repeats {
      let own = places.compactMap { values[$0] }
      squares += Statistics.variance(own) * Double(own.count)
      freedom += own.count - 1
      deviations += zip(own, own.dropFirst()).map { abs($0 - $1) }
      if let low = own.min(), let high = own.max(), high > low {
        wide.append(
          Contradiction(
            formula: rows.compositions[places[0]].reducedFormula,
            identifiers: names(places), minimum: low,
            maximum: high))
      }
    }
    pooledStandardDeviation = (squares / Double(freedom)).squareRoot()
    // Differences of two normal values are normal with √2 times the spread.
    robustStandardDeviation = 1.4826 / 2.0.squareRoot() * Statistics.median(deviations)
    attainableError = pooledStandardDeviation * (2 / Double.pi).squareRoot()
    contradictions = Array(
      wide.sorted { ($1.maximum - $1.minimum, $0.formula) < ($0.maximum - $0.minimum, $1.formula) }
        .prefix(20))
  }
}
