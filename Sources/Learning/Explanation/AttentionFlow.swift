import DenseMath
public import Matter
import Representations

/// Which elements of a material exchange messages in a network, and whose reach the prediction.
///
/// Weights say where a network looks, not what it concludes: contributions say that.
public struct AttentionFlow: Codable, Hashable, Sendable {
  /// The order of all rows and columns.
  public var elements: [Element]

  /// `[layer][receiver][sender]`: weights of messages, the mean over heads and networks. Rows sum
  /// to 1.
  public var layers: [[[Double]]]

  /// `[element]`: weights with which elements are gathered into the vector of the material, the mean
  /// over heads and networks.
  public var pooling: [Double]

  /// `[element]`: how much of what is gathered started at each element, messages followed back
  /// through all layers.
  ///
  /// Attention rollout (Abnar and Zuidema, Proc. ACL 2020, 4190, arXiv:2005.00928): half of a row is
  /// the row itself, half are the messages it receives.
  public var rollout: [Double]

  /// The same for each network, its heads apart: `[network]`.
  public var networks: [Network]

  /// The weights of one network.
  public struct Network: Codable, Hashable, Sendable {
    /// The network's weight in the model; all sum to 1.
    public var share: Double

    /// `[layer][head][receiver][sender]`.
    public var layers: [[[[Double]]]]

    /// `[head][element]`.
    public var pooling: [[Double]]
  }

  /// Two elements and the messages between them.
  public struct Pair: Hashable, Sendable {
    public let receiver: Element
    public let sender: Element
    /// The mean over layers.
    public let weight: Double
  }

  /// The messages from one element to another, the strongest first.
  public var pairs: [Pair] {
    var result: [Pair] = []
    for (i, receiver) in elements.enumerated() {
      for (j, sender) in elements.enumerated() where i != j && !layers.isEmpty {
        let weight = layers.reduce(0) { $0 + $1[i][j] } / Double(layers.count)
        result.append(Pair(receiver: receiver, sender: sender, weight: weight))
      }
    }
    return result.sorted {
      ($1.weight, $0.receiver, $0.sender) < ($0.weight, $1.receiver, $1.sender)
    }
  }

  /// - Parameter networks: At least one, of equal shape.
  init(elements: [Element], networks: [Network]) {
    self.elements = elements
    self.networks = networks
    let count = elements.count
    let depth = networks.first?.layers.count ?? 0
    layers = (0..<depth).map { layer in
      (0..<count).map { receiver in
        (0..<count).map { sender in
          networks.reduce(0) { sum, network in
            sum + network.share * network.layers[layer].meanOfHeads { $0[receiver][sender] }
          }
        }
      }
    }
    pooling = (0..<count).map { element in
      networks.reduce(0) { sum, network in
        sum + network.share * network.pooling.meanOfHeads { $0[element] }
      }
    }
    rollout = [Double](repeating: 0, count: count)
    for network in networks {
      for (place, value) in network.rollout.enumerated() {
        rollout[place] += network.share * value
      }
    }
  }
}

extension Array {
  fileprivate func meanOfHeads(_ value: (Element) -> Double) -> Double {
    reduce(0) { $0 + value($1) } / Double(Swift.max(count, 1))
  }
}

extension AttentionFlow.Network {
  /// `[element]`, summing to 1: the gathering, followed back layer by layer.
  var rollout: [Double] {
    let count = pooling.first?.count ?? 0
    var flow = (0..<count).map { element in pooling.meanOfHeads { $0[element] } }
    for heads in layers.reversed() {
      var before = flow.map { 0.5 * $0 }
      for receiver in 0..<count {
        for sender in 0..<count {
          before[sender] += 0.5 * flow[receiver] * heads.meanOfHeads { $0[receiver][sender] }
        }
      }
      flow = before
    }
    return flow
  }
}

extension DeepEnsemble {
  /// The weights of every member for each candidate: `[candidate][member]`.
  fileprivate func attention(
    _ candidates: [Candidate], share: Double
  ) throws -> [[AttentionFlow.Network]] {
    let batch = try PackedCompositions(CompositionBatch(candidates.map(\.composition)))
    var result: [[AttentionFlow.Network]] = candidates.map { _ in [] }
    for member in members {
      guard case .compositions(let encoder) = member.encoder.kind else { continue }
      let steps = try encoder.attention(batch)
      for place in candidates.indices {
        let all = steps.map { step in step.heads[place].map(\.nestedRows) }
        result[place].append(
          AttentionFlow.Network(
            share: share / Double(members.count), layers: Array(all.dropLast()),
            // The gathering has one receiver.
            pooling: (all.last ?? []).map { $0.first ?? [] }))
      }
    }
    return result
  }
}

extension Surrogate {
  /// The ensembles of networks on compositions inside, each with its share in the prediction.
  var networks: [(ensemble: DeepEnsemble, share: Double)] {
    if let ensemble = self as? DeepEnsemble {
      return ensemble.readsCrystals ? [] : [(ensemble, 1)]
    }
    guard let stack = self as? Stack else { return [] }
    return stack.layers.flatMap { layer in
      layer.members.flatMap { member in
        member.networks.map { ($0.ensemble, $0.share * layer.share / Double(layer.members.count)) }
      }
    }
  }

  /// Who listens to whom; empty without networks.
  func attention(_ candidates: [Candidate]) throws -> [AttentionFlow] {
    let networks = networks
    let total = networks.reduce(0) { $0 + $1.share }
    guard total > 0 else { return [] }
    var parts: [[AttentionFlow.Network]] = candidates.map { _ in [] }
    for (ensemble, share) in networks {
      for (place, own) in try ensemble.attention(candidates, share: share / total).enumerated() {
        parts[place] += own
      }
    }
    return zip(candidates, parts).map {
      AttentionFlow(elements: $0.composition.elements, networks: $1)
    }
  }
}
