import DenseMath
import Foundation
import Testing

@testable import Representations

@Suite("Mutual information")
struct MutualInformationTests {
  private static let count = 400

  /// The generator of Park and Miller (1988), the same in every language.
  private static func stream(_ seed: Int) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      state = state * 48271 % 2_147_483_647
      return Double(state) / 2_147_483_647
    }
  }

  private static let a = stream(1)
  private static let b = stream(2023)
  private static let c = stream(77777)
  private static let target = zip(a, b).map { $0 + $1 * $1 }
  private static let features: [[Double]] = [
    a, b, zip(a, b).map { $0 + 0.1 * $1 }, a.map { $0 * $0 },
    zip(a, c).map { abs($0 - 0.5) + 0.05 * $1 }, stream(123_456_789).map { 100 * $0 },
  ]

  private func information(_ x: [Double], _ y: [Double]) throws -> Double {
    MutualInformation(rows: x.count).between(
      try #require(SortedColumn(x)), try #require(SortedColumn(y)))
  }

  /// scikit-learn 1.9.1, `mutual_info_regression(X, y, n_neighbors=3)` on the columns above.
  @Test("Agrees with scikit-learn on numbers")
  func numbers() throws {
    let expected = [
      0.6849001192262314, 0.4667414484777277, 0.8514067956829643, 0.6388463789911936,
      0.21181488897242984, 0.0,
    ]
    for (feature, wanted) in zip(Self.features, expected) {
      #expect(abs(try information(feature, Self.target) - wanted) < 1e-9)
    }
  }

  /// scikit-learn 1.9.1, `mutual_info_classif(X, classes, n_neighbors=3)`.
  @Test("Agrees with scikit-learn on classes")
  func classes() throws {
    let labels = Self.target.map { Int(3 * $0) }
    let expected = [
      0.3676539292699088, 0.3569289333139962, 0.47892227157905953, 0.3671231329400686,
      0.07780403408121339, 0.0,
    ]
    let information = MutualInformation(rows: Self.count)
    for (feature, wanted) in zip(Self.features, expected) {
      let found = information.between(try #require(SortedColumn(feature)), classes: labels)
      #expect(abs(found - wanted) < 1e-9)
    }
  }

  /// The sums over cells of p ln(p / (p q)), exact for two columns of whole numbers; estimated here
  /// with digamma functions instead of logarithms.
  @Test("Of whole numbers it is the sum over cells")
  func ties() throws {
    let x = Self.a.map { ($0 * 5).rounded(.down) }
    let y = zip(Self.a, Self.b).map { (4 * (0.6 * $0 + 0.4 * $1)).rounded(.down) }
    // scikit-learn 1.9.1, mutual_info_score.
    #expect(abs(try information(x, y) - 0.4545898037860936) < 0.02)
    #expect(abs(try information(x, x) - 1.6080223069177113) < 0.02)
  }

  /// −½ ln(1 − ρ²) of a normal pair.
  @Test("Of normal pairs it is the known logarithm", arguments: [0.0, 0.5, 0.9])
  func normal(correlation: Double) throws {
    var rng = SplitMix64(seed: 7)
    let x = (0..<4000).map { _ in rng.normal() }
    let y = x.map { correlation * $0 + (1 - correlation * correlation).squareRoot() * rng.normal() }
    let expected = -0.5 * log(1 - correlation * correlation)
    #expect(abs(try information(x, y) - expected) < 0.05)
    #expect(abs(try information(x, y) - information(y, x)) < 1e-12)
  }

  @Test("A missing value is a value of its own")
  func missing() throws {
    let y = Self.a.map { $0 < 0.5 ? 0.0 : 1.0 }
    let x = y.map { $0 == 1 ? Double.nan : 3 }
    #expect(abs(try information(x, y) - log(2)) < 0.02)
    #expect(SortedColumn([.nan, .nan]) == nil && SortedColumn([2, 2, 2]) == nil)
  }
}

@Suite("Feature selection")
struct FeatureSelectionTests {
  /// Eight columns: 0 drives the target most, 1 less; 2 is 0 in disguise, 3 is noise, 4 is constant,
  /// 5 repeats 1, 6 is almost constant, 7 drives the target a little.
  private func table(rows: Int) -> (Matrix, [Double]) {
    var rng = SplitMix64(seed: 11)
    var elements: [Double] = []
    var target: [Double] = []
    for row in 0..<rows {
      let (a, b, c, noise) = (rng.normal(), rng.normal(), rng.normal(), rng.normal())
      elements += [a, b, a * a * a + 0.01 * rng.normal(), noise, 4, b, row == 3 ? 1 : 0, c]
      target.append(2 * a + b + 0.5 * c)
    }
    return (Matrix(rows: rows, columns: 8, elements: elements), target)
  }

  @Test("What is new comes before what is known; what says nothing is left out")
  func ranking() throws {
    let (features, target) = table(rows: 600)
    let ranking = try FeatureSelection.rank(features, targets: [.values(target)])
    #expect(ranking.columns.prefix(2) == [0, 1])
    let place = { (column: Int) in ranking.columns.firstIndex(of: column) ?? .max }
    #expect(place(7) < place(2))  // redundant, though more relevant
    #expect(ranking.relevances[0][2] > ranking.relevances[0][7])
    #expect(ranking.excluded == [4: .constant, 5: .equal(to: 1), 6: .uninformative])
    #expect(Set(ranking.columns) == [0, 1, 2, 3, 7])
  }

  /// Every score of every step, without shortcuts.
  @Test("The shortcut gives the ranking of the definition")
  func definition() throws {
    var rng = SplitMix64(seed: 2)
    let (rows, columns) = (150, 24)
    let hidden = (0..<rows).map { _ in (0..<5).map { _ in rng.normal() } }
    let mixing = (0..<columns).map { _ in (0..<5).map { _ in rng.normal() } }
    let values = hidden.flatMap { row in
      mixing.map { weights in
        zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 } + 0.2 * rng.normal()
      }
    }
    let features = Matrix(rows: rows, columns: columns, elements: values)
    let target = hidden.map { $0[0] + $0[1] * $0[1] }
    let information = MutualInformation(rows: rows)
    let sorted = try (0..<columns).map { try #require(SortedColumn(features.column($0))) }
    let own = sorted.map(information.own)
    let goal = try #require(SortedColumn(target))
    let relevance = (0..<columns).map {
      NormalizedInformation.of(
        information.between(sorted[$0], goal), information.own(goal), own[$0])
    }
    var expected: [Int] = []
    while expected.count < columns {
      let n = Double(expected.count)
      let power = max(0.1, 4.5 - 0.4 * pow(n, 0.4))
      let offset = min(1e5, 1e-6 * n * n * n)
      let scores = (0..<columns).filter { !expected.contains($0) }.map { f in
        let shares = expected.map { s in
          NormalizedInformation.of(information.between(sorted[f], sorted[s]), own[f], own[s])
        }
        let score = shares.map { relevance[f] / (pow($0, power) + offset) }.min() ?? relevance[f]
        return (f, score)
      }
      expected.append(scores.max { ($0.1, $1.0) < ($1.1, $0.0) }?.0 ?? 0)
    }
    let ranking = try FeatureSelection.rank(features, targets: [.values(target)])
    #expect(ranking.columns == expected)
  }

  @Test("Neither threads nor missing labels of another target change a ranking; seeds may")
  func determinism() throws {
    let (features, target) = table(rows: 900)
    var configuration = FeatureSelection.Configuration()
    configuration.redundancyRows = 200
    configuration.relevanceRows = 300
    let one = try FeatureSelection.rank(
      features, targets: [.values(target)], configuration: configuration)
    configuration.threads = 2
    let two = try FeatureSelection.rank(
      features, targets: [.values(target)], configuration: configuration)
    #expect(one == two)
    configuration.limit = 3
    let short = try FeatureSelection.rank(
      features, targets: [.values(target)], configuration: configuration)
    #expect(short.columns == Array(one.columns.prefix(3)))
    let classes = target.enumerated().map { $0.offset % 7 == 0 ? nil : $0.element > 0 ? 1 : 0 }
    let both = try FeatureSelection.rank(
      features, targets: [.values(target), .classes(classes)], configuration: configuration)
    #expect(both.columns.first == one.columns.first && both.relevances[0] == one.relevances[0])
  }

  @Test("Too few labels and a single value are refused in a sentence")
  func refusals() throws {
    let (features, target) = table(rows: 20)
    let few = target.enumerated().map { $0.offset < 3 ? $0.element : .nan }
    #expect(throws: FeatureSelectionError.tooFewLabels(target: 0, count: 3, needed: 5)) {
      try FeatureSelection.rank(features, targets: [.values(few)])
    }
    #expect(throws: FeatureSelectionError.oneValue(target: 0)) {
      try FeatureSelection.rank(features, targets: [.classes(target.map { _ in 1 })])
    }
  }
}
