import Matter

/// The neighbors of every site by an ``EdgeRule``, rows sorted by distance.
struct CrystalEdges {
  /// `[sites + 1]`
  var offsets = [0]
  var neighbors: [Int32] = []
  /// From the site, Å.
  var vectors: [SIMD3<Double>] = []
  var distances: [Double] = []
  /// Å², or empty.
  var areas: [Double] = []

  func row(_ site: Int) -> Range<Int> { offsets[site]..<offsets[site + 1] }

  /// Whether an edge leads to a farther shell than the one before it in the row of its site.
  func startsShell(_ edge: Int, of site: Int) -> Bool {
    edge > offsets[site] && distances[edge] - distances[edge - 1] > CrystalGraph.shellTolerance
  }

  init(of crystal: Crystal, _ rule: EdgeRule) throws(CrystalGraphError) {
    guard rule.isPossible else { throw .impossibleRule(rule) }
    do {
      switch rule {
      case .radius(let cutoff): try self.init(of: crystal, cutoff: cutoff)
      case .nearest(let count, let cutoff):
        try self.init(of: crystal, count: count, cutoff: cutoff ?? .infinity)
      case .voronoi: try self.init(voronoi: crystal)
      }
    } catch { throw .noEdges("\(error)") }
  }

  private init(of crystal: Crystal, cutoff: Double) throws(NeighborListError) {
    let list = try NeighborList(of: crystal, cutoff: cutoff)
    let all = list.displacements(in: crystal)
    let lengths = all.map(length)
    reserve(list.pairCount)
    for site in 0..<list.siteCount {
      // Rows are in order of neighbor and image already: equal distances keep it.
      for pair in list.row(site).sorted(by: { (lengths[$0], $0) < (lengths[$1], $1) }) {
        append(list.neighbors[pair], all[pair], lengths[pair])
      }
      offsets.append(neighbors.count)
    }
  }

  private init(of crystal: Crystal, count: Int, cutoff: Double) throws(NeighborListError) {
    let list = try NearestNeighbors(
      of: crystal, count: count, shellTolerance: CrystalGraph.shellTolerance)
    let places = crystal.cartesianPositions
    reserve(list.neighbors.count)
    for site in 0..<list.siteCount {
      for edge in list.row(site) where list.distances[edge] < cutoff {
        let neighbor = list.neighbors[edge]
        let shift = crystal.lattice.cartesian(SIMD3<Double>(list.images[edge]))
        append(neighbor, places[Int(neighbor)] + shift - places[site], list.distances[edge])
      }
      offsets.append(neighbors.count)
    }
  }

  private init(voronoi crystal: Crystal) throws(VoronoiError) {
    let tessellation = try VoronoiTessellation(of: crystal)
    let places = crystal.cartesianPositions
    for site in 0..<tessellation.siteCount {
      for face in tessellation.faces(of: site) {
        let shift = crystal.lattice.cartesian(SIMD3<Double>(face.image))
        append(Int32(face.neighbor), places[face.neighbor] + shift - places[site], face.distance)
        areas.append(face.area)
      }
      offsets.append(neighbors.count)
    }
  }

  private mutating func reserve(_ count: Int) {
    neighbors.reserveCapacity(count)
    vectors.reserveCapacity(count)
    distances.reserveCapacity(count)
  }

  private mutating func append(_ neighbor: Int32, _ vector: SIMD3<Double>, _ distance: Double) {
    neighbors.append(neighbor)
    vectors.append(vector)
    distances.append(distance)
  }

  /// Sites nearer than this to each other are one place, Å: the rule of the readers of files.
  private static let samePlace = 0.01

  /// - Throws: ``CrystalGraphError/sitesOverlap(_:_:distance:)`` where a place holds more than an atom.
  func checkOverlaps(in crystal: Crystal) throws(CrystalGraphError) {
    for site in 0..<crystal.siteCount {
      for edge in row(site) {
        guard distances[edge] < Self.samePlace else { break }
        let other = Int(neighbors[edge])
        let shares = [site, other].map { site in
          crystal.occupants(of: site).reduce(0) { $0 + $1.occupancy }
        }
        guard shares[0] + shares[1] > Crystal.mostOccupancy else { continue }
        throw .sitesOverlap(site, other, distance: (distances[edge] * 1e4).rounded() / 1e4)
      }
    }
  }
}
