import Design
import Matter
import Testing

@Suite("Limits on elements")
struct SupplyLimitsTests {
  private func allowed(_ limits: SupplyLimits, _ formulas: [String]) throws -> [String] {
    try formulas.filter { limits.allows(try Composition(formula: $0)) }
  }

  @Test("Concerns, prices and concentrations leave materials out")
  func limits() throws {
    let formulas = ["CdTe", "Bi2Te3", "PtRh", "UO2", "Fe2O3", "HfO2"]
    #expect(try allowed(SupplyLimits(), formulas) == formulas)
    var limits = SupplyLimits()
    limits.avoided = [.toxic, .radioactive]
    #expect(try allowed(limits, formulas) == ["Bi2Te3", "PtRh", "Fe2O3", "HfO2"])
    limits.mostPricePerKilogram = 100
    #expect(try allowed(limits, formulas) == ["Bi2Te3", "Fe2O3"])
    limits.mostReserveConcentration = 3000
    #expect(try allowed(limits, formulas) == ["Fe2O3"])
  }

  @Test("What is not known is not allowed, where it is bounded")
  func unknown() throws {
    var limits = SupplyLimits()
    limits.mostPricePerKilogram = 1e9
    #expect(try allowed(limits, ["RaCl2", "NaCl"]) == ["NaCl"])
    limits.mostPricePerKilogram = nil
    #expect(try allowed(limits, ["RaCl2", "NaCl"]) == ["RaCl2", "NaCl"])
  }
}
