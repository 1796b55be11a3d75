import Matter
import Testing

@Suite("Families of elements")
struct ElementFamilyTests {
  @Test(
    "Elements and their families",
    arguments: [
      ("H", ElementFamily.nonmetals), ("Li", .alkaliMetals), ("Mg", .alkalineEarths),
      ("Fe", .transitionMetals), ("Zn", .transitionMetals), ("La", .lanthanoids),
      ("Lu", .lanthanoids), ("Y", .transitionMetals), ("U", .actinides), ("Al", .otherMetals),
      ("Pb", .otherMetals), ("Si", .metalloids), ("Te", .metalloids), ("Se", .nonmetals),
      ("F", .halogens), ("I", .halogens), ("He", .nobleGases), ("Xe", .nobleGases),
    ])
  func family(symbol: String, expected: ElementFamily) throws {
    #expect(try #require(Element(symbol: symbol)).family == expected)
  }

  @Test("Every family has its number of elements")
  func counts() {
    var counts: [ElementFamily: Int] = [:]
    for element in Element.all { counts[element.family, default: 0] += 1 }
    #expect(counts.values.reduce(0, +) == 118)
    #expect(counts[.lanthanoids] == 15 && counts[.actinides] == 15)
    #expect(counts[.alkaliMetals] == 6 && counts[.alkalineEarths] == 6)
    #expect(counts[.nobleGases] == 7 && counts[.halogens] == 6 && counts[.transitionMetals] == 38)
  }
}
