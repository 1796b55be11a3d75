import Matter
import Testing

@Suite("Supply of elements")
struct CompositionSupplyTests {
  private func composition(_ formula: String) throws -> Composition { try Composition(formula: formula) }

  /// Values of pymatgen's HHIModel, whose table of elements is the same.
  @Test(
    "Concentrations are means by mass",
    arguments: [
      ("Fe2O3", 1828.908, 1129.483), ("Bi2Te3", 4152.691, 5474.150),
      ("Ba8Ga16Ge30", 4775.643, 2000.025), ("LiCoO2", 2235.767, 2087.105),
    ])
  func concentration(formula: String, production: Double, reserves: Double) throws {
    let material = try composition(formula)
    // Atomic weights differ in the last digit.
    #expect(abs(try #require(material.productionConcentration) - production) < 0.1)
    #expect(abs(try #require(material.reserveConcentration) - reserves) < 0.1)
  }

  @Test("A price is that of the elements in a kilogram, whatever the size of the formula unit")
  func price() throws {
    let pure = try #require(Element(symbol: "Pt")?.pricePerKilogram)
    #expect(try composition("Pt").pricePerKilogram == pure)
    let alloy = try #require(try composition("PtFe").pricePerKilogram)
    let iron = try #require(Element(symbol: "Fe")?.pricePerKilogram)
    let share = 195.08 / (195.08 + 55.845)
    #expect(abs(alloy - share * pure - (1 - share) * iron) < 0.1)
    #expect(abs(try #require(try composition("Pt3Fe3").pricePerKilogram) - alloy) < 1e-6)
    #expect(try composition("RaCl2").pricePerKilogram == nil)
  }

  @Test("Concerns are those of any element")
  func concerns() throws {
    #expect(try composition("CdTe").concerns == [.carcinogenic, .restricted, .toxic])
    #expect(try composition("UO2").concerns == [.radioactive])
    #expect(try composition("Bi2Te3").concerns.isEmpty)
    #expect(try composition("Fe2O3").concerns.isEmpty)
  }

  @Test("Shares in the mass sum to one")
  func massFractions() throws {
    let material = try composition("Ba8Ga16Ge30")
    let sum = material.elements.reduce(0) { $0 + material.massFraction(of: $1) }
    #expect(abs(sum - 1) < 1e-12)
    let water = try composition("H2O")
    #expect(abs(water.massFraction(of: water.elements[0]) - 0.1119) < 1e-4)
  }
}
