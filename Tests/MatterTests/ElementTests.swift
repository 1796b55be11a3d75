import Matter
import Testing

@Suite("Elements")
struct ElementTests {
  @Test("Symbols, names and numbers agree")
  func naming() throws {
    #expect(Element.all.count == 118)
    let iron = try #require(Element(symbol: "Fe"))
    #expect(iron.atomicNumber == 26)
    #expect(iron.name == "Iron")
    #expect(Element(symbol: "fe") == nil)
    #expect(Element(atomicNumber: 0) == nil)
    #expect(Set(Element.all.map(\.symbol)).count == 118)
  }

  /// CRC Handbook of Chemistry and Physics, 97th edition; Cordero et al. (2008).
  @Test(
    "Properties agree with handbooks",
    arguments: [
      ("Fe", 55.845, 1.83, 1.32, 1811), ("O", 15.999, 3.44, 0.66, 54.8),
      ("W", 183.84, 2.36, 1.62, 3687),
    ])
  func properties(
    _ symbol: String, mass: Double, electronegativity: Double, radius: Double, melting: Double
  ) throws {
    let element = try #require(Element(symbol: symbol))
    #expect(element.mass == mass)
    #expect(element.electronegativity == electronegativity)
    #expect(abs(try #require(element.covalentRadius) - radius) < 1e-9)
    #expect(abs(try #require(element.value(of: .meltingTemperature)) - melting) < 10)
  }

  @Test("Missing values are missing, not zero")
  func missing() throws {
    #expect(try #require(Element(symbol: "He")).electronegativity == nil)
    #expect(try #require(Element(symbol: "Rf")).value(of: .number) == nil)
    #expect(try #require(Element(symbol: "H")).value(of: .groundStateMagneticMoment) == 0)
  }

  @Test("The property table follows the atomic number")
  func tableOrder() {
    for element in Element.all.prefix(103) {
      #expect(element.value(of: .number) == Double(element.atomicNumber))
    }
    #expect(ElementProperty.table.count == 118 * ElementProperty.count)
  }

  @Test(
    "Places in the periodic table",
    arguments: [
      ("H", 1, 1), ("He", 1, 18), ("C", 2, 14), ("Al", 3, 13), ("Fe", 4, 8), ("Zr", 5, 4),
      ("Ba", 6, 2), ("La", 6, 3), ("Yb", 6, 16), ("Lu", 6, 3), ("Hf", 6, 4), ("Rn", 6, 18),
      ("U", 7, 6), ("Lr", 7, 3), ("Og", 7, 18),
    ])
  func places(_ symbol: String, period: Int, column: Int) throws {
    let element = try #require(Element(symbol: symbol))
    #expect(element.period == period)
    #expect(element.column == column)
  }

  @Test("No two elements share a place")
  func distinctPlaces() {
    let places = Element.all.map { [$0.period, $0.column, $0.isFBlock ? 1 : 0] }
    #expect(Set(places).count == 118)
    #expect(Element.all.filter(\.isFBlock).count == 28)
  }
}
