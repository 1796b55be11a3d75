import Foundation
public import Matter
public import Representations

/// Sets of element vectors side by side, on the elements that all of them have.
public struct ElementVectorComparison: Codable, Sendable {
  /// What one set reaches.
  public struct Row: Codable, Sendable {
    public let name: String
    public let width: Int
    public let elements: Int

    /// `nil` where there are no relatives among the elements.
    public let families: ElementFamilies?
    public let elpasolites: FoldErrors?
    public let pooled: FoldErrors?
  }

  /// Mean absolute errors of the folds of a cross-validation, in the unit of the target.
  public struct FoldErrors: Codable, Sendable {
    public let folds: [Double]
    public let mean: Double
    public let standardDeviation: Double

    public init(_ folds: [Double]) {
      self.folds = folds
      let mean = folds.reduce(0, +) / Double(max(folds.count, 1))
      self.mean = mean
      standardDeviation =
        (folds.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(folds.count - 1, 1)))
        .squareRoot()
    }
  }

  public let commonElements: [Element]
  public let elpasoliteRows: Int
  public let pooledRows: Int

  /// Mean absolute error of the median of all compounds of the elpasolite test, and of all rows of the
  /// other.
  public let elpasoliteSpread: Double?
  public let pooledSpread: Double?
  public let rows: [Row]

  /// Fewest compounds for the elpasolite test, and fewest rows for the other.
  public static let leastRows = 50

  /// - Parameters:
  ///   - elpasolites: Left out with fewer than ``leastRows`` compounds of the common elements.
  ///   - progress: Called with the share that is done.
  public init(
    _ sets: [ElementVectorSet], elpasolites: ElpasoliteTest? = nil, pooled: PooledVectorTest? = nil,
    network: SiteNetwork = SiteNetwork(), seed: UInt64, threads: Int,
    progress: (Double) -> Void = { _ in }
  ) throws {
    let common = sets.dropFirst().reduce(Set(sets.first.map { $0.vectors.keys.map(\.self) } ?? []))
    {
      $0.intersection($1.vectors.keys)
    }
    commonElements = common.sorted()
    let sites = elpasolites?.rows(of: common) ?? []
    let formulas = pooled?.rows(of: common) ?? []
    elpasoliteRows = sites.count
    pooledRows = formulas.count
    elpasoliteSpread = Self.spread(sites.map { elpasolites?.targets[$0] ?? 0 })
    pooledSpread = Self.spread(formulas.map { pooled?.targets[$0] ?? 0 })
    rows = try sets.enumerated().map { place, set in
      let vectors = set.restricted(to: common)
      var row = (
        elpasolites: nil as FoldErrors?, pooled: nil as FoldErrors?
      )
      if let elpasolites, sites.count >= Self.leastRows {
        row.elpasolites = FoldErrors(
          try elpasolites.errors(
            vectors, rows: sites, network: network, seed: seed, threads: threads))
      }
      if let pooled, formulas.count >= Self.leastRows {
        row.pooled = FoldErrors(try pooled.errors(vectors, rows: formulas, threads: threads))
      }
      progress(Double(place + 1) / Double(sets.count))
      return Row(
        name: set.name, width: set.width, elements: set.vectors.count,
        families: ElementFamilies(vectors), elpasolites: row.elpasolites, pooled: row.pooled)
    }
  }

  private static func spread(_ targets: [Double]) -> Double? {
    guard !targets.isEmpty else { return nil }
    let median = targets.sorted()[targets.count / 2]
    return targets.reduce(0) { $0 + abs($1 - median) } / Double(targets.count)
  }
}
