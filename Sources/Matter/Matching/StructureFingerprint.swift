import Foundation

/// Distances between the elements of a crystal as smooth curves: near for crystals that are near.
///
/// For each pair of elements the density of neighbors at a distance R over that of a gas, less one,
/// each neighbor drawn as a Gaussian (Oganov and Valle, J. Chem. Phys. 130, 104504 (2009)). It does
/// not depend on orientation, origin, cell or order of sites, and changes continuously with positions
/// and cell: neighbors beyond the last R fade in, none appears at once. Mirror images, and rare pairs
/// of different crystals with the same distances, share a fingerprint.
public struct StructureFingerprint: Hashable, Sendable {
  public struct Configuration: Hashable, Sendable {
    /// The last distance, Å.
    public var cutoff = 10.0

    /// Between distances, Å.
    public var step = 0.1

    /// The standard deviation of the Gaussians, Å.
    public var width = 0.2

    public init() {}
  }

  public struct Pair: Hashable, Sendable {
    public let first: Element
    public let second: Element
  }

  public let configuration: Configuration

  /// In order of atomic numbers, the lighter element first.
  public let pairs: [Pair]

  /// How much each pair counts: the product of the elements' shares; their sum is 1. `[pairs]`.
  public let weights: [Double]

  /// The curves at R = step, 2 step … cutoff, `[pairs × steps]`.
  public let values: [Double]

  /// - Throws: ``NeighborListError`` when the cutoff is not usable.
  public init(
    of crystal: Crystal, configuration: Configuration = Configuration()
  ) throws(NeighborListError) {
    let (step, width) = (configuration.step, configuration.width)
    guard step > 0 && step.isFinite else { throw .invalidCutoff(step) }
    guard width > 0 && width.isFinite else { throw .invalidCutoff(width) }
    guard configuration.cutoff / step < 1e6 else { throw .invalidCutoff(configuration.cutoff) }
    self.configuration = configuration
    let elements = Set(crystal.occupants.map(\.element)).sorted()
    let index = Dictionary(uniqueKeysWithValues: elements.enumerated().map { ($1, $0) })
    let count = elements.count
    // The parts of each site: places in `elements` and occupancies.
    let parts = (0..<crystal.siteCount).map { site in
      crystal.occupants(of: site).map { (index[$0.element] ?? 0, $0.occupancy) }
    }
    var amounts = [Double](repeating: 0, count: count)
    for (element, share) in parts.joined() { amounts[element] += share }
    let steps = max(Int((configuration.cutoff / step).rounded()), 1)
    let sums = try Self.sums(crystal, parts, count, steps, configuration)

    var pairs: [Pair] = []
    var weights: [Double] = []
    var values: [Double] = []
    let total = amounts.reduce(0, +)
    for a in 0..<count {
      for b in a..<count {
        pairs.append(Pair(first: elements[a], second: elements[b]))
        weights.append((a == b ? 1 : 2) * amounts[a] * amounts[b] / (total * total))
        // Both directions of unlike pairs are in the sum.
        let directions = a == b ? 1.0 : 2.0
        let scale = crystal.lattice.volume / (directions * 4 * .pi * amounts[a] * amounts[b])
        let slot = (a * count + b) * steps
        for k in 0..<steps { values.append(scale * sums[slot + k] - 1) }
      }
    }
    self.pairs = pairs
    self.weights = weights
    self.values = values
  }

  /// `Σ o_i o_j g(R − r_ij)/r_ij²` for each pair of elements, the lighter first.
  private static func sums(
    _ crystal: Crystal, _ parts: [[(Int, Double)]], _ count: Int, _ steps: Int,
    _ configuration: Configuration
  ) throws(NeighborListError) -> [Double] {
    let (step, width) = (configuration.step, configuration.width)
    // A Gaussian ends where it is below 10⁻⁸ of its height.
    let reach = 6.1 * width
    let list = try NeighborList(of: crystal, cutoff: Double(steps) * step + reach)
    let distances = list.displacements(in: crystal).map { length($0) }
    let height = 1 / (width * (2 * Double.pi).squareRoot())
    var sums = [Double](repeating: 0, count: count * count * steps)
    for site in 0..<list.siteCount {
      for pair in list.row(site) {
        let r = distances[pair]
        // Atoms this near are one disordered atom.
        guard r > 0.1 else { continue }
        let first = max(Int(((r - reach) / step).rounded(.up)), 1)
        let last = min(Int(((r + reach) / step).rounded(.down)), steps)
        guard first <= last else { continue }
        for (a, share) in parts[site] {
          for (b, other) in parts[Int(list.neighbors[pair])] {
            let factor = height * share * other / (r * r)
            let slot = (min(a, b) * count + max(a, b)) * steps - 1
            for k in first...last {
              let x = (Double(k) * step - r) / width
              sums[slot + k] += factor * exp(-0.5 * x * x)
            }
          }
        }
      }
    }
    return sums
  }

  /// How different two fingerprints are, 0…1: half of one less the cosine between their weighted
  /// curves.
  ///
  /// Pairs of elements that one of them lacks count as a flat curve there.
  ///
  /// - Returns: 0 for the same curves; 1 where the configurations differ.
  public func distance(to other: StructureFingerprint) -> Double {
    guard configuration == other.configuration else { return 1 }
    let steps = values.count / max(pairs.count, 1)
    let places = Dictionary(uniqueKeysWithValues: other.pairs.enumerated().map { ($1, $0) })
    var product = 0.0
    for (index, pair) in pairs.enumerated() {
      guard let place = places[pair] else { continue }
      let weight = (weights[index] * other.weights[place]).squareRoot()
      for k in 0..<steps {
        product += weight * values[index * steps + k] * other.values[place * steps + k]
      }
    }
    let norms = squaredNorm * other.squaredNorm
    guard norms > 0 else { return self == other ? 0 : 1 }
    return min(max(0.5 * (1 - product / norms.squareRoot()), 0), 1)
  }

  private var squaredNorm: Double {
    let steps = values.count / max(pairs.count, 1)
    return values.enumerated().reduce(0) {
      $0 + weights[$1.offset / steps] * $1.element * $1.element
    }
  }
}
