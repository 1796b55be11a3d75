public import Matter
import Representations

/// All formulas of some elements, up to a number of atoms, that can be neutral: every element has one
/// of its oxidation states, the same for all its atoms, and the charges sum to zero.
///
/// Formulas are reduced (`Fe2O3`, not `Fe4O6`) and hold at least two elements. They are listed once,
/// eight bytes each, and looked up in that list.
public struct NeutralFormulas: Space {
  /// In order of atomic number.
  public let elements: [Element]
  public let oxidationStates: [Element: [Int]]
  public let maximumAtoms: Int
  public let maximumElements: Int

  /// Ascending; see ``FormulaCode``.
  private let codes: [UInt64]
  private let members: Set<UInt64>

  /// More ways to count atoms are refused: they are gone through one by one.
  public static let limit = 5_000_000

  /// - Parameters:
  ///   - oxidationStates: Of elements for which ``commonStates(of:)`` are not wanted.
  ///   - maximumAtoms: In the reduced formula, 2 ... 31.
  ///   - maximumElements: In one formula, 2 ... 5.
  /// - Throws: ``SpaceError``.
  public init(
    elements: [Element], oxidationStates: [Element: [Int]] = [:], maximumAtoms: Int = 12,
    maximumElements: Int = 4
  ) throws(SpaceError) {
    let sorted = elements.sorted()
    for (a, b) in zip(sorted, sorted.dropFirst()) where a == b { throw .repeatedElement(a) }
    guard (2...5).contains(maximumElements) else {
      throw .maximumElements(maximumElements, available: 5)
    }
    guard (2...31).contains(maximumAtoms) else {
      throw .variable("maximumAtoms", reason: "it must lie in 2 to 31")
    }
    for element in oxidationStates.keys.sorted() where !sorted.contains(element) {
      throw .foreignShare(element)
    }
    var states: [Element: [Int]] = [:]
    for element in sorted {
      let own = oxidationStates[element] ?? Self.commonStates(of: element)
      guard !own.isEmpty else { throw .oxidationState(element) }
      states[element] = own
    }
    self.elements = sorted
    self.oxidationStates = states
    self.maximumAtoms = maximumAtoms
    self.maximumElements = maximumElements
    var search = NeutralSearch(
      states: sorted.map { states[$0] ?? [] }, most: maximumElements, atoms: maximumAtoms)
    codes = try search.all().sorted()
    guard !codes.isEmpty else { throw .noComposition }
    members = Set(codes)
  }

  /// States of at least 5 % of an element's entries in the ICSD.
  public static func commonStates(of element: Element) -> [Int] {
    OxidationGuess.reports(of: element).filter { $0.share >= 0.05 }.map { Int($0.state) }
  }

  public var count: Int { codes.count }

  public func candidate(at index: Int) -> Candidate {
    candidate(FormulaCode.counts(codes[index]))
  }

  public func contains(_ candidate: Candidate) -> Bool {
    code(of: candidate).map(members.contains) ?? false
  }

  /// Members with one more or one fewer atom of one element, or with one element instead of another.
  public func neighbors(of candidate: Candidate) -> [Candidate] {
    guard let code = code(of: candidate), members.contains(code) else { return [] }
    let counts = FormulaCode.counts(code)
    var reached: [[(element: Int, count: Int)]] = []
    for place in counts.indices {
      for change in [-1, 1] where counts[place].count + change > 0 {
        var next = counts
        next[place].count += change
        reached.append(next)
      }
      for other in elements.indices where !counts.contains(where: { $0.element == other }) {
        var next = counts
        next[place].element = other
        reached.append(next.sorted { $0.element < $1.element })
      }
    }
    return reached.filter { members.contains(FormulaCode.code($0)) }.map(self.candidate)
  }

  private func candidate(_ counts: [(element: Int, count: Int)]) -> Candidate {
    var amounts: [Element: Double] = [:]
    for entry in counts { amounts[elements[entry.element]] = Double(entry.count) }
    do {
      return Candidate(try Composition(amounts))
    } catch {
      preconditionFailure("A member's counts are positive and not empty: \(error)")
    }
  }

  private func code(of candidate: Candidate) -> UInt64? {
    guard candidate.variables.isEmpty else { return nil }
    var counts: [(element: Int, count: Int)] = []
    for (element, amount) in zip(candidate.composition.elements, candidate.composition.amounts) {
      guard let place = elements.firstIndex(of: element), let count = Int(exactly: amount),
        count <= maximumAtoms
      else { return nil }
      counts.append((place, count))
    }
    return counts.count <= maximumElements ? FormulaCode.code(counts) : nil
  }
}

/// Up to five elements with up to 31 atoms each in 64 bits, the first in the lowest: 7 bits for the
/// place of the element, 5 for its atoms.
private enum FormulaCode {
  static func code(_ counts: [(element: Int, count: Int)]) -> UInt64 {
    counts.reversed().reduce(0) { $0 << 12 | UInt64($1.element << 5 | $1.count) }
  }

  static func counts(_ code: UInt64) -> [(element: Int, count: Int)] {
    var (rest, counts) = (code, [(element: Int, count: Int)]())
    while rest > 0 {
      counts.append((Int(rest >> 5 & 127), Int(rest & 31)))
      rest >>= 12
    }
    return counts
  }
}

/// Walks through all ways to count atoms.
private struct NeutralSearch {
  let states: [[Int]]
  let most: Int
  let atoms: Int
  private var found: [UInt64] = []
  private var counts: [(element: Int, count: Int)] = []

  init(states: [[Int]], most: Int, atoms: Int) {
    self.states = states
    self.most = most
    self.atoms = atoms
  }

  mutating func all() throws(SpaceError) -> [UInt64] {
    guard ways <= Double(NeutralFormulas.limit) else {
      throw .tooManyFormulas(limit: NeutralFormulas.limit)
    }
    extend(from: 0, left: atoms, charges: [0])
    return found
  }

  /// How many counts there are: those of `k` elements are `C(elements, k) · C(atoms, k)`.
  private var ways: Double {
    var (sum, elementWays, atomWays) = (0.0, 1.0, 1.0)
    for kinds in 1...most {
      let k = Double(kinds)
      elementWays *= max(Double(states.count) - k + 1, 0) / k
      atomWays *= max(Double(atoms) - k + 1, 0) / k
      sum += elementWays * atomWays
    }
    return sum
  }

  /// - Parameter charges: That the elements so far can have together.
  private mutating func extend(from first: Int, left: Int, charges: [Int]) {
    guard first < states.count, left > 0, counts.count < most else { return }
    for element in first..<states.count {
      for count in 1...left {
        counts.append((element, count))
        var next: [Int] = []
        for charge in charges {
          for state in states[element] where !next.contains(charge + count * state) {
            next.append(charge + count * state)
          }
        }
        if counts.count > 1, next.contains(0), divisor == 1 {
          found.append(FormulaCode.code(counts))
        }
        extend(from: element + 1, left: left - count, charges: next)
        counts.removeLast()
      }
    }
  }

  /// The greatest common divisor of all counts.
  private var divisor: Int {
    counts.reduce(0) { result, entry in
      var (a, b) = (result, entry.count)
      while b > 0 { (a, b) = (b, a % b) }
      return a
    }
  }
}
