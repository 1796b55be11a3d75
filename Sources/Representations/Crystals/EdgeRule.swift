/// Which pairs of sites are joined in a ``CrystalGraph``.
public enum EdgeRule: Codable, Hashable, Sendable {
  /// All pairs closer than this, Å.
  case radius(Double)

  /// The nearest sites of each, shells never cut; none beyond a distance, Å, where one is given.
  case nearest(Int, within: Double? = nil)

  /// Sites whose Voronoi cells share a face.
  case voronoi

  /// Whether a graph can be made by it.
  public var isPossible: Bool {
    switch self {
    case .radius(let cutoff): cutoff > 0 && cutoff <= 100
    case .nearest(let count, let cutoff):
      (1...10_000).contains(count) && (cutoff.map { $0 > 0 && $0.isFinite } ?? true)
    case .voronoi: true
    }
  }
}

/// How crystals become graphs.
public struct GraphSettings: Codable, Hashable, Sendable {
  public var edges: EdgeRule

  /// Whether sites that no network can tell apart are one node: those that symmetry makes of each
  /// other, as a rule.
  public var foldsSites: Bool

  /// Whether edges of a node that no network can tell apart are one edge (``CrystalGraph/counts``):
  /// those that lead equally far to one node, at the same angles to the others where angles are seen.
  public var foldsEdges: Bool

  /// Whether a network sees angles between bonds, which sites of one node must share.
  public var seesAngles: Bool

  public init(
    edges: EdgeRule, foldsSites: Bool = true, foldsEdges: Bool = false, seesAngles: Bool = false
  ) {
    self.edges = edges
    self.foldsSites = foldsSites
    self.foldsEdges = foldsEdges
    self.seesAngles = seesAngles
  }
}

/// Why a crystal has no graph.
public enum CrystalGraphError: Error, Hashable, Sendable, CustomStringConvertible {
  case sitesOverlap(Int, Int, distance: Double)
  case noEdges(String)
  case impossibleRule(EdgeRule)

  public var description: String {
    switch self {
    case .sitesOverlap(let a, let b, let distance):
      "Sites \(a + 1) and \(b + 1) lie \(distance) Å apart and are filled by more than one atom "
        + "together; correct the positions or the occupancies."
    case .noEdges(let reason): "The neighbors of the sites cannot be found: \(reason)"
    case .impossibleRule(let rule): "No graph can be made by the rule \(rule)."
    }
  }
}
