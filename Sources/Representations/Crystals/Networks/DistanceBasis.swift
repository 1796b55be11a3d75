/// Functions of the length of an edge that a network reads in its place.
public enum DistanceBasis: Codable, Hashable, Sendable {
  /// `exp(−((d − μ)/w)²)` for centers `μ` at equal steps, Å. Neighbors come and go at a cutoff with a
  /// jump: see ``CrystalEncoder/Configuration/isSmooth``.
  case gaussians(count: Int, from: Double, through: Double, width: Double)
  /// ``BesselBasis`` with its envelope, which falls to 0 at the cutoff, Å.
  case bessel(count: Int, cutoff: Double)
  /// A learned vector for each rank of shell, ranks beyond the last as the last; no length.
  case shells(count: Int)

  public var count: Int {
    switch self {
    case .gaussians(let count, _, _, _), .bessel(let count, _), .shells(let count): count
    }
  }

  var isPossible: Bool {
    switch self {
    case .gaussians(_, let start, let stop, let width):
      start.isFinite && stop.isFinite && width > 0 && width.isFinite
    case .bessel(_, let cutoff): cutoff > 0 && cutoff.isFinite
    case .shells: true
    }
  }
}
