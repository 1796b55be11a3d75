public import Matter

/// The six statistics of ten further properties of the elements: sizes, heats, temperatures.
///
/// The properties and their units stand in ``ElementConstants``; the statistics are those of
/// ``MagpieDescriptor``.
public struct PhysicalDescriptor: FixedDescriptor {
  public let name = "physical"
  public let version = 1
  public let columns: [String]

  private static let names = [
    "AtomicRadius", "MiracleRadius", "MolarVolume", "BoilingT", "HeatCapacityMolar", "HeatFusion",
    "HeatVaporization", "LogThermalConductivity", "GSenergy_pa", "ZungerRadius",
  ]
  private static let table = PropertyTable.joined([
    ElementConstants.atomicRadius, ElementConstants.miracleRadius, ElementConstants.molarVolume,
    ElementConstants.boilingTemperature, ElementConstants.molarHeatCapacity,
    ElementConstants.fusionHeat, ElementConstants.vaporizationHeat,
    ElementConstants.logThermalConductivity, ElementConstants.groundStateEnergy,
    ElementConstants.zungerRadius,
  ])
  private static let tableHash = StableHash.of(table)

  public var constantsHash: UInt64 { Self.tableHash }

  public init() {
    columns = ElementStatistics.columns(of: Self.names, prefix: "physical")
  }

  public func rows(_ compositions: [Composition]) throws(DescriptorError) -> [Double] {
    ElementStatistics.rows(compositions, Self.table, properties: Self.names.count)
  }
}
