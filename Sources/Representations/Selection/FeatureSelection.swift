public import DenseMath

/// Ranks features by how much they tell about the targets beyond what better features tell.
///
/// Relevance and redundancy after MODNet: De Breuck, Hautier and Rignanese, npj Comput. Mater. 7, 83
/// (2021). The first feature has the largest normalized mutual information NMI with the target; then
/// step n takes the feature f with the largest
///
///     min over chosen s of  NMI(f, y) / (NMI(f, s)^p + c),
///     p = max(0.1, 4.5 − 0.4 n^0.4),  c = min(10⁵, 10⁻⁶ n³),
///
/// where n features are chosen already. NMI(a, b) is I(a, b) over the mean of I(a, a) and I(b, b).
/// Lists for several targets are merged by best rank.
///
/// Left out at first: columns of one value, columns equal to an earlier one, and columns that tell
/// less than ``Configuration/minimumSelfInformation`` about themselves. A missing value counts as a
/// value of its own, below all others. A pure function of its arguments: to keep test rows unseen,
/// hand over the training rows alone. Scores only fall from step to step, so that a feature is
/// compared with the chosen ones only when its last known score could still win: same ranking, a
/// fraction of the pairs.
public enum FeatureSelection {
  public struct Configuration: Codable, Hashable, Sendable {
    /// How many features to rank; all if `nil`.
    public var limit: Int?

    /// Rows that the information between a feature and a target is measured on.
    public var relevanceRows = 10_000

    /// Rows that the information between two features is measured on.
    public var redundancyRows = 1000

    public var neighbors = 3

    /// Nats.
    public var minimumSelfInformation = 0.2

    /// For the choice of rows where there are more.
    public var seed: UInt64 = 0

    /// At least 1; results do not depend on it.
    public var threads = 1

    public init() {}
  }

  /// What features are to tell, one entry for each row.
  public enum Target: Hashable, Sendable {
    /// NaN where a row has no label.
    case values([Double])

    /// `nil` where a row has no label.
    case classes([Int?])
  }

  /// Why a column was left out.
  public enum Exclusion: Hashable, Sendable {
    case constant
    case equal(to: Int)
    case uninformative
  }

  public struct Ranking: Hashable, Sendable {
    /// Columns of the matrix, best first.
    public let columns: [Int]

    /// For each target, the normalized mutual information of each column of the matrix with it; 0
    /// for those that were left out.
    public let relevances: [[Double]]

    /// The columns that were left out, by column.
    public let excluded: [Int: Exclusion]
  }

  /// Ranks the columns of a matrix.
  ///
  /// - Parameters:
  ///   - features: `[rows, features]`; NaN is missing.
  ///   - targets: At least one, each with an entry for every row.
  /// - Throws: ``FeatureSelectionError`` when a target has too few labels, or only one value.
  public static func rank(
    _ features: Matrix, targets: [Target], configuration: Configuration = Configuration()
  ) throws -> Ranking {
    let pool = try FeaturePool(features, configuration)
    var lists: [[Int]] = []
    var relevances: [[Double]] = []
    let redundancy = Redundancy(pool, configuration)
    for (place, target) in targets.enumerated() {
      let relevance = try Relevance(target, place: place, rows: features.rows, configuration)
        .values(features, pool.columns, threads: configuration.threads)
      lists.append(try redundancy.ranking(relevance))
      var all = [Double](repeating: 0, count: features.columns)
      for (column, value) in zip(pool.columns, relevance) { all[column] = value }
      relevances.append(all)
    }
    let merged = merge(lists).prefix(configuration.limit ?? .max)
    return Ranking(
      columns: merged.map { pool.columns[$0] }, relevances: relevances, excluded: pool.excluded)
  }

  /// By best rank; the earlier target first among equals.
  private static func merge(_ lists: [[Int]]) -> [Int] {
    var seen: Set<Int> = []
    let longest = lists.map(\.count).max() ?? 0
    return (0..<longest).flatMap { rank in
      lists.compactMap { rank < $0.count ? $0[rank] : nil }
    }.filter { seen.insert($0).inserted }
  }
}

/// Why features cannot be ranked.
public enum FeatureSelectionError: Error, Hashable, Sendable {
  case tooFewLabels(target: Int, count: Int, needed: Int)
  case oneValue(target: Int)
}

extension FeatureSelectionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewLabels(let target, let count, let needed):
      "Target \(target + 1) has \(count) labels; ranking features needs at least \(needed). "
        + "Use all features instead."
    case .oneValue(let target):
      "Target \(target + 1) has one value in all its rows; there is nothing for features to tell."
    }
  }
}
