import Foundation

/// The regions of space that are nearer to one site than to any other, and which sites share a wall.
///
/// Each cell is cut out plane by plane, nearest neighbor first, until none can reach it any more. The
/// share of a wall in the view from the site, its solid angle, weighs a neighbor (O'Keeffe, Acta
/// Cryst. A35, 772 (1979)). The volumes of all cells sum to that of the crystal's cell.
public struct VoronoiTessellation: Sendable {
  /// A wall between two sites.
  public struct Face: Hashable, Sendable {
    public let neighbor: Int

    /// Which copy of the neighbor; see ``NeighborList/images``.
    public let image: SIMD3<Int32>

    /// Between the two sites, Å.
    public let distance: Double

    /// Å².
    public let area: Double

    /// As seen from the site, steradians; those of a site sum to 4π.
    public let solidAngle: Double
  }

  /// Where the faces of each site begin, and their number at the end, `[sites + 1]`.
  public let offsets: [Int]

  /// The faces of all sites, site by site, from the nearest neighbor to the farthest.
  public let faces: [Face]

  /// Å³, `[sites]`.
  public let volumes: [Double]

  /// - Parameters:
  ///   - crystal: Occupancies do not matter: a shared site is one site.
  ///   - smallestFace: Walls of a smaller solid angle are left out, steradians: they come and go with
  ///     rounding where more than three walls meet in a corner.
  /// - Throws: ``VoronoiError`` when two sites lie at the same place or the search does not fit.
  public init(of crystal: Crystal, smallestFace: Double = 1e-5) throws(VoronoiError) {
    let density = Double(crystal.siteCount) / crystal.lattice.volume
    let unit = cbrt(1 / density)
    let rows: [(faces: [Face], volume: Double)]
    var coincident: Int?
    do {
      rows = try NeighborRing.search(
        crystal, from: NeighborRing.radius(holding: 60, density)
      ) { (ring: [NeighborRing], cutoff: Double) -> (faces: [Face], volume: Double)? in
        if let near = ring.first, near.distance < 1e-6 * unit {
          coincident = coincident ?? Int(near.neighbor)
          return ([], 0)
        }
        return Self.cell(ring, cutoff, unit, smallestFace)
      }
    } catch {
      throw .neighbors(error)
    }
    if let coincident { throw .coincidentSites(coincident) }
    var offsets = [0]
    for row in rows { offsets.append(offsets[offsets.count - 1] + row.faces.count) }
    self.offsets = offsets
    faces = rows.flatMap(\.faces)
    volumes = rows.map(\.volume)
  }

  public var siteCount: Int { volumes.count }

  public func faces(of site: Int) -> ArraySlice<Face> {
    faces[offsets[site]..<offsets[site + 1]]
  }

  /// The weight of each face: its solid angle in units of its site's largest, `[faces]`.
  public var weights: [Double] {
    var weights: [Double] = []
    weights.reserveCapacity(faces.count)
    for site in 0..<siteCount {
      let largest = faces(of: site).reduce(0) { max($0, $1.solidAngle) }
      for face in faces(of: site) { weights.append(face.solidAngle / largest) }
    }
    return weights
  }

  /// Neighbors whose weight is no less than a threshold, `[sites]`.
  ///
  /// - Parameter least: 0…1. With one half, a body-centered crystal has its 8 near neighbors and a
  ///   face-centered one 12.
  public func coordinationNumbers(weight least: Double = 0.5) -> [Int] {
    let weights = weights
    return (0..<siteCount).map { site in
      weights[offsets[site]..<offsets[site + 1]].reduce(0) { $0 + ($1 >= least ? 1 : 0) }
    }
  }

  /// The sum of the weights, `[sites]`: O'Keeffe's coordination number, which changes smoothly.
  public var effectiveCoordinationNumbers: [Double] {
    let weights = weights
    return (0..<siteCount).map { weights[offsets[$0]..<offsets[$0 + 1]].reduce(0, +) }
  }

  /// The cell of one site; `nil` when neighbors beyond the cutoff may still reach it.
  private static func cell(
    _ ring: [NeighborRing], _ cutoff: Double, _ unit: Double, _ smallestFace: Double
  ) -> (faces: [Face], volume: Double)? {
    var cell = ConvexCell(box: 2 * cutoff, margin: 1e-9 * unit)
    var radius = cell.radius
    for (index, neighbor) in ring.enumerated() {
      if neighbor.distance > 2 * radius { break }
      cell.cut(halfwayTo: neighbor.vector, index)
      radius = cell.radius
    }
    guard cell.isClosed && 2 * radius < cutoff else { return nil }
    var faces: [Face] = []
    var volume = 0.0
    for face in cell.faces.sorted(by: { $0.cut < $1.cut }) {
      let neighbor = ring[face.cut]
      let (area, angle) = measure(face.corners)
      volume += area * neighbor.distance / 6
      guard angle >= smallestFace else { continue }
      faces.append(
        Face(
          neighbor: Int(neighbor.neighbor), image: neighbor.image, distance: neighbor.distance,
          area: area, solidAngle: angle))
    }
    return (faces, volume)
  }

  /// The area of a polygon, Å², and its solid angle as seen from the origin.
  ///
  /// Triangle by triangle after Van Oosterom and Strackee, IEEE Trans. Biomed. Eng. 30, 125 (1983).
  private static func measure(_ corners: [SIMD3<Double>]) -> (area: Double, solidAngle: Double) {
    var normal = SIMD3<Double>()
    var angle = 0.0
    let a = corners[0]
    for index in 1..<(corners.count - 1) {
      let (b, c) = (corners[index], corners[index + 1])
      normal += cross(b - a, c - a)
      let (p, q, r) = (length(a), length(b), length(c))
      let denominator = p * q * r + dot(a, b) * r + dot(a, c) * q + dot(b, c) * p
      angle += 2 * atan2(abs(dot(a, cross(b, c))), denominator)
    }
    return (length(normal) / 2, angle)
  }
}

/// Why a crystal has no Voronoi cells.
public enum VoronoiError: Error, Hashable, Sendable, CustomStringConvertible {
  case coincidentSites(Int)
  case neighbors(NeighborListError)

  public var description: String {
    switch self {
    case .coincidentSites(let site):
      "Site \(site + 1) lies at the same place as another site; merge them into one shared site."
    case .neighbors(let error): error.description
    }
  }
}
