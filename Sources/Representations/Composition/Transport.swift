/// The balanced transport problem: what it costs at least to carry supplies to demands.
///
/// Successive shortest paths (Jewell 1958; Iri 1960) with the search of Bellman and Ford over the
/// residual arcs. Every step empties a supply, fills a demand or takes an arc back to zero. For the
/// few elements of a formula; O(n³) for each step.
enum Transport {
  /// Amounts below this are rounding.
  private static let negligible = 1e-12

  /// - Parameters:
  ///   - supplies: Positive.
  ///   - demands: Positive, with the same sum up to rounding.
  ///   - costs: `[supplies][demands]`, finite, not negative.
  /// - Returns: The least cost.
  static func cost(supplies: [Double], demands: [Double], costs: [[Double]]) -> Double {
    var network = ResidualNetwork(supplies: supplies, demands: demands, costs: costs)
    while let path = network.cheapestPath(above: negligible) { network.carry(along: path) }
    return network.cost
  }
}

/// The flow so far, and what may still change.
private struct ResidualNetwork {
  private var supplies: [Double]
  private var demands: [Double]
  private let costs: [[Double]]
  private var flow: [[Double]]

  struct Path {
    /// Nodes: `0 ..< s` are sources, the rest are sinks.
    var nodes: [Int]
  }

  init(supplies: [Double], demands: [Double], costs: [[Double]]) {
    self.supplies = supplies
    self.demands = demands
    self.costs = costs
    flow = costs.map { $0.map { _ in 0 } }
  }

  var cost: Double {
    zip(flow, costs).reduce(0) { sum, row in
      zip(row.0, row.1).reduce(sum) { $0 + $1.0 * $1.1 }
    }
  }

  /// From a source with supply to a sink with demand.
  func cheapestPath(above negligible: Double) -> Path? {
    let sources = supplies.count
    let count = sources + demands.count
    var distance = [Double](repeating: .infinity, count: count)
    var before = [Int](repeating: -1, count: count)
    for source in 0..<sources where supplies[source] > negligible { distance[source] = 0 }
    for _ in 0..<count {
      var hasChanged = false
      for source in 0..<sources {
        for sink in 0..<demands.count {
          let node = sources + sink
          let forward = distance[source] + costs[source][sink]
          if forward < distance[node] - 1e-13 {
            (distance[node], before[node], hasChanged) = (forward, source, true)
          }
          let backward = distance[node] - costs[source][sink]
          if flow[source][sink] > negligible, backward < distance[source] - 1e-13 {
            (distance[source], before[source], hasChanged) = (backward, node, true)
          }
        }
      }
      if !hasChanged { break }
    }
    let open = demands.indices.filter { demands[$0] > negligible }
    guard let sink = open.min(by: { distance[sources + $0] < distance[sources + $1] }),
      distance[sources + sink].isFinite
    else { return nil }
    var nodes = [sources + sink]
    while let node = nodes.last, before[node] >= 0, nodes.count <= count {
      nodes.append(before[node])
    }
    return Path(nodes: nodes.reversed())
  }

  mutating func carry(along path: Path) {
    guard let first = path.nodes.first, let last = path.nodes.last else { return }
    let sources = supplies.count
    let arcs = Array(zip(path.nodes, path.nodes.dropFirst()))
    var amount = min(supplies[first], demands[last - sources])
    for (from, to) in arcs where from >= sources { amount = min(amount, flow[to][from - sources]) }
    for (from, to) in arcs {
      if from < sources {
        flow[from][to - sources] += amount
      } else {
        flow[to][from - sources] -= amount
      }
    }
    supplies[first] -= amount
    demands[last - sources] -= amount
  }
}
