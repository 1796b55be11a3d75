public import Matter

/// The 132 element statistics of Magpie, in matminer's order and names.
///
/// 22 properties × minimum, maximum, range, mean, avg_dev, mode. Ward et al., npj Comput. Mater. 2,
/// 16028 (2016); matminer 0.10.1 `ElementProperty.from_preset("magpie")` without imputation.
public struct MagpieDescriptor: FixedDescriptor {
  public let name = "magpie"
  public let version = 1
  public let columns: [String]

  private static let tableHash = StableHash.of(ElementProperty.table)

  public var constantsHash: UInt64 { Self.tableHash }

  public init() {
    columns = ElementStatistics.columns(
      of: ElementProperty.allCases.map(\.rawValue), prefix: "MagpieData")
  }

  public func rows(_ compositions: [Composition]) throws(DescriptorError) -> [Double] {
    ElementStatistics.rows(compositions, ElementProperty.table, properties: ElementProperty.count)
  }
}
