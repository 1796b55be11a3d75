/// Why the symmetry of a crystal was not found.
public enum SymmetryError: Error, Hashable, Sendable, CustomStringConvertible {
  case invalidTolerance(Double)
  case toleranceTooLarge(Double, shortestVector: Double)
  case tooManySites(Int, limit: Int)
  case positionTooLarge(site: Int)
  case sitesOverlap(Int, Int, distance: Double)
  case notFound(tolerance: Double)
  case cellNotBuilt(String)

  public var description: String {
    switch self {
    case .invalidTolerance(let tolerance):
      "The symmetry tolerance is \(tolerance); give a length in Å above 0, such as 0.01."
    case .toleranceTooLarge(let tolerance, let shortest):
      "The symmetry tolerance of \(tolerance) Å is too coarse for a lattice whose shortest vector "
        + "is \(shortest) Å; give less than a quarter of it."
    case .tooManySites(let sites, let limit):
      "Symmetry is searched in cells of up to \(limit) sites, and this one has \(sites); "
        + "give a smaller cell or raise the limit."
    case .positionTooLarge(let site):
      "Site \(site + 1) lies more than 1e9 cells away, where its place in the cell is lost; "
        + "give a position near the cell."
    case .sitesOverlap(let first, let second, let distance):
      "Sites \(first + 1) and \(second + 1) hold the same species and are \(distance) Å apart; "
        + "remove one, or give a smaller tolerance."
    case .notFound(let tolerance):
      "No space group was found at a tolerance of \(tolerance) Å; give another one."
    case .cellNotBuilt(let cause): "The standard cell is no crystal. \(cause)"
    }
  }
}
