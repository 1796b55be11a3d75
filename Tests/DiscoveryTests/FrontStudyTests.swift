import Design
import Discovery
import Ecosystem
import Formats
import Learning
import Testing

@Suite("Studies of fronts")
struct FrontStudyTests {
  /// Strength falls where ductility rises; a third of the designs lie below the front.
  private func study(
    _ kind: AcquisitionKind = .noisyHypervolume, seeds: [UInt64] = [0, 1, 2], budget: Int = 18
  ) throws -> FrontStudy {
    var text = "time,temperature,strength,ductility\n"
    for time in 0..<9 {
      for temperature in 0..<9 {
        let (x, y) = (Double(time) / 8, Double(temperature) / 8)
        text += "\(time),\(temperature * 10),\(x - y * y),\(1 - x * x - y)\n"
      }
    }
    let table = try Table(Array(text.utf8), file: "designs.csv")
    let datasets = try ["strength", "ductility"].map { target in
      var columns = Dataset.Columns(target: target)
      columns.variables = ["time", "temperature"]
      return try Dataset(table, columns: columns)
    }
    let objectives = try ["strength", "ductility"].map {
      Objective(.maximize, try PropertyExpression($0))
    }
    var plan = CampaignPlan(name: "front", seed: 0, objective: objectives[0])
    plan.furtherObjectives = [objectives[1]]
    plan.acquisition = StandardAcquisition(kind)
    (plan.initial, plan.budget) = (2, budget)
    plan.variableNames = ["time", "temperature"]
    var configuration = GaussianProcessTrainer.Configuration()
    configuration.features = .named([])
    return FrontStudy(
      plan: plan, datasets: datasets, trainer: GaussianProcessTrainer(configuration), seeds: seeds)
  }

  @Test("The front is found sooner than by chance, and shares stay within 0 and 1")
  func search() throws {
    let result = try study().run(threads: 2)
    #expect(result.poolSize == 81 && result.frontSize == 9 && result.curve.count == 18)
    let last = try #require(result.curve.last)
    #expect(last.volume.mean > 0.95 && last.volume.mean > last.randomVolume.mean + 0.05)
    #expect(last.front.mean > 0.5)
    for run in result.runs + result.randomRuns {
      #expect(zip(run.volume, run.volume.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(run.volume.allSatisfy { (0...1 + 1e-12).contains($0) })
    }
    let half = try #require(result.measurements(toVolume: 0.5))
    #expect(half <= result.randomMeasurements(toVolume: 0.5) ?? .max)
  }

  @Test("A search of the whole table ends with all of its front")
  func exhaustive() throws {
    let result = try study(.random, seeds: [4], budget: 200).run(threads: 1)
    let last = try #require(result.curve.last)
    #expect(result.budget == 81 && abs(last.volume.mean - 1) < 1e-12 && last.front.mean == 1)
  }

  @Test("One objective is refused")
  func refused() throws {
    var plan = try study().plan
    plan.furtherObjectives = nil
    plan.acquisition = StandardAcquisition(.logEI)
    let other = FrontStudy(
      plan: plan, datasets: [try study().datasets[0]], trainer: try study().trainer, seeds: [0])
    #expect(throws: CampaignError.self) { try other.run(threads: 1) }
  }
}
