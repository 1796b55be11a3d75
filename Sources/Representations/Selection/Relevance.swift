internal import DenseMath

/// How much each feature tells about one target.
struct Relevance: Sendable {
  private enum Labels: Sendable {
    case values(SortedColumn)
    case classes([Int])
  }

  /// The rows with labels, or a sample of them.
  private let rows: [Int]
  private let labels: Labels
  private let information: MutualInformation
  private let own: Double

  init(
    _ target: FeatureSelection.Target, place: Int, rows count: Int,
    _ configuration: FeatureSelection.Configuration
  ) throws(FeatureSelectionError) {
    let labeled = Self.labeled(target, count)
    let needed = configuration.neighbors + 2
    guard labeled.count >= needed else {
      throw .tooFewLabels(target: place, count: labeled.count, needed: needed)
    }
    let sample = RowSample.rows(
      labeled.count, atMost: configuration.relevanceRows, seed: configuration.seed)
    let rows = sample.map { labeled[$0] }
    let information = MutualInformation(neighbors: configuration.neighbors, rows: rows.count)
    switch target {
    case .values(let values):
      guard let column = SortedColumn(rows.map { values[$0] }) else {
        throw .oneValue(target: place)
      }
      labels = .values(column)
      own = information.own(column)
    case .classes(let classes):
      let classes = rows.compactMap { classes[$0] }
      guard Set(classes).count > 1 else { throw .oneValue(target: place) }
      labels = .classes(classes)
      own = information.own(classes: classes)
    }
    self.rows = rows
    self.information = information
  }

  private static func labeled(_ target: FeatureSelection.Target, _ count: Int) -> [Int] {
    switch target {
    case .values(let values):
      precondition(values.count == count, "\(values.count) targets for \(count) rows")
      return values.indices.filter { values[$0].isFinite }
    case .classes(let classes):
      precondition(classes.count == count, "\(classes.count) targets for \(count) rows")
      return classes.indices.filter { classes[$0] != nil }
    }
  }

  /// The normalized mutual information of some columns, in 0...1.
  func values(_ features: Matrix, _ columns: [Int], threads: Int) throws -> [Double] {
    try parallelMap(columns, threads: threads) { column in
      guard let feature = SortedColumn(rows.map { features[$0, column] }) else { return 0 }
      let shared =
        switch labels {
        case .values(let target): information.between(feature, target)
        case .classes(let classes): information.between(feature, classes: classes)
        }
      return NormalizedInformation.of(shared, own, information.own(feature))
    }
  }
}

enum NormalizedInformation {
  /// I(a, b) over the mean of I(a, a) and I(b, b), in 0...1.
  static func of(_ shared: Double, _ a: Double, _ b: Double) -> Double {
    a + b > 0 ? min(1, 2 * shared / (a + b)) : 0
  }
}
