internal import Matter

/// Mean numbers of s, p, d and f valence electrons per atom, and their shares of the total.
///
/// matminer's `ValenceOrbital`; a composition with an element that has no value, or without any
/// valence electron, gives NaN.
public struct ValenceDescriptor: RowDescriptor {
  public let name: String
  public let version = 1
  public let columns: [String]

  private let hasMeans: Bool

  private static let orbitals: [ElementProperty] = [.sValence, .pValence, .dValence, .fValence]
  private static let table = Element.all.flatMap { element in
    orbitals.map { element.value(of: $0) ?? .nan }
  }
  private static let tableHash = StableHash.of(table)

  public var constantsHash: UInt64 { Self.tableHash }

  /// - Parameter sharesOnly: Leaves out the means: the four columns of Ward et al. (2016).
  public init(sharesOnly: Bool = false) {
    name = sharesOnly ? "valence-shares" : "valence"
    hasMeans = !sharesOnly
    columns = (sharesOnly ? ["frac"] : ["avg", "frac"]).flatMap { kind in
      ["s", "p", "d", "f"].map { "\(kind) \($0) valence electrons" }
    }
  }

  func append(_ composition: Composition, to values: inout [Double]) {
    let table = Self.table
    let atoms = composition.totalAtoms
    var means = SIMD4<Double>.zero
    for (element, amount) in zip(composition.elements, composition.amounts) {
      let start = (element.atomicNumber - 1) * 4
      let counts = SIMD4(table[start], table[start + 1], table[start + 2], table[start + 3])
      means += amount / atoms * counts
    }
    let total = means[0] + means[1] + means[2] + means[3]
    if hasMeans { for place in 0..<4 { values.append(means[place]) } }
    for place in 0..<4 { values.append(means[place] / total) }
  }
}
