public import DenseMath
import Foundation

/// The mean of SOAP over the sites of a structure: one row for each structure.
public struct AveragedSOAP: SiteDescriptor, DifferentiableDescriptor, Hashable, Codable {
  public let soap: SOAP
  public let average: SOAP.Average

  public init(_ soap: SOAP, average: SOAP.Average = .inner) {
    self.soap = soap
    self.average = average
  }

  public var name: String { "soap" }
  public var columns: [String] { soap.columns }

  public var settings: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Settings that were accepted are finite, so they always encode.
    let written = (try? encoder.encode(soap.configuration)) ?? Data()
    return "\(average.rawValue) \(String(decoding: written, as: UTF8.self))"
  }

  public func row(of structure: AtomicStructure) throws -> [Double] {
    try soap.average(of: structure, average)
  }

  public func siteRows(of structure: AtomicStructure) throws -> Matrix {
    try soap.rows(of: structure)
  }

  public func derivatives(of structure: AtomicStructure) throws -> PositionDerivatives {
    var result = PositionDerivatives(row: try row(of: structure), sites: structure.siteCount)
    result.slopes = try soap.averageDerivatives(of: structure, average).elements
    return result
  }
}
