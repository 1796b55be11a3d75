import DenseMath
import Design
import Matter
import Testing

@testable import Discovery

@Suite("Lists kept as bytes")
struct PackedListTests {
  private static func text(_ generator: inout SplitMix64) -> String {
    switch generator.index(below: 6) {
    case 0: ""
    case 1: "predicted \(generator.uniform()) ± 0.\(generator.index(below: 99)), best 2.9."
    case 2: "no. \(generator.index(below: 5000))"
    case 3: "1.2.3..4"
    case 4: "zero \u{0} and é \(generator.index(below: 9))"
    default: String(repeating: "long ", count: generator.index(below: 5000))
    }
  }

  private static func proposals(_ count: Int, seed: UInt64) throws -> [Proposal] {
    var generator = SplitMix64(seed: seed)
    let space = try fixtureSpace(step: 0.1)
    return (0..<count).map { place in
      let roles: [Proposal.Role?] = [nil, .prior, .control, .replicate(of: place)]
      let guess = PredictedValue(
        mean: generator.uniform(), deviation: -0.0, epistemicDeviation: .leastNonzeroMagnitude)
      return Proposal(
        number: place + 1, candidate: space.candidate(at: place % space.count),
        predictions: place % 3 == 0 ? [:] : ["a": guess, "b \(place)": guess],
        acquisition: place % 2 == 0 ? nil : generator.uniform(),
        feasibility: place % 5 == 0 ? generator.uniform() : nil, reason: text(&generator),
        role: roles[generator.index(below: 4)], fidelity: place % 7 == 0 ? "PBE" : nil)
    }
  }

  @Test("Proposals come back as they were put in", arguments: 0..<3)
  func proposals(seed: UInt64) throws {
    let all = try Self.proposals(300, seed: seed)
    var list = ProposalList()
    for proposal in all { list.append(proposal, list.sharing(proposal.candidate)) }
    #expect(Array(list) == all && list.last == all.last && list.count == 300)
    for place in all.indices {
      #expect(list.role(at: place) == all[place].role)
      #expect(list.fidelity(at: place) == all[place].fidelity)
      #expect(list.candidate(at: place) == all[place].candidate)
    }
    #expect("\(list.prefix(2).map(\.number))" == "[1, 2]")
  }

  @Test("Outcomes can be replaced, and copies stay as they were")
  func outcomes() {
    var generator = SplitMix64(seed: 4)
    var list = OutcomeList()
    var all: [Campaign.Outcome?] = []
    for _ in 0..<200 {
      list.appendPending()
      all.append(nil)
    }
    #expect((0..<200).allSatisfy(list.isPending) && Array(list) == all)
    for _ in 0..<2000 {
      let before = (list, all)
      let place = generator.index(below: 200)
      let value = MeasuredValue(
        generator.uniform(), spread: generator.index(below: 2) == 0 ? nil : 1, unit: "GPa")
      let outcome: Campaign.Outcome =
        switch generator.index(below: 4) {
        case 0: .measured(["strength": value, "cost": MeasuredValue(2)])
        case 1: .failed(reason: Self.text(&generator))
        case 2: .withdrawn(reason: Self.text(&generator))
        default: .cancelled(reason: "Not wanted.")
        }
      (list[place], all[place]) = (outcome, outcome)
      #expect(list[place] == outcome && list.isMeasured(place) == outcome.isMeasured)
      #expect(before.0[place] == before.1[place])
    }
    #expect(Array(list) == all)
  }

  @Test("More texts than the table holds are kept all the same")
  func manyTexts() {
    var (table, bytes) = (TextTable(), [UInt8]())
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    let texts = (0..<6000).map { number in
      String((0..<4).map { letters[number / [1, 26, 676, 17576][$0] % 26] }) + " \(number).5"
    }
    for text in texts { table.write(text, into: &bytes) }
    var reader = PackReader(bytes: bytes, place: 0, texts: table)
    for text in texts { #expect(reader.text() == text) }
  }
}
