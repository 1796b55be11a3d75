internal import DenseMath

/// The columns that are worth ranking, sampled for comparison with each other.
struct FeaturePool: Sendable {
  /// Columns of the matrix, rising.
  let columns: [Int]

  /// Beside ``columns``.
  let samples: [SortedColumn]

  /// I(f, f) of the samples.
  let ownInformation: [Double]

  let excluded: [Int: FeatureSelection.Exclusion]
  let information: MutualInformation

  init(_ features: Matrix, _ configuration: FeatureSelection.Configuration) throws {
    let rows = RowSample.rows(
      features.rows, atMost: configuration.redundancyRows, seed: configuration.seed)
    let information = MutualInformation(neighbors: configuration.neighbors, rows: rows.count)
    let equals = Self.equals(features)
    let judged = try parallelMap(Array(0..<features.columns), threads: configuration.threads) {
      column -> Judged in
      if let first = equals[column] { return .excluded(.equal(to: first)) }
      if Self.isConstant(features, column) { return .excluded(.constant) }
      guard let sample = SortedColumn(rows.map { features[$0, column] }) else {
        return .excluded(.uninformative)
      }
      let own = information.own(sample)
      return own < configuration.minimumSelfInformation
        ? .excluded(.uninformative) : .kept(sample, own)
    }
    var columns: [Int] = []
    var samples: [SortedColumn] = []
    var ownInformation: [Double] = []
    var excluded: [Int: FeatureSelection.Exclusion] = [:]
    for (column, judgment) in judged.enumerated() {
      switch judgment {
      case .excluded(let reason): excluded[column] = reason
      case .kept(let sample, let own):
        columns.append(column)
        samples.append(sample)
        ownInformation.append(own)
      }
    }
    self.columns = columns
    self.samples = samples
    self.ownInformation = ownInformation
    self.excluded = excluded
    self.information = information
  }

  private enum Judged: Sendable {
    case excluded(FeatureSelection.Exclusion)
    case kept(SortedColumn, Double)
  }

  private static func isConstant(_ features: Matrix, _ column: Int) -> Bool {
    guard features.rows > 0 else { return true }
    let first = features[0, column]
    return (0..<features.rows).allSatisfy { isSame(features[$0, column], first) }
  }

  /// For each column that repeats an earlier one, that one.
  private static func equals(_ features: Matrix) -> [Int: Int] {
    var byHash: [UInt64: [Int]] = [:]
    var result: [Int: Int] = [:]
    for column in 0..<features.columns {
      var hash = StableHash()
      for row in 0..<features.rows { hash.add([features[row, column] + 0]) }  // −0 + 0 is 0
      let earlier = byHash[hash.value, default: []].first { other in
        (0..<features.rows).allSatisfy { isSame(features[$0, column], features[$0, other]) }
      }
      if let earlier {
        result[column] = earlier
      } else {
        byHash[hash.value, default: []].append(column)
      }
    }
    return result
  }

  private static func isSame(_ a: Double, _ b: Double) -> Bool { a == b || (a.isNaN && b.isNaN) }
}

/// Rows drawn without replacement.
enum RowSample {
  /// - Returns: All rows where there are no more than `limit`; otherwise `limit` of them, rising.
  static func rows(_ count: Int, atMost limit: Int, seed: UInt64) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    var rng = SplitMix64(seed: seed)
    var rows = Array(0..<count)
    for place in 0..<limit {
      rows.swapAt(place, place + rng.index(below: count - place))
    }
    return rows.prefix(limit).sorted()
  }
}
