import Matter

/// Which sites of a crystal are one node.
///
/// Sites are told apart by what sits on them and by their edges, whose far ends are told apart in the
/// same way, as far as that leads: the color refinement of Weisfeiler and Leman (Nauchno-Tekhn. Inf. 2,
/// 12 (1968)). What remains together gets equal messages from any network that sees distances (and,
/// where asked for, angles) alone. Sites that symmetry makes of each other always do.
struct SiteFolding {
  /// `[sites]`
  private(set) var nodeOfSite: [Int32]

  /// `[n]`
  private(set) var multiplicities: [Float]

  /// The first site of each node, `[n]`.
  private(set) var representatives: [Int]

  /// What tells the edges of one site to one node apart, in the order of the rows of sites; empty
  /// where nothing was looked for.
  private(set) var edgeColors: [UInt64] = []

  /// The angles that were looked at.
  private(set) var angles: BondAngles?

  /// Each site for itself.
  init(sites: Int) {
    nodeOfSite = (0..<sites).map(Int32.init)
    multiplicities = [Float](repeating: 1, count: sites)
    representatives = Array(0..<sites)
  }

  init(of crystal: Crystal, _ rows: CrystalEdges, _ settings: GraphSettings) {
    guard settings.foldsSites || settings.foldsEdges else {
      self.init(sites: crystal.siteCount)
      return
    }
    let seesAngles = settings.seesAngles
    var colors = Self.contents(of: crystal)
    var lengths = Self.alike(rows.distances)
    for (edge, face) in Self.alike(rows.areas).enumerated() {
      lengths[edge] = mixed(lengths[edge], face)
    }
    let angles = seesAngles ? BondAngles(rows) : nil
    var edges = lengths
    var found = (Set(colors).count, seesAngles ? 0 : 1)
    repeat {
      let before = found
      if let angles { edges = angles.refined(edges, colors, lengths, rows) }
      colors = colors.indices.map { site in
        let around = rows.row(site).reduce(UInt64(0)) { sum, edge in
          sum &+ mixed(edges[edge], colors[Int(rows.neighbors[edge])])
        }
        return mixed(colors[site], around)
      }
      found = (Set(colors).count, seesAngles ? Set(edges).count : 1)
      // Refinement only divides.
      if found == before || (found.0 == colors.count && !seesAngles) { break }
    } while true
    if settings.foldsSites {
      self.init(colors: colors)
    } else {
      self.init(sites: crystal.siteCount)
    }
    edgeColors = edges
    self.angles = angles
  }

  private init(colors: [UInt64]) {
    var nodes: [UInt64: Int32] = [:]
    (nodeOfSite, multiplicities, representatives) = ([], [], [])
    for (site, color) in colors.enumerated() {
      if let node = nodes[color] {
        multiplicities[Int(node)] += 1
        nodeOfSite.append(node)
      } else {
        let node = Int32(representatives.count)
        nodes[color] = node
        nodeOfSite.append(node)
        multiplicities.append(1)
        representatives.append(site)
      }
    }
  }

  /// What sits on each site, in any order.
  private static func contents(of crystal: Crystal) -> [UInt64] {
    crystal.positions.indices.map { site in
      crystal.occupants(of: site).reduce(UInt64(0)) { sum, occupant in
        sum &+ mixed(UInt64(occupant.element.atomicNumber), occupant.occupancy.bitPattern)
      }
    }
  }

  /// Numbers for values, equal where the values differ by rounding alone.
  static func alike(_ values: [Double]) -> [UInt64] {
    // A step between neighbors in order, and the spread of all that count as one.
    let (step, spread) = (3e-5, 1.5e-4)
    var result = [UInt64](repeating: 0, count: values.count)
    var (group, start, last) = (UInt64(0), -Double.infinity, -Double.infinity)
    for place in values.indices.sorted(by: { values[$0] < values[$1] }) {
      let value = values[place]
      if value - last > step || value - start > spread { (group, start) = (group + 1, value) }
      last = value
      result[place] = group
    }
    return result
  }
}

/// The angles between the bonds of each site.
struct BondAngles {
  /// Which cosines are alike, pair by pair of the edges of each row.
  private let cosines: [UInt64]

  /// The cosines themselves.
  private let values: [Double]

  /// Where the pairs of each row begin, `[sites]`.
  private let starts: [Int]

  init(_ rows: CrystalEdges) {
    var values: [Double] = []
    var starts: [Int] = []
    for site in 0..<rows.offsets.count - 1 {
      starts.append(values.count)
      for first in rows.row(site) {
        for second in rows.row(site) {
          let lengths = max(rows.distances[first] * rows.distances[second], 1e-12)
          values.append(dot(rows.vectors[first], rows.vectors[second]) / lengths)
        }
      }
    }
    cosines = SiteFolding.alike(values)
    (self.values, self.starts) = (values, starts)
  }

  /// The angle between two edges of a site, by their places in its row of `count` edges: which angles
  /// it is like, and its cosine.
  func angle(
    _ site: Int, _ first: Int, _ second: Int, count: Int
  ) -> (kind: UInt64, cosine: Double) {
    let pair = starts[site] + first * count + second
    return (cosines[pair], values[pair])
  }

  /// Edges told apart by the edges beside them.
  func refined(
    _ edges: [UInt64], _ colors: [UInt64], _ lengths: [UInt64], _ rows: CrystalEdges
  ) -> [UInt64] {
    var result = edges
    var pair = 0
    for site in colors.indices {
      for first in rows.row(site) {
        var around: UInt64 = 0
        for second in rows.row(site) {
          around &+= mixed(cosines[pair], edges[second])
          pair += 1
        }
        let ends = mixed(colors[site], colors[Int(rows.neighbors[first])])
        result[first] = mixed(mixed(lengths[first], ends), mixed(edges[first], around))
      }
    }
    return result
  }
}

/// A number that depends on two numbers and their order (the finalizer of SplitMix64).
func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
  var z = a &* 0x9E37_79B9_7F4A_7C15 &+ (b ^ 0xD1B5_4A32_D192_ED03) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
