import Matter
import Representations

/// Adds up what networks give to the sites and bonds of one crystal, folds undone.
struct SiteSums {
  private let crystal: Crystal
  private var share = 0.0
  private var start = 0.0
  private var end = 0.0
  private var missed = 0.0
  /// Of each occupant of each site.
  private var occupants: [[Double]]
  /// The first site that none of the networks tells from each site.
  private var like: [Int]
  private var bonds: BondSums?

  init(_ crystal: Crystal) {
    self.crystal = crystal
    occupants = (0..<crystal.siteCount).map { crystal.occupants(of: $0).map { _ in 0 } }
    like = [Int](repeating: 0, count: crystal.siteCount)
  }

  /// - Parameters:
  ///   - weight: The networks' share in the prediction.
  ///   - isNew: Whether the graph is one that no networks before had.
  mutating func add(
    _ paths: CrystalPaths, _ unfolded: UnfoldedGraph, weight: Double, isNew: Bool
  ) {
    let graph = unfolded.graph
    share += weight
    start += weight * paths.occupants.start
    end += weight * paths.occupants.end
    missed += weight * paths.occupants.remainder
    for site in like.indices {
      let node = Int(graph.nodeOfSite[site])
      let places = Int(graph.occupantOffsets[node])..<Int(graph.occupantOffsets[node + 1])
      for (place, occupant) in crystal.occupants(of: site).enumerated() {
        // Sites of one node may name their occupants in another order.
        let own = places.filter {
          graph.atomicNumbers[$0] == Int32(occupant.element.atomicNumber)
        }
        let total = own.reduce(0) { $0 + Double(graph.shares[$1]) }
        let sum = own.reduce(0) { $0 + paths.occupants.contributions[$1] }
        let part = occupant.occupancy / max(total, .leastNonzeroMagnitude)
        occupants[site][place] += weight * sum * part / Double(graph.multiplicities[node])
      }
    }
    if isNew { refine(graph.nodeOfSite) }
    guard let edges = paths.edges else { return }
    if bonds == nil { bonds = BondSums() }
    bonds?.add(edges, unfolded, weight: weight, isNew: isNew)
  }

  /// Sites stay alike as long as no graph tells them apart.
  private mutating func refine(_ nodes: [Int32]) {
    struct Kind: Hashable {
      let before: Int
      let node: Int32
    }
    var first: [Kind: Int] = [:]
    like = like.indices.map { site in
      let kind = Kind(before: like[site], node: nodes[site])
      let found = first[kind] ?? site
      first[kind] = found
      return found
    }
  }

  /// - Parameters:
  ///   - base: The mean of the training targets.
  ///   - prediction: Of the whole model.
  func contributions(base: Double, prediction: Double) -> SiteContributions {
    let isWhole = share > SiteContributions.wholeShare
    let others = isWhole ? 0 : prediction - end - (1 - share) * base
    var counts: [Int: Int] = [:]
    for site in like { counts[site, default: 0] += 1 }
    let sites = like.indices.map { site in
      SiteContributions.Site(
        site: site + 1, label: crystal.labels?[site],
        occupants: zip(crystal.occupants(of: site), occupants[site]).map {
          .init(element: $0.element.symbol, share: $0.occupancy, contribution: $1)
        },
        like: like[site] + 1, multiplicity: counts[like[site]] ?? 1,
        contribution: occupants[site].reduce(0, +))
    }
    // What the networks say now and in the prediction differs by rounding alone.
    let rounding = isWhole ? prediction - end : 0
    return SiteContributions(
      share: share, base: base, geometry: start - share * base, sites: sites, others: others,
      remainder: missed + rounding,
      bonds: bonds?.result(base: share * base, rounding: rounding))
  }
}

/// Adds up what networks give to pairs of neighbors.
private struct BondSums {
  private struct Pair: Hashable {
    let first, second: Int
    let image: SIMD3<Int>
  }

  /// The edges that stand for both directions, in all graphs so far.
  private struct Found {
    var contribution = 0.0
    var distance: Double
    var edges: [Int] = []
  }

  private var pairs: [Pair: Found] = [:]
  private var start = 0.0
  private var missed = 0.0
  private var graphs = 0

  mutating func add(
    _ path: PathIntegral, _ unfolded: UnfoldedGraph, weight: Double, isNew: Bool
  ) {
    start += weight * path.start
    missed += weight * path.remainder
    var edges: [Pair: [Int]] = [:]
    for neighbor in unfolded.neighbors {
      let pair = Self.pair(neighbor)
      let part = path.contributions[neighbor.edge] / Double(unfolded.edgeCounts[neighbor.edge])
      pairs[pair, default: Found(distance: neighbor.distance)].contribution += weight * part
      if isNew { edges[pair, default: []].append(neighbor.edge) }
    }
    guard isNew else { return }
    for (pair, own) in edges { pairs[pair]?.edges += [graphs] + own.sorted() }
    graphs += 1
  }

  /// The same for both directions.
  private static func pair(_ neighbor: UnfoldedGraph.Neighbor) -> Pair {
    let (i, j, image) = (neighbor.site, neighbor.neighbor, neighbor.image)
    let isForward =
      i != j
      ? i < j
      : [image.x, image.y, image.z].first { $0 != 0 }.map { $0 > 0 } ?? true
    return isForward
      ? Pair(first: i, second: j, image: image) : Pair(first: j, second: i, image: .zero &- image)
  }

  func result(base: Double, rounding: Double) -> SiteContributions.Bonds {
    let sorted = pairs.sorted { a, b in
      let (p, q) = (a.key, b.key)
      // Of equal lengths, whatever their rounding, places decide.
      let (x, y) = ((a.value.distance * 1e5).rounded(), (b.value.distance * 1e5).rounded())
      if (p.first, x) != (q.first, y) { return (p.first, x) < (q.first, y) }
      return (p.second, p.image.x, p.image.y, p.image.z)
        < (q.second, q.image.x, q.image.y, q.image.z)
    }
    var kinds: [[Int]: Int] = [:]
    let bonds = sorted.map { pair, found in
      let kind = kinds[found.edges] ?? kinds.count + 1
      kinds[found.edges] = kind
      return SiteContributions.Bond(
        first: pair.first + 1, second: pair.second + 1,
        image: [pair.image.x, pair.image.y, pair.image.z], distance: found.distance, kind: kind,
        contribution: found.contribution)
    }
    return SiteContributions.Bonds(
      elements: start - base, bonds: bonds, remainder: missed + rounding)
  }
}
