internal import Foundation
internal import Matter

/// Whether a crystal is made of molecules, chains, layers or a network, and how its bonds lie in space.
///
/// Bonds are drawn one after the other in the order of their length over the sum of the covalent
/// radii; noted is the ratio at which the first pieces appear that are endless in one, two and three
/// directions, and at which all sites hang together. In a layered crystal the third is far above the
/// second. The idea of Larsen et al., Phys. Rev. Mater. 3, 034003 (2019), here without a choice of
/// radius.
enum ConnectivityFeatures {
  /// Longer bonds are not drawn, in units of the sum of the radii.
  private static let longest = 3.0

  static func add(_ crystal: CrystalSurroundings, to list: inout FeatureList) throws {
    let marks = try Percolation(crystal, longest: longest).marks
    list.add("chain ratio", marks[0])
    list.add("layer ratio", marks[1])
    list.add("network ratio", marks[2])
    list.add("connection ratio", marks[3])
    list.add("gap between layers", marks[2] / marks[1])
    list.add("gap between chains", marks[1] / marks[0])
    addTensor(crystal, to: &list)
    addCell(crystal, to: &list)
  }

  /// How evenly bonds point in all directions, by bond order.
  private static func addTensor(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    var whole = SymmetricTensor()
    var distortions: [Double] = []
    for site in 0..<crystal.siteCount {
      var own = SymmetricTensor()
      for contact in crystal.contacts(of: site) {
        let ratio = (crystal.radii[site] + crystal.radii[contact.neighbor]) / contact.distance
        let order = BondFeatures.bondOrder(contact.distance, ratio) * crystal.weights[contact.neighbor]
        own.add(contact.vector / contact.distance, order)
        whole.add(contact.vector / contact.distance, order * crystal.weights[site])
      }
      distortions.append(3 * own.eigenvalues[2] / own.trace)
    }
    let values = whole.eigenvalues
    list.add("largest bond direction", values[0] / whole.trace)
    list.add("smallest bond direction", values[2] / whole.trace)
    list.add("site isotropy", WeightedSummary(distortions, weights: crystal.weights))
  }

  /// The shortest three independent lattice vectors.
  private static func addCell(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    let reduced = crystal.lattice.niggliReduced().lattice
    let lengths = [reduced.a, reduced.b, reduced.c].map { length($0) }
    list.add("shortest period", lengths[0])
    list.add("middle period", lengths[1] / lengths[0])
    list.add("longest period", lengths[2] / lengths[0])
    let spacing = cbrt(crystal.lattice.volume / crystal.atomCount)
    list.add("periods to spacing", lengths[2] / spacing)
  }
}

/// Pieces of a crystal that grow together bond by bond.
private struct Percolation {
  private struct Bond {
    let ratio: Double
    let site: Int
    let other: Int
    let image: SIMD3<Int>
  }

  /// For each site the site that stands for its piece, and the cells between the two.
  private var parents: [Int]
  private var shifts: [SIMD3<Int>]

  /// Independent periods of each piece.
  private var periods: [[SIMD3<Int>]]

  /// Ratios at which something is first endless in 1, 2 and 3 directions and all is one piece; NaN
  /// where that does not come about.
  private(set) var marks = [Double](repeating: .nan, count: 4)

  init(_ crystal: CrystalSurroundings, longest: Double) throws {
    let count = crystal.siteCount
    parents = Array(0..<count)
    shifts = [SIMD3<Int>](repeating: .zero, count: count)
    periods = [[SIMD3<Int>]](repeating: [], count: count)
    let known = crystal.radii.filter(\.isFinite)
    guard known.count == count, let largest = known.max() else { return }
    let spacing = cbrt(crystal.lattice.volume / crystal.atomCount)
    var pieces = count
    // Most crystals are in one piece long before the longest bond: a short search goes first.
    for reach in [1.3 * spacing, 2.2 * spacing, longest * 2 * largest] {
      let bonds = try Self.bonds(crystal, within: min(reach, longest * 2 * largest))
      reset()
      pieces = count
      for bond in bonds {
        draw(bond, &pieces)
        if pieces == 1, !marks[2].isNaN { return }
      }
    }
  }

  private mutating func reset() {
    for site in parents.indices {
      parents[site] = site
      shifts[site] = .zero
      periods[site] = []
    }
    marks = [Double](repeating: .nan, count: 4)
    if parents.count == 1 { marks[3] = 0 }
  }

  /// In rising order; ratios that could be passed by a longer bond beyond the reach are left out.
  private static func bonds(_ crystal: CrystalSurroundings, within reach: Double) throws -> [Bond] {
    let largest = crystal.radii.max() ?? 1
    let limit = reach / (2 * largest)
    let places = crystal.structure.positions.map(crystal.lattice.fractional)
    let list = try crystal.structure.neighbors(within: reach)
    var bonds: [Bond] = []
    for site in 0..<crystal.siteCount {
      for pair in list.offsets[site]..<list.offsets[site + 1] {
        let other = Int(list.sites[pair])
        guard other >= site else { continue }
        let ratio = length(list.vectors[pair]) / (crystal.radii[site] + crystal.radii[other])
        guard ratio < limit else { continue }
        let shift = crystal.lattice.fractional(list.vectors[pair]) - (places[other] - places[site])
        bonds.append(
          Bond(
            ratio: ratio, site: site, other: other,
            image: SIMD3<Int>(shift.rounded(.toNearestOrEven))))
      }
    }
    return bonds.sorted { $0.ratio < $1.ratio }
  }

  private mutating func draw(_ bond: Bond, _ pieces: inout Int) {
    let (first, firstShift) = root(of: bond.site)
    let (second, secondShift) = root(of: bond.other)
    // Where the other end's piece lies, seen from this end's piece.
    let shift = firstShift &+ bond.image &- secondShift
    var found = first == second ? [shift] : []
    if first != second {
      parents[second] = first
      shifts[second] = shift
      found = periods[second]
      pieces -= 1
      if pieces == 1 { marks[3] = bond.ratio }
    }
    for period in found { extend(first, by: period) }
    let rank = periods[first].count
    for dimension in 0..<rank where marks[dimension].isNaN { marks[dimension] = bond.ratio }
  }

  /// The site that stands for a piece, and the cells to it.
  private func root(of site: Int) -> (Int, SIMD3<Int>) {
    var (place, shift) = (site, SIMD3<Int>.zero)
    while parents[place] != place {
      shift = shift &+ shifts[place]
      place = parents[place]
    }
    return (place, shift)
  }

  private mutating func extend(_ piece: Int, by period: SIMD3<Int>) {
    let known = periods[piece]
    let isNew =
      switch known.count {
      case 0: period != .zero
      case 1: Self.cross(known[0], period) != .zero
      case 2: Self.determinant(known[0], known[1], period) != 0
      default: false
      }
    if isNew { periods[piece].append(period) }
  }

  private static func cross(_ a: SIMD3<Int>, _ b: SIMD3<Int>) -> SIMD3<Int> {
    SIMD3(
      a.y &* b.z &- a.z &* b.y, a.z &* b.x &- a.x &* b.z, a.x &* b.y &- a.y &* b.x)
  }

  private static func determinant(_ a: SIMD3<Int>, _ b: SIMD3<Int>, _ c: SIMD3<Int>) -> Int {
    let normal = cross(a, b)
    return normal.x &* c.x &+ normal.y &* c.y &+ normal.z &* c.z
  }
}
