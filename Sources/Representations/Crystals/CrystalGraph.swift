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

  /// From the receiving site to its neighbor, Å, `[e × 3]`.
  public internal(set) var vectors: [Float]

  /// The rank of each edge's shell in its row, from 0, `[e]`; see ``shellTolerance``.
  public internal(set) var shells: [Int32]

  /// Å², `[e]`, by ``EdgeRule/voronoi``; else empty.
  public internal(set) var areas: [Float]

  /// Neighbors whose distances differ by less from one to the next are of one shell, Å.
  public static let shellTolerance = 0.01

  public var nodeCount: Int { multiplicities.count }
  public var edgeCount: Int { senders.count }

  /// - Throws: ``CrystalGraphError`` where sites overlap or neighbors cannot be found.
  public init(of crystal: Crystal, _ settings: GraphSettings) throws(CrystalGraphError) {
    let rows = try CrystalEdges(of: crystal, settings.edges)
    try rows.checkOverlaps(in: crystal)
    let kept =
      settings.foldsSites
      ? SiteFolding(of: crystal, rows, seesAngles: settings.seesAngles)
      : SiteFolding(sites: crystal.siteCount)
    self.init(crystal, rows, kept)
  }

  private init(_ crystal: Crystal, _ rows: CrystalEdges, _ folding: SiteFolding) {
    nodeOfSite = folding.nodeOfSite
    multiplicities = folding.multiplicities
    (occupantOffsets, atomicNumbers, shares) = ([0], [], [])
    (edgeOffsets, senders, vectors, shells, areas) = ([0], [], [], [], [])
    for site in folding.representatives {
      for occupant in crystal.occupants(of: site) {
        atomicNumbers.append(Int32(occupant.element.atomicNumber))
        shares.append(Float(occupant.occupancy))
      }
      occupantOffsets.append(Int32(atomicNumbers.count))
      var shell: Int32 = 0
      let row = rows.row(site)
      for edge in row {
        if edge > row.lowerBound,
          rows.distances[edge] - rows.distances[edge - 1] > Self.shellTolerance
        {
          shell += 1
        }
        senders.append(nodeOfSite[Int(rows.neighbors[edge])])
        let vector = rows.vectors[edge]
        vectors.append(Float(vector.x))
        vectors.append(Float(vector.y))
        vectors.append(Float(vector.z))
        shells.append(shell)
        if !rows.areas.isEmpty { areas.append(Float(rows.areas[edge])) }
      }
      edgeOffsets.append(Int32(senders.count))
    }
  }

  /// Without any node: to be filled.
  init() {
    (nodeOfSite, multiplicities, occupantOffsets, atomicNumbers, shares) = ([], [], [], [], [])
    (edgeOffsets, senders, vectors, shells, areas) = ([], [], [], [], [])
  }
}
