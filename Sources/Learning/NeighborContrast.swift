public import Matter
import Representations
import Torch

/// How unlike neighboring sites are inside networks on crystals, layer by layer: see
/// ``CrystalEncoder/dirichletEnergies(_:state:)``.
public struct NeighborContrast: Codable, Hashable, Sendable {
  /// As sites enter, then behind each layer; the mean over networks. About 1 where neighbors are as
  /// unlike as any two sites, near 0 where they have become alike.
  public var energies: [Double]

  /// The layers of the learner that the networks belong to in a stack; `nil` where they stand alone.
  public var learner: String?

  /// How many networks were looked at.
  public var networks: Int

  /// How many crystals they were shown.
  public var crystals: Int

  /// Of what neighbors differ by as they enter, less is left behind the last layer than this share
  /// where they have become alike.
  public static let leastShare = 0.05

  /// Whether the layers have made neighbors alike (oversmoothing: Rusch, Bronstein and Mishra,
  /// arXiv:2303.10993).
  public var isOversmoothed: Bool {
    guard let first = energies.first, let last = energies.last, first > 0 else { return false }
    return last < Self.leastShare * first
  }

  /// What it means and what to do, in a sentence.
  public var sentence: String {
    isOversmoothed
      ? "Behind the last layer neighbors are nearly alike (oversmoothing): what distinguishes the "
        + "sites of a crystal is lost. Networks of fewer layers keep it: --with crystals has two."
      : "Neighbors stay apart: the layers do not smooth them into one vector."
  }
}

extension Surrogate {
  /// How unlike neighbors are in the networks on crystals inside; empty without any.
  ///
  /// - Parameters:
  ///   - candidates: Of which those with crystals are shown, evenly spread.
  ///   - most: So many at most.
  public func neighborContrasts(
    _ candidates: [Candidate], most: Int = 128
  ) throws -> [NeighborContrast] {
    let known = candidates.filter { $0.crystal != nil }
    guard !known.isEmpty else { return [] }
    let count = min(most, known.count)
    let shown = (0..<count).map { known[$0 * known.count / count] }
    if let ensemble = self as? DeepEnsemble {
      return try ensemble.neighborContrast(shown).map { [$0] } ?? []
    }
    guard let stack = self as? Stack else { return [] }
    return try stack.layers.compactMap { layer in
      let ensembles = layer.members.compactMap { $0 as? DeepEnsemble }
      let found = try ensembles.compactMap { try $0.neighborContrast(shown) }
      guard var sum = found.first, found.allSatisfy({ $0.energies.count == sum.energies.count })
      else { return nil }
      sum.energies = sum.energies.indices.map { place in
        found.reduce(0) { $0 + $1.energies[place] } / Double(found.count)
      }
      sum.networks = found.reduce(0) { $0 + $1.networks }
      sum.learner = layer.name
      return sum
    }
  }
}

extension DeepEnsemble {
  /// `nil` where the networks read no crystals.
  fileprivate func neighborContrast(_ candidates: [Candidate]) throws -> NeighborContrast? {
    guard configuration.crystals != nil else { return nil }
    let raw = try Self.variableMatrix(candidates, expected: inputStandardization.width)
    let inputs = try EnsembleInputs(
      candidates, configuration, graphs: .shared, threads: 1,
      variables: inputStandardization(raw))
    let cost = inputs.costs?.reduce(0, +) ?? 0
    let rows = Array(stride(from: 0, to: candidates.count, by: 1 + cost / Self.largestContrastCost))
    guard case .crystals(let batch) = try inputs.packed(rows) else { return nil }
    var sums: [Double] = []
    for member in members {
      guard case .crystals(let encoder) = member.encoder.kind else { continue }
      let state = encoder.configuration.takesState ? try inputs.variableTensor(rows) : nil
      let energies = try encoder.dirichletEnergies(batch, state: state)
      sums = sums.isEmpty ? energies : zip(sums, energies).map { $0 + $1 }
    }
    return NeighborContrast(
      energies: sums.map { $0 / Double(members.count) }, learner: nil, networks: members.count,
      crystals: rows.count)
  }

  /// Nodes and edges that are looked at together.
  private static let largestContrastCost = 40_000
}
