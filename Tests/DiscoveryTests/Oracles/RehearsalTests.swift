import DenseMath
import Design
import Ecosystem
import Foundation
import Matter
import Testing

@testable import Discovery

@Suite("Rehearsals")
struct RehearsalTests {
  static func rehearsal(_ change: (inout Rehearsal) -> Void) -> Rehearsal {
    var rehearsal = Rehearsal()
    change(&rehearsal)
    return rehearsal
  }

  private static let found = Observation(["y": MeasuredValue(5, unit: "m")])

  private static func read(_ rehearsal: Rehearsal, _ number: Int) -> Double? {
    rehearsal.reading(found, number: number, seed: UInt64(number), campaignSeed: 9)?
      .values["y"]?.value
  }

  @Test("Noise and batches have the deviations asked for, drift the slope, failures the share")
  func statistics() {
    let noisy = Self.rehearsal { $0.noise = ["y": 0.3] }
    let values = (1...2000).compactMap { Self.read(noisy, $0) }
    #expect(values.count == 2000 && abs(Statistics.mean(values) - 5) < 0.03)
    #expect(abs(Statistics.standardDeviation(values) - 0.3) < 0.01)
    let batched = Self.rehearsal {
      $0.batchEffect = ["y": 0.5]
      $0.batchSize = 4
    }
    let batches = (0..<1000).map { batch in
      (1...4).compactMap { Self.read(batched, 4 * batch + $0) }
    }
    #expect(batches.allSatisfy { Set($0).count == 1 })
    #expect(abs(Statistics.standardDeviation(batches.map { $0[0] }) - 0.5) < 0.03)
    let drifting = Self.rehearsal {
      $0.hours = 12
      $0.driftPerDay = ["y": -0.1]
    }
    #expect(abs((Self.read(drifting, 10) ?? 0) - 4.5) < 1e-12)
    let failing = Self.rehearsal { $0.failureRate = 0.2 }
    let failures = (1...4000).count { Self.read(failing, $0) == nil }
    #expect(abs(Double(failures) / 4000 - 0.2) < 0.02)
  }

  @Test("Time is log-normal around its median and adds up")
  func time() {
    let rehearsal = Self.rehearsal {
      $0.hours = 6
      $0.hoursSpread = 0.5
    }
    let ends = (0...400).map { rehearsal.hours(through: $0, campaignSeed: 1) }
    let each = zip(ends.dropFirst(), ends).map { $0 - $1 }
    #expect(each.allSatisfy { $0 > 0 } && abs(Statistics.median(each) - 6) < 0.6)
    #expect(abs(Statistics.standardDeviation(each.map { log($0) }) - 0.5) < 0.05)
  }

  @Test("A rehearsed campaign resumes, says that it was one, and months take no time")
  func campaign() throws {
    let recipe = try CampaignRecipeTests.read(
      """
      objective: {maximize: bulkModulusGPa}
      space: {elements: [Cu, Ni], step: 0.1}
      surrogate: {kind: gp, features: fractions}
      initial: 4
      budget: 9
      oracle: {virtualLaboratory: {atoms: 20, cells: 1, phases: [fcc]}}
      rehearsal: {hours: {median: 240, spread: 0.3}, failureRate: 0.2, noise: {bulkModulusGPa: 2}}
      """)
    let setup = try recipe.setup()
    func run(_ log: any EventLog) throws -> Campaign {
      try CampaignRunner(
        setup.creation(codeVersion: "test"), space: setup.space, oracle: setup.oracle,
        trainer: setup.trainer, log: log
      ).run()
    }
    let log = MemoryEventLog()
    let whole = try run(log)
    #expect(whole.rehearsal == recipe.rehearsal)
    let text = try #require(whole.rehearsalText)
    #expect(text.hasPrefix("A rehearsal: nothing was measured") && text.contains("days)"))
    #expect(whole.failures.allSatisfy { $0.reason == "The rehearsed experiment failed." })
    let resumed = MemoryEventLog()
    _ = try? run(CrashingLog(resumed, at: 7, .afterStoring))
    #expect(try run(resumed) == whole)
    #expect(try resumed.events().map(\.payload) == log.events().map(\.payload))
  }

  @Test(
    "Refuses what is no rehearsal",
    arguments: [
      ("{failureRate: 1}", "below 1"), ("{hours: 0}", "above 0"), ("{noise: {z: 1}}", "\"z\""),
      ("{noise: {y: -1}}", "0 or more"), ("{batchSize: 0}", "at least 1"), ("{nois: 1}", "nois"),
    ])
  func refuses(_ text: String, _ reason: String) throws {
    let error = #expect(throws: (any Error).self) {
      try CampaignRecipeTests.read(
        "objective: {maximize: bulkModulusGPa}\nspace: {elements: [Cu, Ni], step: 0.1}\n"
          + "oracle: {virtualLaboratory: {atoms: 20}}\nrehearsal: \(text)"
      ).setup()
    }
    #expect("\(try #require(error))".contains(reason), "\(error as Any)")
  }
}
