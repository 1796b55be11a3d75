internal import Foundation

/// One part of a many-body tensor representation: what is measured, how it is weighted, where it is
/// written.
public struct ManyBodyTerm: Hashable, Sendable {
  /// What is measured of one, two or three atoms.
  public enum Geometry: String, CaseIterable, Hashable, Sendable {
    case atomicNumber = "atomic_number"

    /// Å
    case distance

    /// 1/Å
    case inverseDistance = "inverse_distance"

    /// At the atom in the middle, degrees.
    case angle
    case cosine

    /// How many atoms take part: k.
    public var atoms: Int {
      switch self {
      case .atomicNumber: 1
      case .distance, .inverseDistance: 2
      case .angle, .cosine: 3
      }
    }
  }

  /// How much atoms count by their distances.
  public enum Weighting: Hashable, Sendable {
    /// All the same; for single atoms and finite structures.
    case none

    /// `exp(−scale · x)`, where `x` is the distance of two atoms or the perimeter of three; what
    /// weighs less than the threshold is left out. Scale in 1/Å.
    case exponential(scale: Double, threshold: Double)

    /// `1/r²` up to the cutoff, Å; for pairs.
    case inverseSquare(cutoff: Double)

    /// `f(r_ij) f(r_jk)` with `f = 1 + s (r/c)^(s+1) − (s+1) (r/c)^s`; for three atoms, Å.
    case smoothCutoff(Double, sharpness: Double)
  }

  public enum Normalization: String, CaseIterable, Hashable, Sendable {
    case none

    /// The numbers of the term, as a vector, have length 1.
    case l2

    /// Divided by the atoms in the cell.
    case atoms = "n_atoms"

    /// `V/(4π N_A N_B)` (half of `N_A²` for equal elements) or `V/(4π N_A N_B N_C)`: Valle and Oganov,
    /// Acta Cryst. A66, 507 (2010), as DScribe 2.1 has it.
    case valleOganov = "valle_oganov"
  }

  public var geometry: Geometry
  public var weighting: Weighting
  public var normalization: Normalization

  /// Centers of the first and the last bin.
  public var range: ClosedRange<Double>

  /// 2 or more.
  public var bins: Int

  /// Standard deviation of the Gaussians, in the unit of the geometry.
  public var smearing: Double

  /// Whether Gaussians have the area 1; else the height 1.
  public var normalizesGaussians: Bool

  /// - Throws: ``StructureDescriptorError`` for settings that do not fit each other.
  public init(
    _ geometry: Geometry, weighting: Weighting = .none, normalization: Normalization = .none,
    range: ClosedRange<Double>, bins: Int, smearing: Double, normalizesGaussians: Bool = true
  ) throws {
    self.geometry = geometry
    self.weighting = weighting
    self.normalization = normalization
    self.range = range
    self.bins = bins
    self.smearing = smearing
    self.normalizesGaussians = normalizesGaussians
    try StructureDescriptorError.check(
      range.lowerBound.isFinite && range.upperBound.isFinite
        && range.lowerBound < range.upperBound && (2...100_000).contains(bins)
        && smearing.isFinite && smearing > 0,
      "A grid of \(bins) bins over \(range) smeared by \(smearing) is not usable; give 2 bins or "
        + "more, a range that is not empty and a positive smearing.")
    try checkWeighting()
  }

  private func checkWeighting() throws {
    let isGood =
      switch (weighting, geometry.atoms) {
      case (.none, _): true
      case (.exponential(let scale, let threshold), 2...3):
        scale > 0 && scale.isFinite && threshold > 0 && threshold < 1
      case (.inverseSquare(let cutoff), 2): cutoff > 0 && cutoff.isFinite
      case (.smoothCutoff(let cutoff, let sharpness), 3):
        cutoff > 0 && cutoff.isFinite && sharpness >= 2
      default: false
      }
    try StructureDescriptorError.check(
      isGood,
      "The weighting \(weighting) does not fit \(geometry.rawValue): pairs take exponential (scale "
        + "above 0, threshold in 0 … 1) or inverse square, triples exponential or a smooth cutoff "
        + "with a sharpness of 2 or more, single atoms none.")
  }

  var grid: SmearedGrid {
    SmearedGrid(
      low: range.lowerBound,
      step: (range.upperBound - range.lowerBound) / Double(bins - 1), count: bins, width: smearing)
  }

  /// Farther pairs have no weight, Å; `nil` where none is too far.
  var cutoff: Double? {
    switch weighting {
    case .none: nil
    case .exponential(let scale, let threshold):
      -log(threshold) / scale / (geometry.atoms == 3 ? 2 : 1)
    case .inverseSquare(let cutoff), .smoothCutoff(let cutoff, _): cutoff
    }
  }
}
