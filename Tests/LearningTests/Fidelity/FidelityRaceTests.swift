import DenseMath
import Foundation
import Matter
import Testing

@testable import Learning

@Suite("Race of fidelities")
struct FidelityRaceTests {
  /// A dear function of three variables, of which a cheap one knows the larger part.
  static func low(_ x: [Double]) -> Double { sin(5 * x[0]) + x[1] * x[1] + cos(4 * x[2]) }
  static func high(_ x: [Double]) -> Double { 1.4 * low(x) + 0.3 * x[0] - 0.5 }

  static func candidates(_ count: Int, seed: UInt64) -> [Candidate] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      Candidate(variables: (0..<3).map { _ in generator.uniform() })
    }
  }

  static let top = candidates(24, seed: 1)
  static let cheap = top.prefix(12) + candidates(150, seed: 2)

  static func lower(areKnown: Bool = false, noise: Bool = false) -> LowerFidelities {
    var generator = SplitMix64(seed: 9)
    return LowerFidelities(
      [
        LowerFidelities.Level(
          "PBE", candidates: Array(cheap),
          targets: cheap.map { noise ? generator.normal() : low($0.variables) })
      ], below: "HSE", of: top, areKnown: areKnown)
  }

  static func race(_ lower: LowerFidelities) -> FidelityRace {
    let own = StandardLearners.process(features: .named([]))
    var race = FidelityRace(
      lower, learners: [StackTrainer.Learner("gp", own)], lowerLearner: own,
      joint: Array(
        StandardLearners.fidelityProcesses(lower, rows: top.count, features: .named([])).prefix(1)))
    race.folds = 4
    race.threads = 2
    return race
  }

  static func fit(_ race: FidelityRace) throws -> (model: FidelityStack, heldOut: [HeldOut]) {
    let fit = try race.crossFit(
      candidates: top, targets: top.map { high($0.variables) }, groups: nil, weights: nil, seed: 3,
      progress: nil)
    return (try #require(fit.surrogate as? FidelityStack), fit.heldOut)
  }

  @Test("Cheap values that know the larger part lower the error of held-out dear ones")
  func gains() throws {
    let (model, heldOut) = try Self.fit(Self.race(Self.lower()))
    #expect(heldOut.map(\.row) == Array(Self.top.indices))
    #expect(model.report.gain > 0.4, "\(model.report)")
    #expect(model.report.contenders.map(\.usesLower) == [false, true, true, true])
    let error = Statistics.mean(heldOut.map { abs($0.prediction.mean - $0.target) })
    #expect(abs(model.report.meanAbsoluteError - error) < 1e-12)
    #expect(abs(model.report.contenders.reduce(0) { $0 + $1.share } - 1) < 1e-9)
    let unseen = Self.candidates(200, seed: 7)
    let found = try model.predict(unseen)
    let errors = zip(found, unseen).map { abs($0.mean - Self.high($1.variables)) }
    #expect(Statistics.mean(errors) < 1.3 * model.report.meanAbsoluteErrorAlone)
    #expect(Statistics.mean(errors) < 0.1)
  }

  @Test("Cheap values that know nothing do no harm to speak of")
  func useless() throws {
    let report = try Self.fit(Self.race(Self.lower(noise: true))).model.report
    #expect(report.meanAbsoluteError < 1.25 * report.meanAbsoluteErrorAlone)
  }

  @Test("Nothing that is known of a held-out material enters its prediction")
  func leakage() throws {
    let lower = Self.lower()
    // The first twelve rows have a cheap value each.
    let training = Array(Self.top.dropFirst(4))
    let seen = lower.levels(beside: training)[0]
    #expect(seen.candidates.count == Self.cheap.count - 4)
    #expect(Set(seen.candidates).isDisjoint(with: Self.top.prefix(4)))
    #expect(
      Self.lower(areKnown: true).levels(beside: training)[0].candidates.count
        == Self.cheap.count)
    // Values of cheap methods come from models without the material: changing its own cheap value
    // changes nothing in what they say of it.
    let assignment = Self.top.indices.map { $0 % 4 }
    func values(_ lower: LowerFidelities) throws -> [[Double]] {
      try LowerModelFits(
        lower: lower, trainer: StandardLearners.process(features: .named([])), threads: 2, seed: 5,
        fits: nil
      ).run(Self.top, assignment: assignment) { _ in }.values
    }
    let level = lower.levels[0]
    var targets = level.targets
    targets[0] += 100
    let changed = LowerFidelities(
      [LowerFidelities.Level("PBE", candidates: level.candidates, targets: targets)],
      below: "HSE", of: Self.top)
    #expect(try values(lower)[0] == values(changed)[0])
    #expect(try values(lower)[1] != values(changed)[1])
  }

  @Test("Values that are known are used, and missing ones widen the prediction")
  func known() throws {
    let (model, _) = try Self.fit(Self.race(Self.lower(areKnown: true)))
    let measured = try #require(Self.cheap.last)
    #expect(
      try model.lower.values([measured])[0][0] == Self.low(measured.variables))
    let stranger = Candidate(variables: [0.41, 0.52, 0.63])
    #expect(model.lower.doubts([measured, stranger])[0] == [0])
    #expect(model.lower.doubts([stranger])[0][0] > 0)
    let told = try model.predict([stranger])[0]
    let bare = try model.top.predict(
      LowerModels.extended([stranger], by: model.lower.values([stranger])))[0]
    #expect(told.mean == bare.mean && told.epistemicVariance >= bare.epistemicVariance)
  }

  @Test("States and threads change nothing")
  func states() throws {
    var race = Self.race(Self.lower(areKnown: true))
    let (model, heldOut) = try Self.fit(race)
    race.threads = 1
    let again = try Self.fit(race)
    #expect(heldOut == again.heldOut)
    let unseen = Self.candidates(5, seed: 8)
    let expected = try model.predict(unseen)
    #expect(try again.model.predict(unseen) == expected)
    #expect(try FidelityStack(state: model.state()).predict(unseen) == expected)
    #expect(try FidelityStack(state: model.state()).report == model.report)
  }
}
