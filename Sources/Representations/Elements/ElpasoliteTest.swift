import DenseMath
public import Matter

/// How well a small network predicts a property of compounds ABC₂D₆ from the vectors of the elements
/// on their four sites.
///
/// The test of Zhou et al., PNAS 115, E6411 (2018), and of Antunes, Grau-Crespo and Butler, npj Comput.
/// Mater. 8, 44 (2022), on elpasolites. Formulas say who is C and D; A and B, which the structure
/// cannot tell apart, stand in order of electronegativity. The papers keep the best epoch on the rows
/// that are held out; here the last epoch counts.
public struct ElpasoliteTest: Sendable {
  /// Elements of the sites A, B, C, D of each compound.
  public let sites: [[Element]]
  public let targets: [Double]

  /// Rows of another stoichiometry, and those that say again what a row before them says.
  public let leftOut: Int

  public init(_ compositions: [Composition], targets: [Double]) {
    var (sites, kept, leftOut): ([[Element]], [Double], Int) = ([], [], 0)
    var seen: Set<[Element]> = []
    for (composition, target) in zip(compositions, targets) {
      guard let row = Self.sites(of: composition), seen.insert(row).inserted else {
        leftOut += 1
        continue
      }
      sites.append(row)
      kept.append(target)
    }
    self.sites = sites
    self.targets = kept
    self.leftOut = leftOut
  }

  /// A, B, C, D; `nil` for what is no ABC₂D₆.
  static func sites(of composition: Composition) -> [Element]? {
    guard let amounts = WholeAmounts.reduced(composition.amounts), amounts.sorted() == [1, 1, 2, 6]
    else { return nil }
    func rank(_ element: Element) -> (Double, Element) {
      (element.electronegativity ?? .infinity, element)
    }
    return zip(composition.elements, amounts).sorted { one, other in
      one.1 == other.1 ? rank(one.0) < rank(other.0) : one.1 < other.1
    }.map(\.0)
  }

  /// Compounds all of whose elements are among some.
  public func rows(of elements: Set<Element>) -> [Int] {
    sites.indices.filter { elements.isSuperset(of: sites[$0]) }
  }

  /// The mean absolute error of each fold, in the unit of the targets.
  ///
  /// - Parameters:
  ///   - vectors: Of the same length; brought to a mean of 0 and a common spread of 1.
  ///   - rows: Compounds to use, all of whose elements have a vector.
  ///   - threads: The result does not depend on it.
  public func errors(
    _ vectors: [Element: [Double]], rows: [Int], folds: Int = 5,
    network: SiteNetwork = SiteNetwork(), seed: UInt64, threads: Int
  ) throws -> [Double] {
    precondition(folds > 1 && rows.count >= folds, "\(rows.count) rows in \(folds) folds")
    let elements = vectors.keys.sorted()
    let places = Dictionary(uniqueKeysWithValues: elements.enumerated().map { ($1, $0) })
    let scaled = Self.scaled(elements.map { vectors[$0] ?? [] })
    let sites = self.sites.map { $0.map { places[$0] ?? 0 } }
    var generator = SplitMix64(seed: seed)
    let order = generator.shuffled(rows)
    let targets = targets
    return try parallelMap(Array(0..<folds), threads: threads) { fold in
      let (test, train) = Self.split(order, fold, of: folds)
      let predictions = network.predictions(
        scaled, sites: sites, targets: targets, train: train, test: test,
        seed: seed &+ UInt64(fold))
      return zip(test, predictions).reduce(0) { $0 + abs(targets[$1.0] - $1.1) }
        / Double(test.count)
    }
  }

  private static func split(_ order: [Int], _ fold: Int, of folds: Int) -> ([Int], [Int]) {
    var (test, train): ([Int], [Int]) = ([], [])
    for (place, row) in order.enumerated() {
      if place % folds == fold { test.append(row) } else { train.append(row) }
    }
    return (test, train)
  }

  /// Each number about its mean, all over the root of the mean square of what is left.
  static func scaled(_ vectors: [[Double]]) -> [[Float]] {
    let width = vectors.first?.count ?? 0
    let means = (0..<width).map { column in
      vectors.reduce(0) { $0 + $1[column] } / Double(vectors.count)
    }
    let centered = vectors.map { zip($0, means).map { $0 - $1 } }
    let squares = centered.reduce(0) { $1.reduce($0) { $0 + $1 * $1 } }
    let scale = (squares / Double(max(vectors.count * width, 1))).squareRoot()
    return centered.map { $0.map { Float(scale > 0 ? $0 / scale : 0) } }
  }
}
