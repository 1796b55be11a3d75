internal import Foundation
internal import Matter

/// A crystal's primitive cell and what its sites see of each other.
struct CrystalSurroundings {
  /// A wall of a site's Voronoi cell.
  struct Contact {
    let neighbor: Int
    let vector: SIMD3<Double>
    let distance: Double

    /// Å².
    let area: Double

    /// The wall's solid angle in units of the site's largest, 0…1.
    let weight: Double

    /// The wall's share of the site's full view, 0…1.
    let share: Double
  }

  /// `nil` where the search for it fails.
  let symmetry: CrystalSymmetry?

  /// The primitive cell; sites that are alternatives of one atom are one site.
  let structure: AtomicStructure
  let lattice: Lattice

  /// The shares of each site in sum, `[sites]`.
  let weights: [Double]

  /// Atoms in the cell: the sum of ``weights``.
  let atomCount: Double

  /// `[sites + 1]`; all 0 where there is no tessellation.
  let offsets: [Int]
  let contacts: [Contact]

  /// Å³, `[sites]`; empty where there is no tessellation.
  let cellVolumes: [Double]

  /// Mean of Cordero's covalent radii over the occupants of each site, Å, `[sites]`; NaN where one is
  /// not known.
  let radii: [Double]

  /// Positions that an operation maps so near each other are one, Å.
  private static let tolerance = 0.01

  init(_ given: AtomicStructure) throws {
    guard let crystal = try given.crystal() else {
      throw StructureDescriptorError.notPeriodic(descriptor: "structure")
    }
    try Self.refuseCoincidence(given)
    symmetry = try? CrystalSymmetry(of: crystal, tolerance: Self.tolerance)
    let primitive = try? symmetry?.primitiveCell()
    let cell = AtomicStructure(primitive ?? crystal)
    let merged = try AlternativeSites.merged(cell)
    guard let single = try merged.crystal() else {
      throw StructureDescriptorError.notPeriodic(descriptor: "structure")
    }
    structure = merged
    lattice = single.lattice
    weights = merged.positions.indices.map { site in
      merged.occupants(of: site).reduce(0) { $0 + $1.share }
    }
    atomCount = weights.reduce(0, +)
    radii = merged.positions.indices.map { site in
      merged.mean(of: site) { $0.covalentRadius ?? .nan }
    }
    let tessellation = try? VoronoiTessellation(of: single)
    cellVolumes = tessellation?.volumes ?? []
    offsets = tessellation?.offsets ?? [Int](repeating: 0, count: merged.siteCount + 1)
    contacts = tessellation.map { Self.contacts(of: merged, single.lattice, $0) } ?? []
  }

  var siteCount: Int { weights.count }

  func contacts(of site: Int) -> ArraySlice<Contact> { contacts[offsets[site]..<offsets[site + 1]] }

  /// The mean of a property over the occupants of each site, `[sites]`; NaN where one is missing.
  func means(_ property: (Element) -> Double) -> [Double] {
    (0..<siteCount).map { structure.mean(of: $0, property) }
  }

  private static func contacts(
    of structure: AtomicStructure, _ lattice: Lattice, _ tessellation: VoronoiTessellation
  ) -> [Contact] {
    let relative = tessellation.weights
    var contacts: [Contact] = []
    contacts.reserveCapacity(tessellation.faces.count)
    for site in 0..<structure.siteCount {
      for index in tessellation.offsets[site]..<tessellation.offsets[site + 1] {
        let face = tessellation.faces[index]
        let shift = lattice.cartesian(SIMD3<Double>(face.image))
        contacts.append(
          Contact(
            neighbor: face.neighbor,
            vector: structure.positions[face.neighbor] + shift - structure.positions[site],
            distance: face.distance, area: face.area, weight: relative[index],
            share: face.solidAngle / (4 * .pi)))
      }
    }
    return contacts
  }

  /// Full sites in one place are damage; shares of one atom are not.
  private static func refuseCoincidence(_ structure: AtomicStructure) throws {
    let list = try structure.neighbors(within: 0.01)
    for site in 0..<structure.siteCount {
      for pair in list.offsets[site]..<list.offsets[site + 1] {
        let other = Int(list.sites[pair])
        let filling = (structure.occupants(of: site) + structure.occupants(of: other)).reduce(0) {
          $0 + $1.share
        }
        guard filling > Crystal.mostOccupancy else { continue }
        throw StructureDescriptorError.coincidentSites(min(site, other), max(site, other))
      }
    }
  }
}

extension AtomicStructure {
  /// The crystal that this is; `nil` where nothing repeats.
  func crystal() throws -> Crystal? {
    guard let lattice else { return nil }
    return try Crystal(
      lattice: lattice,
      occupants: occupants.map { Occupant(Species($0.element), occupancy: $0.share) },
      counts: positions.indices.map { offsets[$0 + 1] - offsets[$0] },
      positions: positions.map(lattice.fractional))
  }

  /// The mean of a property over the occupants of a site, by their shares.
  func mean(of site: Int, _ property: (Element) -> Double) -> Double {
    var (sum, total) = (0.0, 0.0)
    for (element, share) in occupants(of: site) {
      sum += share * property(element)
      total += share
    }
    return sum / total
  }
}
