extension CompositionEncoder {
  /// How elements talk to each other.
  public enum Architecture: String, Codable, Hashable, Sendable, CaseIterable {
    /// Ours, the smallest and fastest: gate and message of a pair share one hidden layer.
    case compact
    /// Gates and messages of their own for each pair and head, as in Roost.
    case roost
    /// Transformer layers between elements that know their fraction, as in CrabNet.
    case crabnet
  }

  /// What the rows that leave an encoder stand for.
  public enum Rows: Sendable {
    case compositions
    /// The elements of each composition, packed as they came in.
    case elements
  }

  /// Everything that rebuilds the module, and nothing else.
  public struct Configuration: Codable, Hashable, Sendable {
    public var architecture = Architecture.compact
    /// Size of the vector of an element and of a composition; even for ``Architecture/crabnet``.
    public var width = 64
    /// Size of the hidden layer: of messages, a multiple of ``heads``; for ``Architecture/roost`` of
    /// the gate and of the message of each head; for ``Architecture/crabnet`` of the layer behind
    /// the attention, whose heads divide ``width``.
    public var hidden = 64
    public var layers = 2
    public var heads = 4
    /// Numbers for each element in a table of fixed vectors, which then replace the 22 properties of
    /// Magpie and the learned vector beside them; `nil` without such a table.
    public var vectorWidth: Int?

    public init() {}

    /// The sizes of Goodall and Lee, Nat. Commun. 11, 6280 (2020).
    public static var roost: Configuration {
      var result = Configuration()
      result.architecture = .roost
      (result.width, result.hidden, result.layers, result.heads) = (64, 256, 3, 3)
      return result
    }

    /// The sizes of Wang et al., npj Comput. Mater. 7, 77 (2021).
    public static var crabnet: Configuration {
      var result = Configuration()
      result.architecture = .crabnet
      (result.width, result.hidden, result.layers, result.heads) = (512, 2048, 3, 4)
      return result
    }

    /// The sizes of an architecture's publication; ours for ``Architecture/compact``.
    public init(_ architecture: Architecture) {
      switch architecture {
      case .compact: self.init()
      case .roost: self = .roost
      case .crabnet: self = .crabnet
      }
    }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      // Older files know one architecture and no table.
      architecture =
        try values.decodeIfPresent(Architecture.self, forKey: .architecture) ?? .compact
      width = try values.decode(Int.self, forKey: .width)
      hidden = try values.decode(Int.self, forKey: .hidden)
      layers = try values.decode(Int.self, forKey: .layers)
      heads = try values.decode(Int.self, forKey: .heads)
      vectorWidth = try values.decodeIfPresent(Int.self, forKey: .vectorWidth)
    }

    public var rows: Rows { architecture == .crabnet ? .elements : .compositions }

    /// Whether a network can have these sizes: what is asked of settings from a file.
    public var isPossible: Bool {
      let sizes = [width, hidden, heads, vectorWidth ?? 1]
      guard sizes.allSatisfy((1...65_536).contains), (0...64).contains(layers),
        width * max(width, hidden) <= 1 << 24
      else { return false }
      return switch architecture {
      case .compact: hidden % heads == 0
      case .roost: width > 1 && heads <= 64
      case .crabnet: width % heads == 0 && width % 2 == 0
      }
    }
  }
}
