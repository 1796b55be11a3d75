import DenseMath
import Matter
import Representations
import Torch

/// What the occupants of the sites, and the edges between them, add to the answers of networks.
struct CrystalPaths: Sendable {
  /// From an average element on each site to the elements themselves, distances kept; one for each
  /// occupant of the folded graph.
  var occupants: PathIntegral

  /// From edges of which nothing is known to the edges themselves, elements kept; one for each edge of
  /// the folded graph.
  var edges: PathIntegral?
}

extension DeepEnsemble {
  /// Integrated gradients of the mean of the members.
  ///
  /// As McCloskey et al. (Proc. Natl. Acad. Sci. 116, 11624 (2019)) for atoms and pairs of atoms. Where
  /// no gradient of a network is needed, sites begin as the average element of the training rows
  /// instead of nothing; edges begin at 0, which functions of distance tend to as a neighbor goes far.
  ///
  /// - Parameters:
  ///   - average: The share of each element in the average one, in order of atomic number, `[118]`.
  ///   - variables: Of the candidate; they stay.
  ///   - withEdges: Whether edges are asked for.
  func crystalPaths(
    _ unfolded: UnfoldedGraph, variables: [Double], average: [Float], withEdges: Bool, threads: Int
  ) throws -> CrystalPaths {
    let matrix = Matrix(rows: 1, columns: variables.count, elements: variables)
    let standardized = inputStandardization(matrix).elements.map { Float($0) }
    let tolerance =
      Self.relativeTolerance * (configuration.isBinary ? 1 : targetStandardization.scale)
    let parts = try parallelMap(Array(members.indices), threads: threads) { place in
      let way = try CrystalWay(
        self, member: place, unfolded.graph, variables: standardized, average: average)
      let occupants = try PathIntegral(tolerance: tolerance) { try way.points($0, .elements) }
      let edges =
        withEdges
        ? try PathIntegral(tolerance: tolerance) { try way.points($0, .edges) } : nil
      return CrystalPaths(occupants: occupants, edges: edges)
    }
    let weight = 1 / Double(parts.count)
    guard let occupants = PathIntegral.sum(parts.map { ($0.occupants, weight) }) else {
      preconditionFailure("an ensemble has members")
    }
    return CrystalPaths(
      occupants: occupants,
      edges: PathIntegral.sum(
        parts.compactMap { part in
          part.edges.map { ($0, weight) }
        }))
  }

  /// Of the standard deviation of the training targets, or of a probability.
  static let relativeTolerance = 1e-3
}

/// One crystal on its way through one network.
private struct CrystalWay {
  enum Part {
    case elements, edges
  }

  private let ensemble: DeepEnsemble
  private let member: DeepEnsembleMember
  private let encoder: CrystalEncoder
  private let graph: CrystalGraph
  private let variables: [Float]
  private let occupants, edges: Rows
  private let wholes: Rows?
  /// For each row of the composition the occupants that it belongs to.
  private let owners: [[(occupant: Int, part: Double)]]

  /// Rows that move from one end to the other.
  private struct Rows {
    let width: Int
    let start, end: [Float]

    var count: Int { end.count / max(width, 1) }

    init(_ start: Tensor?, _ end: Tensor) throws(TorchError) {
      width = end.shape[1]
      self.end = try end.floats()
      self.start = try start?.floats() ?? [Float](repeating: 0, count: self.end.count)
    }

    /// All rows at each share of the way; at the end where there is no share.
    func tensor(_ shares: [Double], moves: Bool) throws(TorchError) -> Tensor {
      var values: [Float] = []
      values.reserveCapacity(shares.count * end.count)
      for share in shares.map(Float.init) {
        if moves {
          // Exact at both ends.
          for place in end.indices {
            values.append((1 - share) * start[place] + share * end[place])
          }
        } else {
          values += end
        }
      }
      let tensor = try Tensor(values, shape: [shares.count * count, width])
      if moves { try tensor.setRequiresGradient() }
      return tensor
    }

    /// How fast the answer changes by the move of each row, `[shares, count]`.
    func slopes(_ moved: Tensor, copies: Int) throws(TorchError) -> [[Double]] {
      guard let gradient = try moved.gradient()?.floats() else {
        return [[Double]](repeating: [Double](repeating: 0, count: count), count: copies)
      }
      return (0..<copies).map { copy in
        (0..<count).map { row in
          var sum = 0.0
          for column in row * width..<(row + 1) * width {
            let way = Double(end[column]) - Double(start[column])
            sum += Double(gradient[copy * end.count + column]) * way
          }
          return sum
        }
      }
    }
  }

  init(
    _ ensemble: DeepEnsemble, member place: Int, _ graph: CrystalGraph, variables: [Float],
    average: [Float]
  ) throws {
    self.ensemble = ensemble
    self.graph = graph
    self.variables = variables
    member = ensemble.members[place]
    guard case .crystals(let encoder) = member.encoder.kind else {
      preconditionFailure("these networks read crystals")
    }
    self.encoder = encoder
    let own = CrystalBatch([graph])
    let batch = try PackedCrystals(own)
    let (start, end) = try noGrad { () throws(TorchError) in
      (try encoder.averageEntry(batch, weights: average), try encoder.entry(batch))
    }
    occupants = try Rows(start.occupants, end.occupants)
    edges = try Rows(nil, end.edges)
    wholes = try end.wholes.map { try Rows(start.wholes, $0) }
    owners = wholes == nil ? [] : own.wholeOccupants()
  }

  /// Nodes, edges and pairs of edges in one pass.
  private static let largestCost = 40_000

  func points(_ shares: [Double], _ part: Part) throws -> [PathIntegral.Point] {
    let cost = graph.nodeCount + graph.edgeCount + graph.pairSenders.count / 4
    let step = max(1, Self.largestCost / max(cost, 1))
    return try stride(from: 0, to: shares.count, by: step).flatMap { first in
      try pass(Array(shares[first..<min(first + step, shares.count)]), part)
    }
  }

  private func pass(_ shares: [Double], _ part: Part) throws -> [PathIntegral.Point] {
    let copies = shares.count
    let batch = try PackedCrystals(CrystalBatch(repeatElement(graph, count: copies)))
    let entry = CrystalEntry(
      occupants: try occupants.tensor(shares, moves: part == .elements),
      edges: try edges.tensor(shares, moves: part == .edges),
      wholes: try wholes?.tensor(shares, moves: part == .elements))
    let answers = try answers(batch, entry, copies: copies)
    let values = try answers.doubles()
    if answers.requiresGradient { try answers.sum().backward() }
    var slopes: [[Double]]
    switch part {
    case .edges: slopes = try edges.slopes(entry.edges, copies: copies)
    case .elements:
      slopes = try occupants.slopes(entry.occupants, copies: copies)
      if let wholes, let moved = entry.wholes {
        for (copy, rows) in try wholes.slopes(moved, copies: copies).enumerated() {
          for (slope, owners) in zip(rows, owners) {
            for owner in owners { slopes[copy][owner.occupant] += owner.part * slope }
          }
        }
      }
    }
    return zip(values, slopes).map { PathIntegral.Point(value: $0, slopes: $1) }
  }

  /// In the unit of the target, or as probabilities: `[copies]`.
  private func answers(
    _ batch: PackedCrystals, _ entry: CrystalEntry, copies: Int
  ) throws -> Tensor {
    let rows = [[Float]](repeating: variables, count: copies).flatMap { $0 }
    let beside = variables.isEmpty ? nil : try Tensor(rows, shape: [copies, variables.count])
    let state = encoder.configuration.takesState ? beside : nil
    let encoded = try encoder.encode(batch, entry: entry, state: state)
    let (means, _) = try member.answer(
      try encoded.subtracting(member.center).divided(by: member.spread), beside, .crystals(batch))
    let own = try means.narrowed(
      dimension: 1, to: ensemble.target..<ensemble.target + 1)
    if ensemble.configuration.isBinary { return try own.sigmoid() }
    let standardization = ensemble.targetStandardization
    return try own.scaled(by: standardization.scale, plus: standardization.mean)
  }
}
