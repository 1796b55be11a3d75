public import DenseMath

/// ``SOAP`` as a row for each structure, the mean over its sites, and as rows of sites.
public struct AveragedSOAP: SiteDescriptor {
  public let name = "soap"
  public let soap: SOAP
  public let average: SOAP.Average

  public init(_ soap: SOAP, average: SOAP.Average = .outer) {
    (self.soap, self.average) = (soap, average)
  }

  public var settings: String { "\(average) \(soap.configuration)" }

  public var columns: [String] { soap.columns }

  public func row(of structure: AtomicStructure) throws -> [Double] {
    try soap.average(of: structure, average)
  }

  public func siteRows(of structure: AtomicStructure) throws -> Matrix {
    try soap.rows(of: structure)
  }
}
