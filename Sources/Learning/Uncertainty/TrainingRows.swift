import DenseMath
public import Ecosystem
public import Matter
import Representations

/// The training rows of a model by name and composition: tells what a new material is near to.
///
/// Distances are those of ``ElementMoversDistance``: places on the modified Pettifor scale.
public struct TrainingRows: Hashable, Sendable {
  public let identifiers: [String]
  public let compositions: [Composition]

  /// Quantiles, in steps of 1 %, of the distances of training rows to their nearest other one, rows
  /// of the same composition left out; empty for fewer than two compositions.
  public let ownDistances: [Double]

  /// Of more rows a part is kept, drawn by chance from a fixed seed.
  public static let mostRows = 50_000

  /// Rows whose own distances are measured.
  static let measuredRows = 1000

  /// A training row near a new material.
  public struct Neighbor: Codable, Hashable, Sendable {
    /// The name of the row in its table.
    public let identifier: String
    public let formula: String
    public let distance: Double
  }

  /// - Parameter threads: The result does not depend on it.
  public init(_ dataset: Dataset, threads: Int = 1) {
    var places = Array(dataset.rows.indices)
    if places.count > Self.mostRows {
      var generator = SplitMix64(seed: 0, stream: 0x7707)
      places = generator.shuffled(places).prefix(Self.mostRows).sorted()
    }
    self.init(
      identifiers: places.map { dataset.rows[$0].identifier },
      compositions: places.map { dataset.rows[$0].candidate.composition }, threads: threads)
  }

  /// - Precondition: as many identifiers as compositions.
  init(identifiers: [String], compositions: [Composition], threads: Int) {
    precondition(identifiers.count == compositions.count, "a name for each composition")
    var seen: Set<CompositionKey> = []
    let different = compositions.filter { seen.insert(CompositionKey($0)).inserted }
    let step = max(1, different.count / Self.measuredRows)
    let asked = stride(from: 0, to: different.count, by: step).map { different[$0] }
    // The nearest is the row itself.
    let found = ElementMoversDistance.nearest(2, to: asked, among: different, threads: threads)
    let nearest = found.compactMap { $0.count > 1 ? $0[1].distance : nil }.sorted()
    self.init(
      identifiers: identifiers, compositions: compositions,
      ownDistances: nearest.isEmpty
        ? [] : (0...100).map { Statistics.quantile(sorted: nearest, Double($0) / 100) })
  }

  init(identifiers: [String], compositions: [Composition], ownDistances: [Double]) {
    self.identifiers = identifiers
    self.compositions = compositions
    self.ownDistances = ownDistances
  }

  /// The nearest training rows of each candidate, nearest first; equal ones in order of the rows.
  public func neighbors(
    of candidates: [Candidate], count: Int, threads: Int = 1
  ) -> [[Neighbor]] {
    ElementMoversDistance.nearest(
      count, to: candidates.map(\.composition), among: compositions, threads: threads
    ).map { found in
      found.map {
        Neighbor(
          identifier: identifiers[$0.index], formula: compositions[$0.index].formula,
          distance: $0.distance)
      }
    }
  }

  /// The share of training rows that are nearer to another one than this distance, 0 to 1: near 1
  /// the material is farther out than training rows are among themselves.
  public func rank(of distance: Double) -> Double? {
    guard ownDistances.count > 1 else { return nil }
    let below = ownDistances.prefix { $0 < distance }.count
    return min(Double(below) / Double(ownDistances.count - 1), 1)
  }
}
