public import Matter

/// Why SOAP cannot be set up, or cannot describe a structure.
public enum SOAPError: Error, Hashable, Sendable, CustomStringConvertible {
  case noElements
  case repeatedElement(Element)
  case invalidCutoff(Double, least: Double)
  case invalidCount(name: String, value: Int, range: ClosedRange<Int>)
  case invalidWidth(Double, least: Double)
  case invalidWeighting(String)
  case invalidTaper(Double)
  case elementWeights(count: Int, elements: Int)
  case dependentRadialFunctions(nMax: Int, cutoff: Double)
  case tableTooLarge(values: Int)
  case unknownElement(Element, site: Int)
  case noCenters
  case noSuchSite(Int, count: Int)
  case positionNotFinite(center: Int)
  case positionTooFar(center: Int)

  public var description: String {
    switch self {
    case .noElements:
      "SOAP needs the elements that it is to tell apart; give at least one."
    case .repeatedElement(let element):
      "The element \(element.symbol) is listed twice for SOAP; list each element once."
    case .invalidCutoff(let cutoff, let least):
      "A SOAP cutoff of \(cutoff) Å is not usable; give more than \(least) Å and at most "
        + "\(SOAP.greatestCutoff) Å."
    case .invalidCount(let name, let value, let range):
      "\(name) of SOAP is \(value); give \(range.lowerBound) to \(range.upperBound)."
    case .invalidWidth(let sigma, let least):
      "A Gaussian width of \(sigma) Å is not usable for SOAP; give at least \(least) Å and less "
        + "than the cutoff."
    case .invalidWeighting(let reason):
      "The weighting of SOAP is not usable: \(reason)"
    case .invalidTaper(let width):
      "SOAP cannot let atoms fade out over \(width) Å; give 0 up to the cutoff."
    case .elementWeights(let count, let elements):
      "SOAP has \(count) element weights for \(elements) elements; give one finite weight each."
    case .dependentRadialFunctions(let nMax, let cutoff):
      "\(nMax) radial functions within \(cutoff) Å cannot be told apart in double precision; "
        + "lower n-max or raise the cutoff."
    case .tableTooLarge(let values):
      "The radial table of SOAP would hold \(values) numbers; widen the Gaussians or lower the "
        + "cutoff, n-max or l-max."
    case .unknownElement(let element, let site):
      "Site \(site + 1) holds \(element.symbol), which is not among the elements of this SOAP; add "
        + "it to the list."
    case .noCenters:
      "SOAP was given no centers; name at least one."
    case .noSuchSite(let site, let count):
      "SOAP was asked for site \(site + 1) of a structure of \(count)."
    case .positionNotFinite(let center):
      "Center \(center + 1) has a coordinate that is not a finite number."
    case .positionTooFar(let center):
      "Center \(center + 1) lies too many cells away from the origin; wrap it into the cell."
    }
  }
}
