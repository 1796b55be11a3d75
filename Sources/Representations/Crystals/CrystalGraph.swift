public import Matter

/// A crystal as a network sees it: nodes are sites, edges lead to their neighbors in all images.
///
/// Edges lie row by row of the node that receives, sorted by distance; nothing is padded. In a
/// folded graph a node stands for several sites (``multiplicities``), and edges lead to the nodes
/// that stand for the neighbors: messages and means weighted by multiplicity are those of the whole
/// graph.
public struct CrystalGraph: Hashable, Sendable {
  /// The node that stands for each site of the crystal, `[sites]`.
  public internal(set) var nodeOfSite: [Int32]

  /// How many sites each node stands for, `[n]`.
  public internal(set) var multiplicities: [Float]

  /// Where the occupants of each node begin, `[n + 1]`.
  public internal(set) var occupantOffsets: [Int32]

  /// What sits on the nodes, `[m]`.
  public internal(set) var atomicNumbers: [Int32]

  /// To which share, `[m]`; they sum to less than 1 where a site is vacant in part.
  public internal(set) var shares: [Float]

  /// Where the edges of each node begin, `[n + 1]`.
  public internal(set) var edgeOffsets: [Int32]

  /// The nodes at the far ends, `[e]`.
  public internal(set) var senders: [Int32]

  /// How many neighbors each edge stands for, `[e]`.
  public internal(set) var counts: [Float]

  /// From the receiving site to its neighbor, or the first of them, Å, `[e × 3]`.
  public internal(set) var vectors: [Float]

  /// The rank of each edge's shell in its row, from 0, `[e]`; see ``shellTolerance``.
  public internal(set) var shells: [Int32]

  /// Å², `[e]`, by ``EdgeRule/voronoi``; else empty.
  public internal(set) var areas: [Float]

  /// Where the bonds that each edge hears begin, `[e + 1]`, in a graph whose edges are folded and
  /// which knows angles; else empty: all edges of a row then hear each other.
  public internal(set) var pairOffsets: [Int32]

  /// Edges of the same row that are heard, `[p]`.
  public internal(set) var pairSenders: [Int32]

  /// The cosines of the angles between, `[p]`.
  public internal(set) var pairCosines: [Float]

  /// How many pairs each stands for, `[p]`.
  public internal(set) var pairCounts: [Float]

  /// Neighbors whose distances differ by less from one to the next are of one shell, Å.
  public static let shellTolerance = 0.01

  public var nodeCount: Int { multiplicities.count }
  public var edgeCount: Int { senders.count }

  /// - Throws: ``CrystalGraphError`` where sites overlap or neighbors cannot be found.
  public init(of crystal: Crystal, _ settings: GraphSettings) throws(CrystalGraphError) {
    let rows = try CrystalEdges(of: crystal, settings.edges)
    try rows.checkOverlaps(in: crystal)
    self.init(crystal, rows, SiteFolding(of: crystal, rows, settings), settings)
  }

  private init(
    _ crystal: Crystal, _ rows: CrystalEdges, _ folding: SiteFolding, _ settings: GraphSettings
  ) {
    self.init()
    nodeOfSite = folding.nodeOfSite
    multiplicities = folding.multiplicities
    (occupantOffsets, edgeOffsets) = ([0], [0])
    if settings.foldsEdges, folding.angles != nil { pairOffsets = [0] }
    // Folded graphs are far smaller than this.
    if !settings.foldsSites && !settings.foldsEdges { reserve(rows.neighbors.count) }
    for site in folding.representatives {
      for occupant in crystal.occupants(of: site) {
        atomicNumbers.append(Int32(occupant.element.atomicNumber))
        shares.append(Float(occupant.occupancy))
      }
      occupantOffsets.append(Int32(atomicNumbers.count))
      if settings.foldsEdges {
        let row = FoldedRow(of: site, rows, folding)
        if let angles = folding.angles { append(row.pairs(angles, start: edgeCount)) }
        for (place, edge) in row.edges.enumerated() {
          append(edge, of: rows, count: row.counts[place], shell: row.shells[place])
        }
      } else {
        var shell: Int32 = 0
        for edge in rows.row(site) {
          if rows.startsShell(edge, of: site) { shell += 1 }
          append(edge, of: rows, count: 1, shell: shell)
        }
      }
      edgeOffsets.append(Int32(edgeCount))
    }
  }

  private mutating func reserve(_ edges: Int) {
    senders.reserveCapacity(edges)
    counts.reserveCapacity(edges)
    vectors.reserveCapacity(3 * edges)
    shells.reserveCapacity(edges)
  }

  private mutating func append(_ edge: Int, of rows: CrystalEdges, count: Float, shell: Int32) {
    senders.append(nodeOfSite[Int(rows.neighbors[edge])])
    counts.append(count)
    let vector = rows.vectors[edge]
    vectors.append(Float(vector.x))
    vectors.append(Float(vector.y))
    vectors.append(Float(vector.z))
    shells.append(shell)
    if !rows.areas.isEmpty { areas.append(Float(rows.areas[edge])) }
  }

  private mutating func append(_ pairs: [[BondPair]]) {
    for bond in pairs {
      for pair in bond {
        pairSenders.append(pair.sender)
        pairCosines.append(Float(pair.cosine))
        pairCounts.append(pair.count)
      }
      pairOffsets.append(Int32(pairSenders.count))
    }
  }

  /// Without any node: to be filled.
  init() {
    (nodeOfSite, multiplicities, occupantOffsets, atomicNumbers, shares) = ([], [], [], [], [])
    (edgeOffsets, senders, counts, vectors, shells, areas) = ([], [], [], [], [], [])
    (pairOffsets, pairSenders, pairCosines, pairCounts) = ([], [], [], [])
  }
}
