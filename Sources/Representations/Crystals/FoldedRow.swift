/// The edges of one site, those that no network can tell apart as one.
struct FoldedRow {
  /// The first edge of each kind, among all edges of the crystal.
  private(set) var edges: [Int] = []

  /// How many edges there are of each kind.
  private(set) var counts: [Float] = []

  /// The rank of the shell of each.
  private(set) var shells: [Int32] = []

  private let site: Int
  /// All edges of the site, and the kind of each.
  private let row: Range<Int>
  private var kinds: [Int] = []

  init(of site: Int, _ rows: CrystalEdges, _ folding: SiteFolding) {
    self.site = site
    row = rows.row(site)
    var shell: Int32 = 0
    for edge in row {
      if rows.startsShell(edge, of: site) { shell += 1 }
      let sender = folding.nodeOfSite[Int(rows.neighbors[edge])]
      let known = edges.indices.last {
        folding.edgeColors[edges[$0]] == folding.edgeColors[edge]
          && folding.nodeOfSite[Int(rows.neighbors[edges[$0]])] == sender
      }
      kinds.append(known ?? edges.count)
      if let known {
        counts[known] += 1
      } else {
        edges.append(edge)
        counts.append(1)
        shells.append(shell)
      }
    }
  }

  /// For each kind of edge those that it hears, itself included: one for each kind and angle.
  ///
  /// - Parameter start: The number of the first of these edges in the graph.
  func pairs(_ angles: BondAngles, start: Int) -> [[BondPair]] {
    edges.map { edge in
      var pairs: [BondPair] = []
      var known: [UInt64: Int] = [:]
      for (place, kind) in kinds.enumerated() {
        let (angle, cosine) = angles.angle(
          site, edge - row.lowerBound, place, count: row.count)
        let key = mixed(angle, UInt64(kind))
        if let pair = known[key] {
          pairs[pair].count += 1
        } else {
          known[key] = pairs.count
          pairs.append(BondPair(sender: Int32(start + kind), cosine: cosine, count: 1))
        }
      }
      return pairs
    }
  }
}

/// A bond that another hears.
struct BondPair {
  let sender: Int32
  /// Of the angle between the two.
  let cosine: Double
  /// How many such bonds there are.
  var count: Float
}
