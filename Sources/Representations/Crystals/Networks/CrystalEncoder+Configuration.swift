extension CrystalEncoder {
  /// Networks that are configurations of the same blocks; all but the first as they were published.
  public enum Architecture: String, Codable, Hashable, Sendable, CaseIterable {
    /// Ours, the smallest and fastest: gate and message of an edge share one layer.
    case compact
    /// Gated messages of pairs and bond lengths: Xie and Grossman (2018).
    case cgcnn
    /// Nodes, edges and a state of the whole crystal in turn: Chen et al. (2019).
    case megnet
    /// Messages between bonds, which know their angles, and between atoms: Choudhary and DeCost (2021).
    case alignn
    /// Deep networks on edges, one sum for nodes: Ruff et al. (2024).
    case cogn
    /// Attention that reads the ranks of neighbors, no lengths: Schmidt et al. (2021).
    case cgat
  }

  /// What is known of an element when it enters.
  public enum ElementInput: String, Codable, Hashable, Sendable, CaseIterable {
    /// The 92 bits of ``ElementBits``.
    case bits
    /// A learned vector; of elements that were never seen, nothing is known.
    case learned
    /// The 22 properties of Magpie beside a learned vector.
    case properties
  }

  /// Everything that rebuilds the module, and nothing else.
  public struct Configuration: Codable, Hashable, Sendable {
    public var architecture = Architecture.cgcnn
    public var elements = ElementInput.bits
    /// Size of the vector of a node.
    public var width = 64
    /// Size of the vector of an edge, where an architecture keeps one.
    public var edgeWidth = 64
    /// Size of the hidden layers.
    public var hidden = 128
    /// Blocks of messages.
    public var layers = 3
    /// Of these the first, in ``Architecture/alignn``, with messages between bonds besides.
    public var angleLayers = 0
    /// Layers of the network on edges, in ``Architecture/cogn``.
    public var depth = 1
    /// Heads of attention, in ``Architecture/cgat`` and ``Architecture/compact``.
    public var heads = 1
    public var distances = DistanceBasis.gaussians(count: 41, from: 0, through: 8, width: 0.2)
    /// Functions of the cosine of an angle, where an architecture reads angles.
    public var angles = 40
    /// Functions of the area of a Voronoi face, 0 … 30 Å², beside those of the distance; 0 for none.
    public var areas = 0
    /// Which neighbors send messages.
    public var rule = EdgeRule.nearest(12, within: 8)
    /// Whether messages fade to 0 at the cutoff of ``EdgeRule/radius(_:)``, so that predictions are
    /// smooth as neighbors come and go.
    public var isSmooth = false
    /// Whether each block ends with an exchange among all sites of a crystal; older files do not say.
    private var exchanges: Bool?

    /// CGCNN as published.
    public init() {}

    /// The sizes of an architecture's publication.
    public init(_ architecture: Architecture) {
      self.architecture = architecture
      switch architecture {
      case .compact:
        elements = .properties
        (width, edgeWidth, hidden, layers, heads) = (64, 64, 64, 2, 4)
        distances = .gaussians(count: 32, from: 0, through: 8, width: 0.365)
      case .cgcnn: break
      case .megnet:
        elements = .learned
        (width, edgeWidth, hidden, layers) = (32, 32, 64, 3)
        distances = .gaussians(count: 100, from: 0, through: 5, width: 0.5)
        rule = .radius(4)
      case .alignn:
        (width, edgeWidth, hidden, layers, angleLayers) = (256, 256, 64, 8, 4)
        // The reference divides by the step of the centers where the width's square is meant.
        distances = .gaussians(count: 80, from: 0, through: 8, width: (8.0 / 79).squareRoot())
      case .cogn:
        elements = .properties
        (width, edgeWidth, hidden, layers, depth) = (128, 128, 128, 5, 5)
        distances = .gaussians(count: 32, from: 0.25, through: 8, width: 0.5.squareRoot())
        rule = .nearest(24)
      case .cgat:
        elements = .properties
        (width, edgeWidth, hidden, layers, heads) = (128, 128, 256, 5, 5)
        distances = .shells(count: 25)
        rule = .nearest(24)
      }
    }

    /// Size of the row of a crystal.
    public var outputWidth: Int {
      architecture == .megnet ? 2 * width + 2 * edgeWidth + width : width
    }

    /// Whether each block ends with an exchange among all sites of a crystal, whatever their distance.
    public var isLongRange: Bool {
      get { exchanges ?? false }
      set { exchanges = newValue ? true : nil }
    }

    /// Whether a state of each crystal (temperature, pressure, fidelity) can enter.
    public var takesState: Bool { architecture == .megnet }

    /// How the graphs for it are made.
    public var graphs: GraphSettings {
      GraphSettings(edges: rule, foldsEdges: true, seesAngles: angleLayers > 0)
    }

    /// Whether a network can have these sizes: what is asked of settings from a file.
    public var isPossible: Bool {
      let sizes = [width, edgeWidth, hidden, heads, depth, angles, distances.count]
      guard sizes.allSatisfy((1...16_384).contains), (0...64).contains(layers),
        (0...layers).contains(angleLayers), (0...16_384).contains(areas), depth <= 64, heads <= 64,
        max(width, edgeWidth) * max(width, edgeWidth, hidden) * heads <= 1 << 24,
        distances.isPossible, rule.isPossible
      else { return false }
      if architecture == .compact && (hidden % heads != 0 || isSmooth) { return false }
      if areas > 0 && rule != .voronoi { return false }
      if angleLayers > 0 && architecture != .alignn { return false }
      if case .radius = rule { return true }
      return !isSmooth
    }
  }
}
