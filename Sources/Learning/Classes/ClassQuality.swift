import DenseMath
import Foundation

/// How well chances of classes fit the classes that rows have.
///
/// Figures of single classes (one against the rest) are averaged over the classes that occur, each
/// counting alike.
public struct ClassQuality: Codable, Hashable, Sendable {
  public let rows: Int
  public let accuracy: Double

  /// Mean over the classes that occur of the share of each that is recognized.
  public let balancedAccuracy: Double

  /// Area under the curve of true against false positives, of the chances, not of labels; with two
  /// classes that of the second. `nil` where only one class occurs.
  public let areaUnderROC: Double?

  /// Area under the curve of precision against recall; with two classes that of the second.
  public let averagePrecision: Double

  /// Mean over the rows of the squared distance of the chances from 0 and 1, summed over the
  /// classes; with two classes the half of it, as is usual there.
  public let brier: Double

  /// Mean negative logarithm of the chance of the row's own class.
  public let logLoss: Double

  /// Of the leading class's chance (of the second class's, with two), in ten bins.
  public let expectedCalibrationError: Double

  /// Rows by own class and leading class: `[own][leading]`.
  public let confusion: [[Int]]

  /// The accuracy of always naming the most frequent class.
  public let baselineAccuracy: Double

  /// - Parameters:
  ///   - labels: The place of each row's class.
  ///   - chances: `[row][class]`, each row summing to 1; two classes or more.
  public init(labels: [Int], chances: [[Double]]) throws(MetricsError) {
    let count = chances.first?.count ?? 0
    let leading = chances.map(ClassQuality.leading)
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
    for (label, guess) in zip(labels, leading) { confusion[label][guess] += 1 }
    rows = labels.count
    self.confusion = confusion
    let sizes = confusion.map { $0.reduce(0, +) }
    let occurring = sizes.indices.filter { sizes[$0] > 0 }
    let right = occurring.map { confusion[$0][$0] }
    accuracy = Double(right.reduce(0, +)) / Double(max(rows, 1))
    balancedAccuracy = Statistics.mean(
      zip(right, occurring).map { Double($0) / Double(sizes[$1]) })
    baselineAccuracy = Double(sizes.max() ?? 0) / Double(max(rows, 1))
    let judged = count == 2 ? [1] : occurring
    var single: [ClassificationMetrics] = []
    for place in judged {
      single.append(
        try ClassificationMetrics(
          labels: labels.map { $0 == place },
          probabilities: chances.map { min(max($0[place], 0), 1) }))
    }
    let areas = single.compactMap(\.areaUnderROC)
    areaUnderROC = areas.isEmpty ? nil : Statistics.mean(areas)
    averagePrecision = Statistics.mean(single.map(\.averagePrecision))
    brier = (count == 2 ? single[0].brier : single.reduce(0) { $0 + $1.brier })
    logLoss = Statistics.mean(
      zip(labels, chances).map { -log(max($1[$0], Double.ulpOfOne)) })
    if count == 2 {
      expectedCalibrationError = single[0].expectedCalibrationError
    } else {
      expectedCalibrationError = try ClassificationMetrics(
        labels: zip(labels, leading).map { $0 == $1 },
        probabilities: zip(chances, leading).map { min($0[$1], 1) }
      ).expectedCalibrationError
    }
  }

  /// The place of the largest chance, the last among equals: with two classes a chance of one half
  /// counts for the second.
  public static func leading(_ chances: [Double]) -> Int {
    chances.indices.max { (chances[$0], $0) < (chances[$1], $1) } ?? 0
  }
}

/// The classes of a model, how well it knows them, and which sets of them hold the true one.
///
/// Sets are split-conformal (Sadinle, Lei and Wasserman, J. Am. Stat. Assoc. 114, 223 (2019)): a set
/// holds every class whose chance is at least one minus the quantile of the held-out rows' scores
/// 1 − chance of the own class; it has the row's own class with at least the coverage, where rows
/// are exchangeable.
public struct ClassCard: Codable, Hashable, Sendable {
  /// The labels, as the data has them.
  public let labels: [String]

  /// Rows of each class in training.
  public let counts: [Int]

  /// Of rows that were held out.
  public let quality: ClassQuality

  /// Share of the held-out rows whose class lies in its 90 % set, and the mean size of the sets;
  /// each half of the rows judged with the scores of the other.
  public let setCoverage: Double
  public let setSize: Double

  /// 1 − chance of the own class of the held-out rows, ascending.
  let scores: [Double]

  /// - Parameters:
  ///   - places: The place of each held-out row's class in `labels`.
  ///   - chances: `[row][class]`, of surrogates that had not seen the row.
  public init(labels: [String], places: [Int], chances: [[Double]]) throws(MetricsError) {
    self.labels = labels
    counts = labels.indices.map { place in places.count { $0 == place } }
    quality = try ClassQuality(labels: places, chances: chances)
    let scores = zip(places, chances).map { 1 - $1[$0] }
    self.scores = scores.sorted()
    var (inside, size) = (0, 0)
    for half in 0..<2 {
      let others = scores.indices.filter { $0 % 2 != half }.map { scores[$0] }.sorted()
      for row in scores.indices where row % 2 == half {
        let set = ClassCard.set(chances[row], scores: others, coverage: 0.9)
        size += set.count
        if set.contains(places[row]) { inside += 1 }
      }
    }
    setCoverage = Double(inside) / Double(max(scores.count, 1))
    setSize = Double(size) / Double(max(scores.count, 1))
  }

  /// The places of the classes among which the true one lies with a probability, the most likely
  /// first; never none.
  public func set(_ chances: [Double], coverage: Double) -> [Int] {
    ClassCard.set(chances, scores: scores, coverage: coverage)
  }

  private static func set(_ chances: [Double], scores: [Double], coverage: Double) -> [Int] {
    let order = chances.indices.sorted { (chances[$0], $0) > (chances[$1], $1) }
    guard let limit = Calibration.conformalQuantile(scores, coverage: coverage) else {
      return order
    }
    let set = order.filter { 1 - chances[$0] <= limit }
    return set.isEmpty ? Array(order.prefix(1)) : set
  }
}
