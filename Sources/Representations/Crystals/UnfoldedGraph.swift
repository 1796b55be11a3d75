import DenseMath
package import Matter

/// The graph of a crystal, and what of it stands for each site and each neighbor of the whole cell.
///
/// What a network gives to a node or an edge of a folded graph belongs in equal parts to the sites and
/// neighbors that it stands for: it is the sum of what the whole graph would give to them.
package struct UnfoldedGraph: Sendable {
  /// A neighbor of a site.
  package struct Neighbor: Hashable, Sendable {
    /// The sites of the cell at which it begins and ends.
    package let site, neighbor: Int
    /// The cell of the neighbor, in cell vectors from that of the site.
    package let image: SIMD3<Int>
    /// Å.
    package let distance: Double
    /// The edge of ``graph`` that stands for it.
    package let edge: Int
  }

  package let graph: CrystalGraph

  /// All neighbors of the first site, then of the next, sorted by distance.
  package let neighbors: [Neighbor]

  /// How many neighbors each edge stands for, over all sites, `[e]`.
  package let edgeCounts: [Int]

  /// - Throws: ``CrystalGraphError``
  package init(
    of crystal: Crystal, _ settings: GraphSettings
  ) throws(CrystalGraphError) {
    let graph = try CrystalGraph(of: crystal, settings)
    let rows = try CrystalEdges(of: crystal, settings.edges)
    let folding = SiteFolding(of: crystal, rows, settings)
    let places = folding.representatives.enumerated().map { node, site in
      Places(of: site, rows, folding, settings, start: Int(graph.edgeOffsets[node]))
    }
    var neighbors: [Neighbor] = []
    var counts = [Int](repeating: 0, count: graph.edgeCount)
    neighbors.reserveCapacity(rows.neighbors.count)
    for site in 0..<crystal.siteCount {
      var row = places[Int(folding.nodeOfSite[site])]
      for edge in rows.row(site) {
        let other = Int(rows.neighbors[edge])
        let place = row.place(of: edge, rows, folding)
        counts[place] += 1
        neighbors.append(
          Neighbor(
            site: site, neighbor: other,
            image: Self.image(of: rows.vectors[edge], from: site, to: other, in: crystal),
            distance: rows.distances[edge], edge: place))
      }
    }
    self.graph = graph
    self.neighbors = neighbors
    edgeCounts = counts
  }

  /// The cell in which a vector from one site to another ends.
  private static func image(
    of vector: SIMD3<Double>, from site: Int, to other: Int, in crystal: Crystal
  ) -> SIMD3<Int> {
    let way = crystal.lattice.fractional(vector)
    let cells = (way - (crystal.positions[other] - crystal.positions[site]))
      .rounded(.toNearestOrAwayFromZero)
    // Neighbors lie within 100 Å; what is no number of cells is no neighbor.
    return SIMD3(
      Int(exactly: cells.x) ?? 0, Int(exactly: cells.y) ?? 0, Int(exactly: cells.z) ?? 0)
  }

  /// The edges of a node, by what tells neighbors of its sites apart.
  private struct Places {
    private struct Kind: Hashable {
      let sender: Int32
      let color: UInt64
    }

    /// Edges that are alike, each with how many neighbors of one site it stands for.
    private var places: [Kind: [(edge: Int, count: Int)]] = [:]

    init(
      of site: Int, _ rows: CrystalEdges, _ folding: SiteFolding, _ settings: GraphSettings,
      start: Int
    ) {
      var (edges, counts) = (
        Array(rows.row(site)), [Int](repeating: 1, count: rows.row(site).count)
      )
      if settings.foldsEdges {
        let row = FoldedRow(of: site, rows, folding)
        (edges, counts) = (row.edges, row.counts.map { Int($0) })
      }
      for (place, edge) in edges.enumerated() {
        places[Self.kind(of: edge, rows, folding), default: []]
          .append((start + place, counts[place]))
      }
    }

    /// The edge that stands for a neighbor. Where several are alike they are taken in turn, as often as
    /// they count.
    mutating func place(of edge: Int, _ rows: CrystalEdges, _ folding: SiteFolding) -> Int {
      let kind = Self.kind(of: edge, rows, folding)
      guard let alike = places[kind], let last = alike.last else {
        preconditionFailure("sites of one node have the same neighbors")
      }
      guard alike.count > 1, let next = alike.firstIndex(where: { $0.count > 0 }) else {
        return last.edge
      }
      places[kind]?[next].count -= 1
      return alike[next].edge
    }

    private static func kind(
      of edge: Int, _ rows: CrystalEdges, _ folding: SiteFolding
    ) -> Kind {
      Kind(
        sender: folding.nodeOfSite[Int(rows.neighbors[edge])],
        color: folding.edgeColors.isEmpty ? 0 : folding.edgeColors[edge])
    }
  }
}
