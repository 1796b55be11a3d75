import Matter
import Representations
import Testing

@Suite("Element fractions")
struct ElementFractionsTests {
  @Test("Fractions stand in the column of their element")
  func fractions() throws {
    let iron = try #require(Element(symbol: "Fe"))
    let oxygen = try #require(Element(symbol: "O"))
    let carbon = try #require(Element(symbol: "C"))
    let descriptor = ElementFractions(elements: [iron, carbon, oxygen, iron])
    #expect(descriptor.columns == ["C", "O", "Fe"])
    #expect(try descriptor.rows([Composition(formula: "Fe2O3")]) == [0, 0.6, 0.4])
  }

  @Test("An element outside the list is refused by name")
  func outside() throws {
    let descriptor = ElementFractions(elements: Array(Element.all.prefix(10)))
    let error = #expect(throws: DescriptorError.self) {
      try descriptor.rows([Composition(formula: "NaCl")])
    }
    #expect(error?.description.hasPrefix("NaCl holds Na") == true)
  }
}
