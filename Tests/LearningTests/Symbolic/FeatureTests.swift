import DenseMath
import Testing

@testable import Learning

@Suite("Features of formulas")
struct FeatureTests {
  private func space(
    _ units: [String?] = [nil, nil, nil], operators: [FormulaOperator] = FormulaOperator.usual,
    rows: Int = 40
  ) throws -> FeatureSpace {
    let variables = units.indices.map { place in
      (
        name: "abc".map(String.init)[place], unit: units[place],
        values: SymbolicSamples.uniform(rows, 0.5...3, seed: UInt64(place) + 10)
      )
    }
    let problem = try SymbolicSamples.problem(variables, target: variables[0].values)
    return FormulaSearch(
      problem: problem, configuration: configuration(operators), threads: 1
    ).variables()
  }

  private func configuration(_ operators: [FormulaOperator]) -> SymbolicConfiguration {
    var configuration = SymbolicConfiguration()
    configuration.operators = operators
    return configuration
  }

  private func candidates(_ space: FeatureSpace) -> [CandidateFeature] {
    let stream = FeatureStream(space)
    var all: [CandidateFeature] = []
    for block in stream.blocks(ofAbout: 50) { stream.forEach(in: block) { all.append($0) } }
    return all
  }

  @Test("The first rung of sums and products is complete and has each once")
  func firstRung() throws {
    let texts = candidates(try space(operators: [.add, .subtract, .multiply, .divide])).count
    // Three pairs, each with a sum, a difference, a product and two quotients.
    #expect(texts == 15)
  }

  @Test("Few products and sums of a later rung are given twice")
  func once() throws {
    var space = try space(operators: [.add, .subtract, .multiply, .divide])
    space.grow()
    var residues: Set<UInt64> = []
    var doubled: [String] = []
    var count = 0
    for candidate in candidates(space) {
      count += 1
      let residue = PrimeField.unsigned(space.residue(of: candidate))
      if !residues.insert(residue).inserted { doubled.append("\(space.formula(candidate))") }
      #expect(space.known[residue] == nil, "\(space.formula(candidate)) is kept already")
    }
    #expect(count > 300)
    // Ways that differ by more than one exchange of parts may remain: `a b + a c`, `a (b + c)`.
    #expect(
      Double(doubled.count) < 0.2 * Double(count),
      "\(doubled.count) of \(count): \(doubled.prefix(8))")
  }

  @Test("Nothing is lost: every pair of kept features is there in one way or another")
  func complete() throws {
    var space = try space(operators: [.add, .subtract, .multiply, .divide])
    space.grow()
    let given = Set(candidates(space).map { PrimeField.unsigned(space.residue(of: $0)) })
    for first in space.features.indices {
      for second in space.features.indices where first < second {
        for function in [FormulaOperator.add, .subtract, .multiply, .divide] {
          let candidate = CandidateFeature(function: function, left: first, right: second)
          let residue = PrimeField.unsigned(space.residue(of: candidate))
          guard residue > 1 else { continue }
          #expect(
            given.contains(residue) || space.known[residue] != nil,
            "\(space.formula(candidate)) is missing")
        }
      }
    }
  }

  @Test("Units decide what is built")
  func units() throws {
    var space = try space(["Å", "eV", nil])
    space.grow()
    space.grow()
    let symbols = { (name: String) in ["a": "Å", "b": "eV"][name] }
    for place in space.features.indices {
      let formula = space.formula(place)
      let unit = try formula.unit(
        { name in
          FormulaUnitTable.unit(symbols(name))
        }, symbols: symbols)
      #expect(unit == space.units[Int(space.features[place].unit)], "\(formula)")
    }
    #expect(space.count > 100)
  }

  @Test("Equal columns, constant columns and values out of range are left out")
  func unusable() throws {
    let values = SymbolicSamples.uniform(20, 1...2, seed: 3)
    let problem = try SymbolicSamples.problem(
      [
        ("a", nil, values), ("b", nil, values), ("c", nil, [Double](repeating: 4, count: 20)),
        ("d", nil, values.map { $0 * 1e90 }), ("e", nil, values.map { 1 / $0 * 1e-90 }),
      ], target: values)
    var space = FormulaSearch(
      problem: problem, configuration: SymbolicConfiguration(), threads: 1
    ).variables()
    #expect(space.features.map(\.left) == [0, 3, 4])
    space.grow()
    #expect(space.features.allSatisfy { $0.highest < 1e100 && $0.lowest > -1e100 })
  }

  @Test("A quick bound is never below the score", arguments: UInt64(0)..<6)
  func bounds(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let labels = (0..<57).map { _ in generator.uniform() < 0.4 }
    let weights = (0..<57).map { _ in generator.uniform() }
    let cut = ThresholdScore(labels: labels, weights: weights, byOrder: false)
    let correlation = CorrelationScore([
      labels.map { $0 ? 1 : 0 }, SymbolicSamples.uniform(57, 0...1, seed: seed + 50),
    ])
    var workspace = cut.workspace()
    var none: Void = ()
    for trial in 0..<40 {
      let offset = trial % 3 == 0 ? 1e4 : 0.0
      let scale = Double(sign: .plus, exponent: 3 * (trial % 8), significand: 1)
      let values = (0..<57).map { _ -> Double in (generator.uniform() - 0.3) * scale + offset }
      values.withUnsafeBufferPointer { values in
        #expect(cut.bound(values, &workspace) >= cut.exact(values))
        #expect(correlation.bound(values, &none) >= correlation.exact(values) - 1e-6)
      }
    }
  }

  @Test("The best cut is that of trying all", arguments: UInt64(0)..<6)
  func cuts(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let values = (0..<30).map { _ in Double(generator.index(below: 12)) }
    let labels = values.map { $0 + 6 * generator.uniform() > 8 }
    let weights = [Double](repeating: 1.0 / 30, count: 30)
    var best = 0.0
    for threshold in -1..<13 {
      let right = zip(values, labels).count { ($0 > Double(threshold) + 0.5) == $1 }
      best = max(best, Double(max(right, 30 - right)) / 30)
    }
    let score = ThresholdScore(labels: labels, weights: weights, byOrder: true)
    let exact = values.withUnsafeBufferPointer { score.exact($0) }
    #expect(abs(exact - best) < 1e-7)
    let cut = Cut(values, labels: labels, weights: weights)
    #expect(abs(cut.share - best) < 1e-9)
    let right = zip(values, labels).count { cut.contains($0) == $1 }
    #expect(abs(Double(right) / 30 - best) < 1e-9)
  }

  @Test("What is kept does not depend on the threads, and is the best of all")
  func screening() throws {
    var space = try space(["Å", "Å", nil])
    space.grow()
    let target = SymbolicSamples.uniform(40, 0...1, seed: 77)
    let score = CorrelationScore([target])
    let stream = FeatureStream(space)
    let one = try FeatureScreen(stream: stream, threads: 1).best(25, by: score)
    let four = try FeatureScreen(stream: stream, threads: 4).best(25, by: score)
    #expect(one.features.best.map(\.candidate) == four.features.best.map(\.candidate))
    #expect(one.count == four.count && one.count > 1000)
    // By brute force, without dividing the work.
    var scores: [Double] = []
    for candidate in candidates(space) {
      var values = [Double](repeating: 0, count: 40)
      values.withUnsafeMutableBufferPointer { space.evaluate(candidate, into: $0) }
      values.withUnsafeBufferPointer { values in
        if ValueRange(values) != nil { scores.append(score.exact(values)) }
      }
    }
    for place in space.features.indices {
      scores.append(
        Array(space.values[place * 40..<(place + 1) * 40]).withUnsafeBufferPointer {
          score.exact($0)
        })
    }
    #expect(one.features.best[0].score == scores.max())
  }
}

/// Units by symbol.
enum FormulaUnitTable {
  static func unit(_ symbol: String?) -> FormulaUnit {
    SymbolicVariable(name: "v", column: "v", unit: symbol).formulaUnit
  }
}
