import DenseMath
import Design
import Matter
import Testing

@Suite("Spaces of settings")
struct ProcessSpaceTests {
  private static func variables() throws -> [ProcessVariable] {
    [
      try ProcessVariable("T", from: 300, to: 900, step: 10),
      try ProcessVariable("hours", .interval(1, 24)),
      try ProcessVariable("solvent", .words(["water", "ethanol", "none"])),
    ]
  }

  /// The laws of a space, on drawn members.
  private func keepsLaws(_ space: ProcessSpace, draws: Int = 200) {
    var generator = SplitMix64(seed: 4)
    for candidate in space.sample(draws, using: &generator) {
      #expect(space.contains(candidate), "\(candidate)")
      let neighbors = space.neighbors(of: candidate)
      #expect(neighbors.allSatisfy(space.contains) && !neighbors.contains(candidate))
      #expect(Set(neighbors).count == neighbors.count)
    }
  }

  @Test("A counted space holds every combination that keeps its constraints, once")
  func counted() throws {
    let space = try ProcessSpace(
      [
        try ProcessVariable("a", from: 0, to: 1, step: 0.1),
        try ProcessVariable("b", from: 0, to: 1, step: 0.1),
        try ProcessVariable("w", .words(["x", "y"])),
      ], constraints: [try SpaceConstraint("a + b <= 1")])
    // 66 pairs of tenths sum to at most 1.
    #expect(space.count == 132)
    let members = (0..<space.count).map(space.candidate(at:))
    #expect(Set(members).count == 132)
    #expect(members.allSatisfy { $0.variables[0] + $0.variables[1] <= 1 + 1e-9 })
    #expect(space.variableNames == ["a", "b", "w=x", "w=y"])
    #expect(members.allSatisfy { $0.variables[2] + $0.variables[3] == 1 })
    keepsLaws(space)
    #expect(!space.contains(Candidate(variables: [0.8, 0.3, 1, 0])))
    #expect(!space.contains(Candidate(variables: [0.85, 0.1, 1, 0])))
    #expect(!space.contains(Candidate(variables: [0.1, 0.1, 1, 1])))
  }

  @Test("Steps leave no dust behind: tenths are those that are written")
  func tidy() throws {
    let variable = try ProcessVariable("x", from: 0, to: 1, step: 0.1)
    guard case .numbers(let numbers) = variable.domain else { return #expect(Bool(false)) }
    #expect(numbers == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
  }

  @Test("Numbers of any size, words and a product constraint")
  func mixed() throws {
    let space = try ProcessSpace(
      Self.variables(), constraints: [try SpaceConstraint("T * hours ≤ 5000")])
    #expect(space.count == .max)
    keepsLaws(space)
    var generator = SplitMix64(seed: 1)
    let drawn = space.sample(500, using: &generator)
    #expect(drawn.allSatisfy { $0.variables[0] * $0.variables[1] <= 5000 * (1 + 1e-9) })
    #expect(drawn.count == 500 && Set(drawn.map { $0.variables[0] }).count > 40)
    #expect(space.candidate(at: 77) == space.candidate(at: 77))
  }

  @Test("Equations are solved: shares of three sum to one")
  func equation() throws {
    let shares = try ["a", "b", "c"].map { try ProcessVariable($0, .interval(0, 1)) }
    let space = try ProcessSpace(shares, constraints: [try SpaceConstraint("a + b + c = 1")])
    keepsLaws(space)
    var generator = SplitMix64(seed: 2)
    let drawn = space.sample(3000, using: &generator)
    for candidate in drawn { #expect(abs(candidate.variables.reduce(0, +) - 1) < 1e-9) }
    // Uniform over the triangle: every share has the mean 1/3 and the variance 1/18.
    for place in 0..<3 {
      let values = drawn.map { $0.variables[place] }
      #expect(abs(Statistics.mean(values) - 1.0 / 3) < 0.02)
      #expect(abs(Statistics.variance(values) - 1.0 / 18) < 0.005)
    }
  }

  @Test("A mixture of ten in steps, of which chance would find none")
  func narrowed() throws {
    let shares = try (0..<10).map { try ProcessVariable("x\($0)", from: 0, to: 1, step: 0.05) }
    let sum = (0..<10).map { "x\($0)" }.joined(separator: " + ")
    let space = try ProcessSpace(shares, constraints: [try SpaceConstraint("\(sum) = 1")])
    keepsLaws(space, draws: 100)
  }

  @Test("Two equations hold at once")
  func twoEquations() throws {
    let space = try ProcessSpace(
      ["a", "b", "c", "d"].map { try ProcessVariable($0, .interval(0, 2)) },
      constraints: [try SpaceConstraint("a + b = 1"), try SpaceConstraint("a + c + 2 * d = 2")])
    keepsLaws(space, draws: 50)
  }

  @Test("Beside a composition space, whose elements constraints may name")
  func product() throws {
    let elements = ["Al", "Ni", "Ti"].compactMap { Element(symbol: $0) }
    let alloys = try CompositionSimplex(elements: elements, step: 0.1)
    let space = try ProcessSpace(
      [try ProcessVariable("T", from: 500, to: 1000, step: 100)],
      constraints: [try SpaceConstraint("Al * T <= 400")], materials: alloys)
    keepsLaws(space)
    let members = (0..<space.count).map(space.candidate(at:))
    let aluminum = elements[0]
    #expect(Set(members).count == members.count)
    let expected = (0..<alloys.count).reduce(0) { sum, place in
      let share = alloys.candidate(at: place).composition.fraction(of: aluminum)
      return sum + stride(from: 500.0, through: 1000, by: 100).count { share * $0 <= 400 + 1e-6 }
    }
    #expect(space.count == expected)
    #expect(
      space.neighbors(of: members[0]).contains { $0.composition != members[0].composition })
  }

  @Test("What leaves nothing is refused in words")
  func refused() throws {
    let a = try ProcessVariable("a", .interval(0, 1))
    func error(_ texts: String..., of variables: [ProcessVariable]) -> String {
      do {
        _ = try ProcessSpace(variables, constraints: texts.map { try SpaceConstraint($0) })
        return ""
      } catch { return "\(error)" }
    }
    #expect(error("a >= 2", of: [a]).contains("No combination"))
    #expect(error("b >= 0", of: [a]).contains("there is no variable b; there are a"))
    #expect(error("a ? 1", of: [a]).contains("write one of <=, >= and ="))
    #expect(error("a = 0.2", "a = 0.3", of: [a]).contains("contradicts"))
    #expect(error("sin(1000 * a) >= 0.99999999999", of: [a]).contains("ombination"))
    let words = try ProcessVariable("w", .words(["x", "y"]))
    #expect(error("w >= 1", of: [words]).contains("is a word"))
    #expect(error("a <= 1", of: [a, a]).contains("given twice"))
    #expect(throws: SpaceError.self) { try ProcessVariable("x", from: 0, to: 1, step: 0.3) }
    #expect(throws: SpaceError.self) { try ProcessVariable("x", .interval(1, 1)) }
    #expect(throws: SpaceError.self) { try ProcessVariable("x", .words(["a", "a"])) }
  }

  @Test("Local search from many starts finds the summit of a smooth function under constraints")
  func search() throws {
    let space = try ProcessSpace(
      [
        try ProcessVariable("x", .interval(0, 10)), try ProcessVariable("y", .interval(0, 10)),
        try ProcessVariable("k", .words(["bad", "good"])),
      ], constraints: [try SpaceConstraint("x^2 + y^2 <= 25")])
    // On the circle, nearest to (6, 8): (3, 4).
    let found = SpaceSearch().best(1, in: space, excluding: [], seed: 3) { candidates in
      candidates.map { candidate in
        let (x, y) = (candidate.variables[0] - 6, candidate.variables[1] - 8)
        return -(x * x + y * y) + candidate.variables[3]
      }
    }
    let best = try #require(found.first)
    #expect(best.score > -24.02 && best.candidate.variables[3] == 1, "\(best)")
  }
}
