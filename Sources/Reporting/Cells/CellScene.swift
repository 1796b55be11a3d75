import DenseMath
import Learning
import Matter

/// What is drawn of a cell: atoms with their images on faces, bonds between them.
struct CellScene {
  struct Atom {
    let site: Int
    /// Å.
    let position: SIMD3<Double>
    /// Å.
    let radius: Double
    let contribution: Double
  }

  struct Bond {
    /// On the surfaces of both atoms, Å.
    let ends: (SIMD3<Double>, SIMD3<Double>)
    let contribution: Double
    let distance: Double
    let sites: (Int, Int)
    /// Whether it is among the shortest of one of its ends.
    let isNear: Bool
  }

  let atoms: [Atom]
  let bonds: [Bond]
  let lattice: Lattice
  /// The largest contributions by size, of sites and of the bonds that are drawn.
  let siteReach, bondReach: Double
  let showsImages: Bool

  /// Larger cells are drawn without images of the atoms on their faces.
  private static let mostWithImages = 40
  /// Nearer to a face than this, in fractions of the cell, an atom counts as on it.
  private static let onFace = 0.02
  /// The bonds of an atom are as long as the shortest, or up to so much longer.
  private static let spread = 1.2
  /// Of other neighbors, those are drawn that add this part of what the strongest adds, up to so many
  /// kinds.
  private static let strong = 0.5
  private static let mostStrongKinds = 2
  /// Circles beside covalent radii.
  static let radiusFactor = 0.34
  private static let mostBonds = 900

  init(_ picture: CellPicture) {
    let (crystal, sites) = (picture.crystal, picture.sites)
    lattice = crystal.lattice
    let showsFaces = crystal.siteCount <= Self.mostWithImages
    var atoms: [Atom] = []
    /// Where the atoms of each site are, as cells from that of the file's position.
    var shown: [[SIMD3<Int>: SIMD3<Double>]] = []
    for (site, position) in crystal.positions.enumerated() {
      let home = SIMD3<Double>(
        Self.floor(position.x), Self.floor(position.y), Self.floor(position.z))
      let wrapped = position - home
      let cells = showsFaces ? Self.images(of: wrapped) : [SIMD3<Int>()]
      var places: [SIMD3<Int>: SIMD3<Double>] = [:]
      for cell in cells {
        let place = lattice.cartesian(wrapped + SIMD3<Double>(cell))
        // The cell as bonds count it: from the position that the file gives.
        let from = SIMD3(cell.x - Int(home.x), cell.y - Int(home.y), cell.z - Int(home.z))
        places[from] = place
        atoms.append(
          Atom(
            site: site, position: place, radius: Self.radius(of: site, in: crystal),
            contribution: sites.sites[site].contribution))
      }
      shown.append(places)
    }
    self.atoms = atoms
    showsImages = atoms.count > crystal.siteCount
    siteReach = max(sites.sites.map { abs($0.contribution) }.max() ?? 0, 1e-12)
    bonds = Self.bonds(sites.bonds?.bonds ?? [], shown, crystal)
    bondReach = max(bonds.map { abs($0.contribution) }.max() ?? 0, 1e-12)
  }

  /// To whole cells; an atom just below a face lies on it.
  private static func floor(_ value: Double) -> Double {
    (value + onFace / 4).rounded(.down)
  }

  /// The cells in which an atom lies on a face of the first one.
  private static func images(of position: SIMD3<Double>) -> [SIMD3<Int>] {
    var cells = [SIMD3<Int>()]
    for axis in 0..<3 where abs(position[axis]) < onFace {
      cells += cells.map { cell in
        var next = cell
        next[axis] += 1
        return next
      }
    }
    for axis in 0..<3 where abs(position[axis] - 1) < onFace {
      cells += cells.map { cell in
        var next = cell
        next[axis] -= 1
        return next
      }
    }
    return cells
  }

  private static func radius(of site: Int, in crystal: Crystal) -> Double {
    let main = crystal.occupants(of: site).max { $0.occupancy < $1.occupancy }
    return radiusFactor * (main?.element.covalentRadius ?? 1.3)
  }

  private static func bonds(
    _ all: [SiteContributions.Bond], _ shown: [[SIMD3<Int>: SIMD3<Double>]], _ crystal: Crystal
  ) -> [Bond] {
    let radii = (0..<crystal.siteCount).map { radius(of: $0, in: crystal) }
    var shortest = [Double](repeating: .infinity, count: crystal.siteCount)
    for bond in all
    where radii.indices.contains(bond.first - 1) && radii.indices.contains(bond.second - 1) {
      for site in [bond.first - 1, bond.second - 1] {
        shortest[site] = min(shortest[site], bond.distance)
      }
    }
    func isNear(_ bond: SiteContributions.Bond) -> Bool {
      bond.distance < spread * max(shortest[bond.first - 1], shortest[bond.second - 1])
    }
    let others = strongKinds(all) { !isNear($0) }
    var result: [Bond] = []
    for bond in all {
      let (first, second) = (bond.first - 1, bond.second - 1)
      guard radii.indices.contains(first), radii.indices.contains(second), bond.image.count == 3
      else { continue }
      let isNear = isNear(bond)
      guard isNear || others.contains(bond.kind) else { continue }
      let image = SIMD3(bond.image[0], bond.image[1], bond.image[2])
      for (cell, start) in shown[first].sorted(by: { Self.precedes($0.key, $1.key) }) {
        guard let end = shown[second][cell &+ image] else { continue }
        let way = (end - start) / max(bond.distance, 1e-9)
        result.append(
          Bond(
            ends: (start + way * radii[first], end - way * radii[second]),
            contribution: bond.contribution, distance: bond.distance, sites: (first, second),
            isNear: isNear))
      }
    }
    guard result.count > mostBonds else { return result }
    return Array(
      result.enumerated().sorted {
        (abs($1.element.contribution), $0.offset) < (abs($0.element.contribution), $1.offset)
      }.prefix(mostBonds).sorted { $0.offset < $1.offset }.map(\.element))
  }

  /// The kinds among some bonds that add nearly as much as the strongest of all.
  private static func strongKinds(
    _ all: [SiteContributions.Bond], where isAsked: (SiteContributions.Bond) -> Bool
  ) -> Set<Int> {
    let strongest = all.map { abs($0.contribution) }.max() ?? 0
    var kinds: [Int] = []
    for bond in all.filter(isAsked).sorted(by: {
      (abs($1.contribution), $0.kind) < (abs($0.contribution), $1.kind)
    }) where abs(bond.contribution) >= strong * strongest && !kinds.contains(bond.kind) {
      kinds.append(bond.kind)
      if kinds.count == mostStrongKinds { break }
    }
    return Set(kinds)
  }

  private static func precedes(_ a: SIMD3<Int>, _ b: SIMD3<Int>) -> Bool {
    (a.x, a.y, a.z) < (b.x, b.y, b.z)
  }

  /// The twelve edges of the cell, Å.
  var edges: [(SIMD3<Double>, SIMD3<Double>)] {
    let corners = (0..<8).map { SIMD3(Double($0 & 1), Double($0 >> 1 & 1), Double($0 >> 2)) }
    return corners.enumerated().flatMap { place, corner in
      (0..<3).filter { place >> $0 & 1 == 0 }.map { axis in
        (lattice.cartesian(corner), lattice.cartesian(corners[place | 1 << axis]))
      }
    }
  }
}
