import DenseMath
import Design
import Matter
import Testing

@Suite("Neutral formulas")
struct NeutralFormulasTests {
  private static func elements(_ symbols: String...) -> [Element] {
    symbols.compactMap { Element(symbol: $0) }
  }

  private static func states(_ given: [String: [Int]]) -> [Element: [Int]] {
    var result: [Element: [Int]] = [:]
    for (symbol, states) in given {
      if let element = Element(symbol: symbol) { result[element] = states }
    }
    return result
  }

  @Test("Iron and oxygen up to seven atoms: FeO and Fe2O3, and no other")
  func ironOxides() throws {
    let space = try NeutralFormulas(
      elements: Self.elements("Fe", "O"), oxidationStates: Self.states(["Fe": [2, 3], "O": [-2]]),
      maximumAtoms: 7)
    let formulas = (0..<space.count).map { space.candidate(at: $0).composition.reducedFormula }
    #expect(Set(formulas) == ["FeO", "Fe2O3"] && formulas.count == 2)
  }

  @Test("Counts agree with going through all counts one by one")
  func counts() throws {
    let charges: [String: [Int]] = ["Li": [1], "Ti": [3, 4], "O": [-2], "F": [-1]]
    let space = try NeutralFormulas(
      elements: Self.elements("Li", "Ti", "O", "F"), oxidationStates: Self.states(charges),
      maximumAtoms: 8)
    var expected = 0
    for li in 0...8 {
      for ti in 0...(8 - li) {
        for o in 0...(8 - li - ti) {
          for f in 0...(8 - li - ti - o) {
            let counts = [li, ti, o, f]
            guard counts.count(where: { $0 > 0 }) > 1 else { continue }
            let divisor = (2...8).first { d in counts.allSatisfy { $0 % d == 0 } }
            let sums = [3, 4].map { li + $0 * ti - 2 * o - f }
            if divisor == nil, sums.contains(0) { expected += 1 }
          }
        }
      }
    }
    #expect(space.count == expected)
    let members = (0..<space.count).map(space.candidate(at:))
    #expect(Set(members).count == expected && members.allSatisfy(space.contains))
    for member in members {
      let neighbors = space.neighbors(of: member)
      #expect(neighbors.allSatisfy(space.contains) && !neighbors.contains(member))
    }
  }

  @Test("States are those of the ICSD where none are given")
  func commonStates() throws {
    let oxygen = try #require(Element(symbol: "O"))
    let sodium = try #require(Element(symbol: "Na"))
    #expect(NeutralFormulas.commonStates(of: oxygen) == [-2])
    #expect(NeutralFormulas.commonStates(of: sodium) == [1])
    let space = try NeutralFormulas(elements: [sodium, oxygen], maximumAtoms: 6)
    #expect(
      (0..<space.count).map { space.candidate(at: $0).composition.reducedFormula } == ["Na2O"])
  }

  @Test("What cannot be neutral, or is too much, is refused")
  func refused() throws {
    #expect(throws: SpaceError.noComposition) {
      try NeutralFormulas(
        elements: Self.elements("Na", "K"), oxidationStates: Self.states(["Na": [1], "K": [1]]))
    }
    #expect(throws: SpaceError.self) {
      try NeutralFormulas(
        elements: (1...60).compactMap { Element(atomicNumber: $0) }
          .filter { !NeutralFormulas.commonStates(of: $0).isEmpty },
        maximumAtoms: 31, maximumElements: 5)
    }
    #expect(throws: SpaceError.self) {
      try NeutralFormulas(elements: Self.elements("Na", "O"), maximumAtoms: 40)
    }
  }
}
