import DenseMath
import Design
import Ecosystem
import Foundation
import Learning
import Matter
import Synchronization

@testable import Discovery

/// A surrogate in closed form: the mean of the nearest training targets, weighted by distance, and
/// a variance that grows with the distance to the nearest. Enough for the laws of a campaign.
struct NearestSurrogate: Surrogate {
  let places: [SIMD4<Double>]
  let targets: [Double]
  let variance: Double

  init(candidates: [Candidate], targets: [Double]) {
    places = candidates.map(Self.place)
    self.targets = targets
    variance = Statistics.variance(targets)
  }

  func predict(_ asked: [Candidate]) -> [Prediction] {
    asked.map { candidate in
      let place = Self.place(candidate)
      var (sum, total, nearest) = (0.0, 0.0, 2.0)
      for (known, target) in zip(places, targets) {
        let difference = known - place
        let distance = (difference * difference).sum().squareRoot()
        sum += target / (distance + 1e-3)
        total += 1 / (distance + 1e-3)
        nearest = min(nearest, distance)
      }
      return Prediction(
        mean: sum / total, aleatoricVariance: 1e-4, epistemicVariance: nearest * variance)
    }
  }

  func sample(_ asked: [Candidate], using generator: inout SplitMix64) -> [Double] {
    predict(asked).map { $0.mean + $0.epistemicVariance.squareRoot() * generator.normal() }
  }

  /// Fractions of the fixture's elements.
  private static func place(_ candidate: Candidate) -> SIMD4<Double> {
    var place = SIMD4<Double>.zero
    for (index, element) in fixtureElements.enumerated() {
      place[index] = candidate.composition.fraction(of: element)
    }
    return place
  }
}

struct NearestTrainer: SurrogateTrainer {
  func train(candidates: [Candidate], targets: [Double], seed: UInt64) -> any Surrogate {
    NearestSurrogate(candidates: candidates, targets: targets)
  }
}

/// A smooth strength with noise, a density, and now and then a failure.
final class FormulaOracle: Oracle {
  struct Broken: Error, CustomStringConvertible {
    var description: String { "The furnace did not light." }
  }

  /// How often each candidate was asked for.
  let asked = Mutex<[Candidate: Int]>([:])
  let failsEvery: Int

  init(failsEvery: Int = 0) {
    self.failsEvery = failsEvery
  }

  func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
    asked.withLock { $0[candidate, default: 0] += 1 }
    var generator = SplitMix64(seed: seed)
    if failsEvery > 0, generator.index(below: failsEvery) == 0 { throw Broken() }
    let noise = 0.01 * generator.normal()
    return Observation([
      "strength": MeasuredValue(Self.strength(candidate) + noise, spread: 0.01, unit: "GPa"),
      "density": MeasuredValue(2 + 6 * Self.share(0, candidate), unit: "g/cm³"),
    ])
  }

  static func share(_ place: Int, _ candidate: Candidate) -> Double {
    candidate.composition.fraction(of: fixtureElements[place])
  }

  static func strength(_ candidate: Candidate) -> Double {
    let summit = [0.3, 0.5, 0.2, 0]
    return 3
      - summit.indices.reduce(0.0) { sum, place in
        let difference = share(place, candidate) - summit[place]
        return sum + 4 * difference * difference
      }
  }
}

let fixtureElements = [13, 22, 26, 28].compactMap { Element(atomicNumber: $0) }

func fixtureSpace(step: Double = 0.1) throws -> CompositionSimplex {
  try CompositionSimplex(elements: fixtureElements, step: step, maximumElements: 3)
}

func fixturePlan(
  _ kind: AcquisitionKind = .logEI, seed: UInt64 = 3, budget: Int = 16, batch: Int = 1
) throws -> CampaignPlan {
  var plan = CampaignPlan(
    name: "fixture", seed: seed,
    objective: Objective(.maximize, try PropertyExpression("strength")))
  plan.acquisition.kind = kind
  plan.initial = 5
  plan.budget = budget
  plan.batch = batch
  return plan
}

func fixtureRunner(
  _ plan: CampaignPlan, log: any EventLog, oracle: any Oracle = FormulaOracle(),
  threads: Int = 1, trainer: any SurrogateTrainer = NearestTrainer()
) throws -> CampaignRunner {
  CampaignRunner(
    CampaignCreation(plan: plan, provenance: ["space": "four metals"], codeVersion: "test"),
    space: try fixtureSpace(), oracle: oracle, trainer: trainer, log: log, threads: threads)
}

/// Gives up at one call of `append`: before the events are stored, or after.
final class CrashingLog: EventLog {
  struct Crash: Error {}

  enum Moment: CaseIterable {
    case beforeStoring
    case afterStoring
  }

  private let log: any EventLog
  private let crashAt: Int
  private let moment: Moment
  private let calls = Mutex(0)

  init(_ log: any EventLog, at call: Int, _ moment: Moment) {
    self.log = log
    crashAt = call
    self.moment = moment
  }

  /// Whether the process would have died.
  var hasCrashed: Bool { calls.withLock { $0 >= crashAt } }

  @discardableResult
  func append(_ drafts: [EventDraft], after count: Int) throws(EventLogError) -> [LoggedEvent] {
    let call = calls.withLock { calls in
      calls += 1
      return calls
    }
    if call == crashAt, moment == .beforeStoring {
      throw .unavailable("test", reason: "killed before storing")
    }
    let stored = try log.append(drafts, after: count)
    if call == crashAt { throw .unavailable("test", reason: "killed after storing") }
    return stored
  }

  func events() throws(EventLogError) -> [LoggedEvent] { try log.events() }

  @discardableResult
  func verify() throws(EventLogError) -> String? { try log.verify() }
}

/// A path in the temporary folder, removed with its companions at the end.
func withTemporaryLedger<T>(_ body: (String) throws -> T) rethrows -> T {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("athanor-campaign-\(UUID().uuidString).sqlite").path
  defer {
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }
  return try body(path)
}
