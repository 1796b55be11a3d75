public import Matter

/// Atoms in space as descriptors see them: a periodic crystal or a finite molecule.
///
/// A site may hold several elements in shares; what is left to 1 is vacancy.
public struct AtomicStructure: Sendable {
  /// The cell; `nil` where nothing repeats.
  public let lattice: Lattice?

  /// Cartesian, Å, `[sites]`.
  public let positions: [SIMD3<Double>]

  /// Elements of all sites and their shares, packed site by site.
  public let occupants: [(element: Element, share: Double)]

  /// Where the occupants of each site begin, `[sites + 1]`.
  public let offsets: [Int]

  public init(_ crystal: Crystal) {
    lattice = crystal.lattice
    positions = crystal.cartesianPositions
    var occupants: [(element: Element, share: Double)] = []
    var offsets = [0]
    for site in positions.indices {
      occupants += crystal.occupants(of: site).map { ($0.element, $0.occupancy) }
      offsets.append(occupants.count)
    }
    self.occupants = occupants
    self.offsets = offsets
  }

  public init(_ molecule: Molecule) {
    lattice = nil
    positions = molecule.positions
    occupants = molecule.elements.map { ($0, 1) }
    offsets = Array(0...molecule.elements.count)
  }

  public var siteCount: Int { positions.count }

  /// What sits on a site; one occupant or more.
  public func occupants(of site: Int) -> ArraySlice<(element: Element, share: Double)> {
    occupants[offsets[site]..<offsets[site + 1]]
  }

  /// All atoms within a cutoff of each site, image by image, in both directions.
  ///
  /// - Parameter cutoff: Å; pairs with a distance below it are listed.
  /// - Returns: Row `i`, `offsets[i] ..< offsets[i + 1]`, holds the sites around site `i` and the
  ///   vectors to them, Å.
  /// - Throws: ``NeighborListError`` when the cutoff is not usable or the list would not fit.
  public func neighbors(
    within cutoff: Double
  ) throws -> (offsets: [Int], sites: [Int32], vectors: [SIMD3<Double>]) {
    let (cell, list) = try neighborList(within: cutoff)
    var vectors: [SIMD3<Double>] = []
    vectors.reserveCapacity(list.pairCount)
    for site in positions.indices {
      for pair in list.row(site) {
        let shift = cell.cartesian(SIMD3<Double>(list.images[pair]))
        vectors.append(positions[Int(list.neighbors[pair])] + shift - positions[site])
      }
    }
    return (list.offsets, list.neighbors, vectors)
  }

  /// The same with images, and the cell that repeats: for a molecule one that repeats nothing.
  func neighborList(within cutoff: Double) throws -> (cell: Lattice, list: NeighborList) {
    let cell = try lattice ?? Self.box(around: positions, margin: cutoff)
    return (
      cell,
      try NeighborList(lattice: cell, positions: positions.map(cell.fractional), cutoff: cutoff)
    )
  }

  /// A cell so large that no atom sees another's image.
  private static func box(
    around positions: [SIMD3<Double>], margin: Double
  ) throws(LatticeError) -> Lattice {
    var (low, high) = (positions[0], positions[0])
    for position in positions {
      low = pointwiseMin(low, position)
      high = pointwiseMax(high, position)
    }
    let edges = high - low + SIMD3(repeating: margin + 1)
    return try Lattice(
      a: SIMD3(edges.x, 0, 0), b: SIMD3(0, edges.y, 0), c: SIMD3(0, 0, edges.z))
  }
}
