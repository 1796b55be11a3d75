public import DenseMath
import Matter
public import Torch

/// Encodes crystals by messages between neighboring sites.
///
/// Networks of the literature are configurations of one family of blocks: elements enter as vectors
/// mixed by share, edges as functions of their length or rank; blocks of messages follow, then a
/// readout. The rows of all crystals are packed, nothing is padded.
///
/// Laws: the choice of cell, the order of sites, rotations and translations do not matter; a folded
/// graph gives the row of the whole graph up to rounding; outside of training a row does not depend
/// on the other crystals of a batch.
public final class CrystalEncoder: Module {
  public let configuration: Configuration

  /// Size of the vector of state of each crystal; 0 where none enters.
  public let stateWidth: Int

  let blocks: any CrystalBlocks

  /// One behind each block, where sites far from each other are to know of each other.
  private let exchanges: [SiteExchange]

  /// - Parameter stateWidth: How many numbers stand beside each crystal from the start (temperature,
  ///   pressure, fidelity), where ``Configuration/takesState``.
  public init(
    _ configuration: Configuration = Configuration(), stateWidth: Int = 0,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    precondition(configuration.isPossible, "no network has the sizes \(configuration)")
    precondition(
      stateWidth == 0 || configuration.takesState,
      "\(configuration.architecture.rawValue) takes no state")
    self.configuration = configuration
    self.stateWidth = stateWidth
    blocks =
      switch configuration.architecture {
      case .compact: try CompactCrystalNetwork(configuration, using: &generator)
      case .cgcnn: try CGCNNNetwork(configuration, using: &generator)
      case .megnet:
        try MEGNetNetwork(configuration, stateWidth: stateWidth, using: &generator)
      case .alignn: try ALIGNNNetwork(configuration, using: &generator)
      case .cogn: try COGNNetwork(configuration, using: &generator)
      case .cgat: try CGATNetwork(configuration, using: &generator)
      }
    var exchanges: [SiteExchange] = []
    for _ in 0..<(configuration.isLongRange ? configuration.layers : 0) {
      exchanges.append(try SiteExchange(configuration, using: &generator))
    }
    self.exchanges = exchanges
  }

  /// Encodes one batch.
  ///
  /// - Parameters:
  ///   - batch: `b` crystals, `n` nodes in all.
  ///   - state: `[b, stateWidth]`; `nil` where no state enters.
  ///   - isTraining: Whether normalizations use this batch and remember it.
  /// - Returns: `[b, outputWidth]`: behind the readout, before the head.
  /// - Throws: ``TorchError`` when libtorch runs out of memory.
  public func callAsFunction(
    _ batch: PackedCrystals, state: Tensor? = nil, isTraining: Bool = false
  ) throws(TorchError) -> Tensor {
    let call = try call(batch, state, isTraining)
    return try blocks.readout(try states(call), call)
  }

  /// The rows of the nodes behind the last block: `[n, width]`.
  ///
  /// - Parameters: as for ``callAsFunction(_:state:isTraining:)``.
  public func nodes(
    _ batch: PackedCrystals, state: Tensor? = nil, isTraining: Bool = false
  ) throws(TorchError) -> Tensor {
    try states(try call(batch, state, isTraining)).nodes
  }

  /// Both ``nodes(_:state:isTraining:)`` and what the readout makes of them.
  func nodesAndRows(
    _ batch: PackedCrystals, isTraining: Bool
  ) throws(TorchError) -> (nodes: Tensor, rows: Tensor) {
    let call = try call(batch, nil, isTraining)
    let states = try states(call)
    return (states.nodes, try blocks.readout(states, call))
  }

  /// How unlike neighbors are, as they enter and behind each block.
  ///
  /// The mean of `‖v_i − v_j‖²` over edges, divided by twice the variance of all nodes: about 1
  /// where neighbors are as unlike as any two sites, near 0 where each crystal has become one vector
  /// (oversmoothing: Rusch, Bronstein and Mishra, arXiv:2303.10993; their Dirichlet energy, here
  /// without a scale). 0 where all nodes are alike or none has neighbors.
  public func dirichletEnergies(
    _ batch: PackedCrystals, state: Tensor? = nil
  ) throws(TorchError) -> [Double] {
    try noGrad { () throws(TorchError) in
      let call = try call(batch, state, false)
      var energies: [Double] = []
      _ = try states(call) { (nodes) throws(TorchError) in
        energies.append(try call.graph.dirichletEnergy(nodes))
      }
      return energies
    }
  }

  /// Runs the blocks.
  ///
  /// - Parameter willLeave: Told the rows of the nodes as they enter and as they leave each block.
  func states(
    _ call: CrystalCall, willLeave: (Tensor) throws(TorchError) -> Void = { _ in }
  ) throws(TorchError) -> CrystalStates {
    var states = try blocks.entry(call)
    try willLeave(states.nodes)
    for place in 0..<configuration.layers {
      states = try blocks.block(place, states, call)
      if !exchanges.isEmpty { states.nodes = try exchanges[place](states.nodes, call.batch) }
      try willLeave(states.nodes)
    }
    return states
  }

  func call(
    _ batch: PackedCrystals, _ state: Tensor?, _ isTraining: Bool, entry: CrystalEntry? = nil
  ) throws(TorchError) -> CrystalCall {
    precondition(
      (state?.shape ?? [batch.batch.count, 0]) == [batch.batch.count, stateWidth],
      "a state of \(stateWidth) numbers for each of \(batch.batch.count) crystals")
    return try CrystalCall(
      batch, try MessageGraph(batch, fading: try fading(batch)), state: state,
      isTraining: isTraining, entry: entry)
  }

  /// How far each edge has faded at the cutoff, `[e, 1]`.
  private func fading(_ batch: PackedCrystals) throws(TorchError) -> Tensor? {
    guard configuration.isSmooth, case .radius(let cutoff) = configuration.rule else { return nil }
    let envelope = Envelope.polynomial(order: 6)
    let values = try batch.distances.doubles().map { Float(envelope.value(at: $0 / cutoff)) }
    return try Tensor(values, shape: [values.count, 1])
  }

  public var parameters: [NamedParameter] {
    blocks.parameters
      + exchanges.enumerated().flatMap { $1.parameters(under: "exchanges.\($0)") }
  }
}

extension MessageGraph {
  /// See ``CrystalEncoder/dirichletEnergies(_:state:)``.
  func dirichletEnergy(_ nodes: Tensor) throws(TorchError) -> Double {
    func mean(_ values: Tensor, _ counts: Tensor) throws(TorchError) -> Tensor {
      try counts.transposed().matmul(values).scaled(by: 1 / max(try counts.sum().item(), 1e-9))
    }
    let size = try mean(try nodes.squared(), nodeCounts).sum().item()
    let centered = try nodes.subtracting(try mean(nodes, nodeCounts))
    let variance = try mean(try centered.squared(), nodeCounts).sum().item()
    // Rounding alone makes no two nodes unlike.
    guard variance > 1e-10 * size else { return 0 }
    let differences = try nodes.gathered(receivers).subtracting(try nodes.gathered(senders))
    let between = try mean(try differences.squared(), edgeCounts).sum().item()
    return between / (2 * variance)
  }
}
