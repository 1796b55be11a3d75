import DenseMath
import Learning
import Matter
import Testing

/// A surrogate that is linear in the atomic fractions: its effects are known in closed form.
private struct LinearMixture: Surrogate {
  let slopes: [Element: Double]

  func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    candidates.map { candidate in
      let mean = slopes.reduce(0) {
        $0 + $1.value * candidate.composition.fraction(of: $1.key)
      }
      return Prediction(mean: mean, aleatoricVariance: 0, epistemicVariance: 0)
    }
  }

  func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    try predict(candidates).map(\.mean)
  }
}

@Suite("Element effects")
struct ElementEffectsTests {
  @Test("A linear mixture gives share × (slope − prediction)")
  func linearMixture() throws {
    let iron = try #require(Element(symbol: "Fe"))
    let nickel = try #require(Element(symbol: "Ni"))
    let surrogate = LinearMixture(slopes: [iron: 2, nickel: 10])
    let alloy = Candidate(try Composition([iron: 3, nickel: 1]))  // predicts 4
    let effects = try elementEffects(
      of: surrogate, around: [alloy], adding: [nickel, iron], share: 0.1)
    #expect(effects.map(\.element) == [nickel, iron])
    #expect(abs(effects[0].meanChange - 0.1 * (10 - 4)) < 1e-12)
    #expect(abs(effects[1].meanChange - 0.1 * (2 - 4)) < 1e-12)
    #expect(effects.allSatisfy { $0.agreement == 1 })
  }
}
