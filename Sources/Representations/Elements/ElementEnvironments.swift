import DenseMath
public import Matter

/// In what company elements occur: Atom2Vec.
///
/// Zhou et al., PNAS 115, E6411 (2018). In Bi2Se3 the environment of Bi is "(2)Se3" and that of Se is
/// "(3)Bi2": how many atoms of the element there are, and the rest of the formula. Elements that
/// occur in the same environments are alike. The matrix of elements and environments holds 1 where a
/// formula has it, each formula counted once; rows are brought to length 1; the vectors are those of
/// the greatest singular values, `U·S`, so that their inner products are the cosines of the rows as
/// far as `width` numbers can hold them. They come from the eigenvectors of the small matrix of all
/// cosines, and the environments need never stand side by side in memory as a dense matrix.
public struct ElementEnvironments: Hashable, Sendable {
  /// Compounds of more elements are left out; `nil` takes all.
  public let mostElements: Int?

  /// The elements that occur in each environment.
  private var occupants: [String: [Element]] = [:]
  private var formulas: Set<String> = []

  /// Formulas whose amounts are not whole, which no other element's can equal, and elements alone.
  public private(set) var leftOut = 0

  public init(mostElements: Int? = nil) {
    self.mostElements = mostElements
  }

  /// Different formulas that were added.
  public var formulaCount: Int { formulas.count }

  public var environmentCount: Int { occupants.count }

  /// Adds a compound; one whose reduced formula is there already changes nothing.
  public mutating func add(_ composition: Composition) {
    guard composition.elements.count > 1,
      composition.elements.count <= mostElements ?? .max,
      let amounts = WholeAmounts.reduced(composition.amounts)
    else {
      leftOut += 1
      return
    }
    let parts = zip(composition.elements, amounts).map { "\($0)\($1)" }
    guard formulas.insert(parts.joined()).inserted else { return }
    for (place, element) in composition.elements.enumerated() {
      let others = parts[..<place] + parts[(place + 1)...]
      occupants["(\(amounts[place]))" + others.joined(), default: []].append(element)
    }
  }

  /// How many environments each element has.
  public var counts: [Element: Int] {
    var counts: [Element: Int] = [:]
    for elements in occupants.values {
      for element in elements { counts[element, default: 0] += 1 }
    }
    return counts
  }

  /// Environments that two elements have in common, over the geometric mean of how many each has:
  /// the cosine of their rows, `[elements, elements]`.
  func cosines(_ elements: [Element], _ counts: [Element: Int]) -> Matrix {
    var places = [Int](repeating: 0, count: Element.count + 1)
    for (place, element) in elements.enumerated() { places[element.atomicNumber] = place }
    var shared = Matrix(rows: elements.count, columns: elements.count)
    for occupants in occupants.values {
      for one in occupants {
        for other in occupants {
          // Whole numbers: their sum does not depend on the order of environments.
          shared[places[one.atomicNumber], places[other.atomicNumber]] += 1
        }
      }
    }
    let lengths = elements.map { Double(counts[$0] ?? 0).squareRoot() }
    for row in elements.indices {
      for column in elements.indices { shared[row, column] /= lengths[row] * lengths[column] }
    }
    return shared
  }

  /// What a decomposition gives.
  public struct Result: Sendable {
    public let vectors: [Element: [Double]]

    /// From the greatest to the least, one an element.
    public let singularValues: [Double]

    /// Share of the squared singular values that the vectors hold, 0…1.
    public let heldShare: Double
  }

  /// - Parameter width: Numbers in a vector; signs are such that the greatest element of a column is
  ///   positive.
  /// - Throws: ``ElementLearningError`` for fewer than two elements and a width beyond the rank.
  public func vectors(width: Int) throws(ElementLearningError) -> Result {
    let counts = counts
    let elements = counts.keys.sorted()
    guard elements.count > 1 else {
      throw .tooFewElements(elements, source: "formulas of several elements and whole amounts")
    }
    let eigen = SymmetricEigen(cosines(elements, counts))
    // Rounding leaves values of some 1e-15 where there should be 0.
    let least = 1e-10 * (eigen.values.first ?? 0)
    let rank = eigen.values.count { $0 > least }
    guard width <= rank else { throw .widthBeyondRank(width, rank: rank) }
    let singular = eigen.values.map { max($0, 0).squareRoot() }
    let vectors = elements.enumerated().map { row, element in
      (element, (0..<width).map { eigen.vectors[$0, row] * singular[$0] })
    }
    let total = eigen.values.reduce(0, +)
    return Result(
      vectors: Dictionary(uniqueKeysWithValues: vectors), singularValues: singular,
      heldShare: eigen.values.prefix(width).reduce(0, +) / total)
  }
}

/// Amounts of a formula as whole numbers without a common divisor.
enum WholeAmounts {
  /// `nil` where an amount is not whole, to 1e-8, or beyond a million.
  static func reduced(_ amounts: [Double]) -> [Int]? {
    var whole: [Int] = []
    for amount in amounts {
      guard amount >= 0.5, amount <= 1e6, abs(amount - amount.rounded()) <= 1e-8 else { return nil }
      whole.append(Int(amount.rounded()))
    }
    var divisor = 0
    for amount in whole {
      var (a, b) = (divisor, amount)
      while b > 0 { (a, b) = (b, a % b) }
      divisor = a
    }
    return divisor > 0 ? whole.map { $0 / divisor } : nil
  }
}
