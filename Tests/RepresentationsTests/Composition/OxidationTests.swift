import DenseMath
import Foundation
import Matter
import Representations
import TestKit
import Testing

@Suite("Oxidation states")
struct OxidationTests {
  /// Textbook states; of `Fe3O4`, `YBa2Cu3O7` and `La0.67Sr0.33MnO3` the mean of two.
  private static let known: [(String, [String: Double])] = [
    ("NaCl", ["Na": 1.0, "Cl": -1]), ("Fe2O3", ["Fe": 3.0, "O": -2]), ("FeO", ["Fe": 2.0]),
    ("Fe3O4", ["Fe": 8.0 / 3, "O": -2]), ("LiFePO4", ["Li": 1.0, "Fe": 2, "P": 5, "O": -2]),
    ("KMnO4", ["K": 1.0, "Mn": 7, "O": -2]), ("K2Cr2O7", ["Cr": 6.0]),
    ("NaClO4", ["Cl": 7.0, "Na": 1]), ("CuFeS2", ["Cu": 1.0, "Fe": 3, "S": -2]),
    ("YBa2Cu3O7", ["Cu": 7.0 / 3, "Y": 3, "Ba": 2]), ("GaAs", ["Ga": 3.0, "As": -3]),
    ("Bi2Te3", ["Bi": 3.0, "Te": -2]), ("CH4", ["C": -4.0, "H": 1]), ("CO2", ["C": 4.0]),
    ("Na2O2", ["O": -1.0, "Na": 1]), ("Li0.5CoO2", ["Co": 3.5]), ("MnO2", ["Mn": 4.0]),
    ("La0.67Sr0.33MnO3", ["Mn": 3.33, "La": 3, "Sr": 2]), ("Cu2O", ["Cu": 1.0]),
    ("LaFeAsO", ["Fe": 2.0, "As": -3, "La": 3, "O": -2]), ("Si", ["Si": 0.0]),
  ]

  @Test("Guesses the states of known compounds", arguments: known)
  func knownCompounds(_ formula: String, _ expected: [String: Double]) throws {
    let composition = try Composition(formula: formula)
    let guess = try #require(OxidationGuess(composition))
    for (symbol, state) in expected {
      let place = try #require(composition.elements.firstIndex { $0.symbol == symbol })
      #expect(abs(guess.states[place] - state) < 1e-9, "\(symbol) in \(formula): \(guess.states)")
    }
  }

  @Test("Alloys, superoxides and noble gases have none", arguments: ["AlCoCrFeNi", "KO2", "HeO"])
  func none(_ formula: String) throws {
    #expect(OxidationGuess(try Composition(formula: formula)) == nil)
    let row = try OxidationDescriptor().rows([Composition(formula: formula)])
    #expect(row[0] == 0 && row.dropFirst().allSatisfy { $0.isNaN })
  }

  @Test("Every guess is neutral and likely at most", arguments: UInt64(0)..<8)
  func neutrality(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    var guesses = 0
    for _ in 0..<300 {
      let composition = try Composition.arbitrary(using: &rng)
      guard let guess = OxidationGuess(composition) else { continue }
      guesses += 1
      let charge = zip(guess.states, composition.fractions).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(charge) < 1e-6, "\(composition)")
      #expect(guess.logLikelihood <= 1e-12)
    }
    #expect(guesses > 30)
  }

  /// All assignments of one state to each element, by brute force over the same reports.
  @Test("No neutral assignment of one state each is likelier", arguments: UInt64(0)..<4)
  func optimality(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let symbols = ["Li", "Fe", "Mn", "P", "S", "O", "F", "Cu", "N", "As", "Ti"]
    for _ in 0..<100 {
      var amounts: [Element: Double] = [:]
      for _ in 0..<3 {
        let element = try #require(Element(symbol: symbols[rng.index(below: symbols.count)]))
        amounts[element] = Double(1 + rng.index(below: 6))
      }
      let composition = try Composition(amounts)
      let states = composition.elements.map { OxidationGuess.reports(of: $0) }
      let best = Self.best(states, composition.fractions[...], charge: 0)
      guard composition.elements.count > 1, best > -.infinity else { continue }
      let guess = try #require(OxidationGuess(composition), "\(composition)")
      #expect(guess.logLikelihood >= best - 0.1 - 1e-9, "\(composition)")
      let isPlain = zip(guess.states, states).allSatisfy { state, known in
        known.contains { abs($0.state - state) < 1e-9 }
      }
      if isPlain, abs(guess.logLikelihood - best) > 1e-9 {
        // A mixed one whose means happen to be states: never less likely than the plain.
        #expect(guess.logLikelihood > best)
      }
    }
  }

  private static func best(
    _ states: [[(state: Double, share: Double)]], _ fractions: ArraySlice<Double>, charge: Double
  ) -> Double {
    guard let fraction = fractions.first, let own = states.first else {
      return abs(charge) < 1e-9 ? 0 : -.infinity
    }
    return own.map { state, share in
      fraction * log(share)
        + best(Array(states.dropFirst()), fractions.dropFirst(), charge: charge + fraction * state)
    }.max() ?? -.infinity
  }

  @Test("Four thousand formulas of up to thirty elements take well under a second")
  func speed() throws {
    var rng = SplitMix64(seed: 1)
    var compositions: [Composition] = []
    for place in 0..<4000 {
      let count = place % 40 == 0 ? 30 : 2 + rng.index(below: 5)
      var amounts: [Element: Double] = [:]
      for _ in 0..<count {
        amounts[Element.all[rng.index(below: 92)]] = 0.01 + rng.uniform()
      }
      compositions.append(try Composition(amounts))
    }
    let clock = ContinuousClock()
    let elapsed = clock.measure {
      for composition in compositions { _ = OxidationGuess(composition) }
    }
    // 0.03 s on an idle core.
    #expect(elapsed < .seconds(1))
  }

  /// By hand: Na +1, Cl −1; electronegativities 0.93 and 3.16.
  @Test("Columns of NaCl")
  func columns() throws {
    let descriptor = OxidationDescriptor()
    let row = try descriptor.rows([Composition(formula: "NaCl")])
    let value = Dictionary(uniqueKeysWithValues: zip(descriptor.columns, row))
    #expect(value["oxidation guess exists"] == 1 && value["range oxidation state"] == 2)
    #expect(value["std_dev oxidation state"] == 1 && value["mixed valence"] == 0)
    #expect(value["cation fraction"] == 0.5 && value["mean anion oxidation state"] == -1)
    #expect(abs((value["mean EN difference"] ?? 0) - 2.23) < 1e-12)
    #expect(value["std_dev EN difference"] == 0)
    let mixed = try descriptor.rows([Composition(formula: "Fe3O4")])
    #expect(mixed[descriptor.columns.firstIndex(of: "mixed valence") ?? 0] == 1)
  }
}
