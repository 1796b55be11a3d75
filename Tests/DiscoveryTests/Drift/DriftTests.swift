import DenseMath
import Design
import Foundation
import Matter
import Testing

@testable import Discovery

@Suite("Drift")
struct DriftTests {
  /// Where a detector first alarms in a normal stream that shifts at one place; `nil` for never.
  private func alarm(
    _ detector: some DriftDetector, seed: UInt64, length: Int, shift: Double = 0, at place: Int = 0
  ) -> Int? {
    var detector = detector
    var generator = SplitMix64(seed: seed)
    return (0..<length).first { step in
      detector.add(generator.normal() + (step >= place ? shift : 0))
    }
  }

  /// Share of alarms in streams without a change, and the median delay after one.
  private func judge(
    _ detector: some DriftDetector, streams: Int = 100, length: Int = 200, shift: Double
  ) -> (falseAlarms: Double, delay: Double, missed: Double) {
    let still = (0..<streams).count {
      alarm(detector, seed: UInt64($0), length: length) != nil
    }
    let found = (0..<streams).map {
      alarm(detector, seed: UInt64($0), length: 500, shift: shift, at: 100)
    }
    let delays = found.compactMap { $0 }.filter { $0 >= 100 }.map { Double($0 - 100) }
    return (
      Double(still) / Double(streams), delays.isEmpty ? .infinity : Statistics.median(delays),
      Double(found.count { $0 == nil }) / Double(streams)
    )
  }

  @Test("Page–Hinkley follows its definition number by number")
  func pageHinkley() {
    var detector = PageHinkley()
    detector.threshold = 3
    detector.fewest = 5
    // By hand: after ten zeros comes 1, 1, …; m_t = Σ (x − x̄ − δ), and m_t − min m is compared.
    var (values, mean, sum, lowest, expected) = ([Double](), 0.0, 0.0, 0.0, -1)
    for step in 0..<40 {
      values.append(step < 10 ? 0 : 1)
      mean = Statistics.mean(values)
      sum += values[step] - mean - 0.005
      lowest = min(lowest, sum)
      if step >= 4, sum - lowest > 3 {
        expected = step
        break
      }
    }
    #expect(values.indices.first { detector.add(values[$0]) } == expected && expected > 10)
  }

  @Test("Page–Hinkley: rare false alarms, and a delay of about λ over the shift")
  func pageHinkleyRates() {
    let judged = judge(PageHinkley(), shift: 2)
    #expect(judged.falseAlarms == 0, "\(judged)")
    // The running mean follows the shift, so that more than 50/2 numbers are needed.
    #expect((20...50).contains(judged.delay) && judged.missed < 0.05, "\(judged)")
  }

  @Test("ADWIN cuts at the first split whose means differ by more than its bound")
  func adwinDefinition() {
    let delta = 0.002
    var window = AdaptiveWindow(delta: delta)
    var (values, expected) = ([Double](), -1)
    outer: for step in 0..<200 {
      values.append(step < 50 ? 0.2 : 0.8)
      let n = Double(values.count)
      for split in 1..<max(values.count, 1) {
        let (n0, n1) = (Double(split), n - Double(split))
        let m = 1 / (1 / n0 + 1 / n1)
        let confidence = log(2 * n / delta)
        let bound =
          (2 / m * Statistics.variance(values) * confidence).squareRoot() + 2 / (3 * m) * confidence
        let difference =
          Statistics.mean(Array(values[..<split])) - Statistics.mean(Array(values[split...]))
        if abs(difference) > bound {
          expected = step
          break outer
        }
      }
    }
    #expect(expected > 50)
    let found = (0..<200).first { window.add($0 < 50 ? 0.2 : 0.8) }
    #expect(found == expected)
    #expect(window.window.allSatisfy { $0 == 0.8 } || window.window.count < 60)
  }

  @Test("ADWIN: no more false alarms than δ a number, and a short delay")
  func adwinRates() {
    let judged = judge(AdaptiveWindow(), shift: 2)
    // δ bounds the chance at each number; over 200 of them the sum of the bounds is 0.4.
    #expect(judged.falseAlarms < 0.05, "\(judged)")
    #expect(judged.delay < 25 && judged.missed == 0, "\(judged)")
  }

  @Test("The martingale alarms in at most one of a hundred streams without a change")
  func martingaleRates() {
    let judged = judge(ConformalMartingale(), streams: 200, length: 300, shift: 2)
    // Ville: P(ever ≥ 100) ≤ 1 %; three standard errors of 200 streams on top.
    #expect(judged.falseAlarms <= 0.01 + 3 * (0.01 * 0.99 / 200).squareRoot(), "\(judged)")
    #expect(judged.delay < 40 && judged.missed < 0.05, "\(judged)")
  }

  @Test("Its bets are fair: over uniform p-values the capital neither grows nor falls on average")
  func fair() {
    // One bet of each stake integrates to 1 over p: the mean over a fine grid is the capital before.
    for steps in 0..<3 {
      var start = ConformalMartingale()
      for step in 0..<steps { start.bet(on: 0.2 + 0.3 * Double(step)) }
      let grid = (0..<1000).map { (Double($0) + 0.5) / 1000 }
      let mean = Statistics.mean(
        grid.map { p in
          var next = start
          next.bet(on: p)
          return next.capital
        })
      #expect(abs(mean - start.capital) < 1e-12)
    }
  }

  @Test("Offset and scale come from control pairs")
  func recalibration() {
    let one = Recalibration([(before: 10, now: 10.4)])
    #expect(abs(one.offset - 0.4) < 1e-12 && one.scale == 1 && one.error == nil)
    let line = Recalibration([(1, 2.5), (2, 4.5), (4, 8.5), (8, 16.5)])
    #expect(abs(line.offset - 0.5) < 1e-12 && abs(line.scale - 2) < 1e-12)
    #expect(abs(line.corrected(8.5) - 4) < 1e-12 && (line.error ?? 1) < 1e-9)
    let two = Recalibration([(1, 1.2), (2, 2.4)])
    #expect(two.scale == 1 && abs(two.offset - 0.3) < 1e-12)
    #expect(abs((two.error ?? 0) - 0.1) < 1e-12)
  }

  /// A campaign whose later results read higher, by instrument.
  private func drifting(_ offset: (Int) -> Double, instrument: (Int) -> String?) throws -> Campaign
  {
    var fixture = try OvenFixture()
    fixture.plan.budget = 200
    var campaign = try Campaign(fixture.runner.creation)
    var generator = SplitMix64(seed: 3)
    for number in 1...160 {
      let candidate = fixture.space.candidate(at: number)
      try campaign.apply(
        .proposed(
          Proposal(
            number: number, candidate: candidate,
            predictions: [
              "volume": PredictedValue(mean: 900, deviation: 10, epistemicDeviation: 5)
            ], reason: "")))
      let value = 900 + 10 * generator.normal() + offset(number)
      try campaign.apply(
        .measured(
          MeasuredResult(
            number: number, values: ["volume": MeasuredValue(value)],
            instrument: instrument(number))))
    }
    return campaign
  }

  @Test("A campaign says which instrument drifts, and wants one of its early samples again")
  func watch() throws {
    let names = { (number: Int) -> String? in number % 2 == 0 ? "A" : "B" }
    let steady = try drifting({ _ in 0 }, instrument: names)
    #expect(DriftWatch(steady).alarms.isEmpty && DriftWatch(steady).warnings.isEmpty)
    var campaign = try drifting(
      { $0 > 80 && $0 % 2 == 1 ? 30 : 0 }, instrument: names)
    let watch = DriftWatch(campaign)
    #expect(watch.alarms.map(\.instrument) == ["B"])
    let alarm = try #require(watch.alarms.first)
    #expect(alarm.number > 80 && alarm.shift > 1.5)
    #expect(try #require(alarm.control) <= 80 && #require(alarm.control) % 2 == 1)
    let control = try #require(watch.controls(campaign).first)
    #expect(control.purpose == .control && control.reason.contains("instrument B"))
    try campaign.apply(.proposed(control))
    #expect(DriftWatch(campaign).controls(campaign).isEmpty)
    let before = try #require(
      campaign.findings.first { $0.proposal.candidate == control.candidate })
    try campaign.apply(
      .measured(
        MeasuredResult(
          number: control.number, values: ["volume": MeasuredValue(before.value + 30)],
          instrument: "B")))
    let after = DriftWatch(campaign)
    #expect(after.alarms.isEmpty)
    #expect(abs(try #require(after.calibrations.first).fit.offset - 30) < 1e-9)
    #expect(after.warnings.contains { $0.contains("instrument B now reads 30 more than before") })
  }
}
