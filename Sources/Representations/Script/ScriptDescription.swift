public import Matter
public import Torch

/// How a ``ScriptModule`` of somebody else's is fed and what its answer means: all that stands in the
/// description beside its file.
public struct ScriptDescription: Codable, Hashable, Sendable {
  /// What goes in. `n` sites, `e` edges, `b` structures in all; edge `k` leads from a center to a
  /// neighbor closer than the cutoff, in both directions.
  public enum Quantity: String, Codable, CaseIterable, Sendable {
    /// `[n]`
    case atomicNumbers = "atomic_numbers"
    /// The numbers that the list of elements gives, `[n]`.
    case elementIndex = "element_index"
    /// A column for each element of the list, `[n, elements]`.
    case elementOneHot = "element_one_hot"
    /// Atomic fractions of nodes that are elements, `[n]`.
    case fractions
    /// Atomic fractions of the elements of the list, `[b, elements]`.
    case composition
    /// Å, `[n, 3]`
    case positions
    /// In cell vectors, `[n, 3]`.
    case fractionalPositions = "fractional_positions"
    /// Cell vectors as rows, Å: `[3, 3]`, of several structures `[b, 3, 3]`.
    case cell
    /// `[2, e]`
    case edgeIndex = "edge_index"
    /// `[e]`
    case edgeCenters = "edge_centers"
    /// `[e]`
    case edgeNeighbors = "edge_neighbors"
    /// Cell vectors by which the neighbor is shifted, `[e, 3]`.
    case unitShifts = "unit_shifts"
    /// The same in Å, `[e, 3]`.
    case shifts
    /// From the center to the neighbor, Å, `[e, 3]`.
    case edgeVectors = "edge_vectors"
    /// Å, `[e]`
    case edgeLengths = "edge_lengths"
    /// The structure of each site, `[n]`.
    case batch
    /// Where the sites of each structure begin, `[b + 1]`.
    case starts = "ptr"
    /// `[b]`
    case siteCounts = "site_counts"

    var needsEdges: Bool {
      switch self {
      case .edgeIndex, .edgeCenters, .edgeNeighbors, .unitShifts, .shifts, .edgeVectors,
        .edgeLengths:
        true
      default: false
      }
    }

    /// Whether it says something about atoms, not about elements alone.
    public var needsAtoms: Bool {
      needsEdges || [.positions, .fractionalPositions, .cell].contains(self)
    }

    /// Whether structures without a cell lack it.
    var needsCell: Bool {
      [.fractionalPositions, .cell, .unitShifts, .shifts].contains(self)
    }

    public var needsElements: Bool {
      [.elementIndex, .elementOneHot, .composition].contains(self)
    }

    /// Whether several structures can go in at once where it does.
    var tellsStructuresApart: Bool { [.batch, .starts, .siteCounts].contains(self) }
  }

  public struct Input: Codable, Hashable, Sendable {
    /// Where inputs are the entries of a dictionary.
    public var name: String?
    public var quantity: Quantity
    public var type: ScalarType

    /// Of ``Quantity/edgeIndex``: `[e, 2]` in the place of `[2, e]`.
    public var isTransposed = false

    /// Of ``Quantity/edgeIndex``: the neighbor before the center.
    public var startsWithNeighbor = false

    /// Of shifts and vectors: from the neighbor to the center.
    public var pointsInward = false

    /// Of what has one number for each site, edge or structure: `[…, 1]`.
    public var isColumn = false

    /// Of ``Quantity/cell``: `[3 b, 3]` if true, `[b, 3, 3]` if false, even of one structure.
    public var isFlat: Bool?

    public init(_ quantity: Quantity, _ type: ScalarType, name: String? = nil) {
      (self.quantity, self.type, self.name) = (quantity, type, name)
    }
  }

  /// How rows of sites become one of their structure.
  public enum Pooling: String, Codable, CaseIterable, Sendable {
    case mean
    case sum
    case max
    /// The output has a row for each structure already.
    case none
  }

  /// What the nodes are.
  public enum Nodes: String, Codable, CaseIterable, Sendable {
    case atoms
    /// Of the composition, in order of atomic number.
    case elements
  }

  /// The file of the module as the description names it.
  public var module: String
  public var method = "forward"
  public var nodes = Nodes.atoms

  /// Å; `nil` where no input has edges.
  public var cutoff: Double?

  /// The nearest of each site, of equally far ones those that come first; `nil` for all.
  public var mostNeighbors: Int?

  /// The elements that the module knows, and the number of each; none where it takes all.
  public var elements: [Element] = []
  public var elementNumbers: [Int] = []

  public var inputs: [Input]

  /// Of a dictionary or a tuple; neither where the answer is a tensor.
  public var outputName: String?
  public var outputPlace: Int?
  public var pooling: Pooling

  /// Whether the module differentiates inside.
  public var differentiates = false

  public init(module: String, inputs: [Input], pooling: Pooling) {
    (self.module, self.inputs, self.pooling) = (module, inputs, pooling)
  }

  /// Whether inputs are the entries of one dictionary.
  public var takesDictionary: Bool { !inputs.isEmpty && inputs.allSatisfy { $0.name != nil } }

  /// Whether several structures go in at once.
  public var takesBatches: Bool { inputs.contains(where: \.quantity.tellsStructuresApart) }

  var output: ScriptModule.Output {
    outputName.map { .entry($0) } ?? outputPlace.map { .place($0) } ?? .whole
  }

  /// What makes no sense in it; `nil` where all does.
  public var fault: String? {
    if inputs.isEmpty { return "it names no inputs" }
    let named = inputs.count { $0.name != nil }
    if named > 0, named < inputs.count { return "some inputs have a name and some have none" }
    let names = inputs.compactMap(\.name)
    if Set(names).count < names.count { return "two inputs have one name" }
    let quantities = inputs.map(\.quantity)
    if quantities.contains(where: \.needsEdges), cutoff == nil {
      return "its inputs have edges, but there is no \"cutoff\" in Å"
    }
    if let cutoff, !(cutoff > 0 && cutoff <= 100) { return "its cutoff is not in 0 to 100 Å" }
    if let mostNeighbors, !(1...10_000).contains(mostNeighbors) {
      return "its most_neighbors is not in 1 to 10,000"
    }
    if elements.isEmpty, let input = quantities.first(where: \.needsElements) {
      return "\"\(input.rawValue)\" needs a list of \"elements\""
    }
    if Set(elements).count < elements.count { return "an element is listed twice" }
    if elementNumbers.count != elements.count { return "each element needs a number" }
    if nodes == .elements, let input = quantities.first(where: \.needsAtoms) {
      return "\"\(input.rawValue)\" is of atoms, and its nodes are elements"
    }
    if nodes == .atoms, quantities.contains(.fractions) {
      return "\"fractions\" are of nodes that are elements (\"nodes\": \"elements\")"
    }
    if inputs.contains(where: { ![.float32, .float64, .int64].contains($0.type) }) {
      return "types are float32, float64 and int64"
    }
    return nil
  }
}
