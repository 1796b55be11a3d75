import Foundation
import Testing

@testable import Reporting

@Suite("Charts of campaigns")
struct CampaignChartTests {
  /// Every layer's inline rows, however deep.
  private func rows(_ chart: Chart) throws -> [[String: Any]] {
    let root = try JSONSerialization.jsonObject(with: Data(chart.json.utf8))
    func collect(_ value: Any) -> [[String: Any]] {
      if let list = value as? [Any] { return list.flatMap(collect) }
      guard let object = value as? [String: Any] else { return [] }
      let own = (object["data"] as? [String: Any])?["values"] as? [[String: Any]] ?? []
      return own
        + object.filter { $0.key != "data" }.sorted { $0.key < $1.key }.flatMap {
          collect($0.value)
        }
    }
    return collect(root)
  }

  @Test("The front is joined by steps where two objectives are all, and named in the summary")
  func front() throws {
    let points = (0..<5).map { place in
      FrontPoint(
        name: "Al\(place)", number: place + 1, x: Double(place), y: Double(place % 2),
        isOnFront: place < 3, isFeasible: place != 4)
    }
    func chart(_ isStepped: Bool) -> Chart {
      .paretoFront(
        points, x: Quantity("Strength", unit: "GPa"), y: Quantity("Density"), maximizingX: true,
        isStepped: isStepped, reference: (x: -1, y: 2))
    }
    #expect(chart(true).summary.hasPrefix("3 of 5 measured candidates are dominated by none"))
    // Five points, the three of the front again, and the reference point.
    #expect(try rows(chart(true)).count == 9 && rows(chart(false)).count == 6)
    #expect(chart(true).json.contains("step-before"))
  }

  @Test("Calibration over time counts what lies inside the 90 % interval")
  func calibration() {
    let errors = [0.1, -1.6, 1.7, -3].enumerated().map { (number: $0 + 1, name: "A", error: $1) }
    let chart = Chart.calibrationOverTime(errors)
    #expect(chart.summary.hasPrefix("2 of 4 measurements (50"))
    #expect(chart.table.rows.count == 4)
  }

  @Test("Parallel coordinates leave out axes without a spread and draw the best on top")
  func parallel() throws {
    let chart = Chart.parallelCoordinates(
      [(name: "Al", values: [0.1, 0.2, 0.3]), (name: "Ni", values: [0.5, 0.5, 0.5])],
      objective: (Quantity("Strength"), [3, 1, 2]), names: ["a", "b", "c"], maximizing: true)
    let lines = try rows(chart).filter { $0["candidate"] != nil }
    // Two axes for three candidates.
    #expect(lines.count == 6 && lines.last?["name"] as? String == "a")
    #expect(lines.allSatisfy { (0...1).contains($0["share"] as? Double ?? -1) })
  }

  @Test("A choice shows suggestions with their numbers, and scores from the median up")
  func choice() throws {
    let points = (0..<40).map { place -> LandscapePoint in
      let value = Double(place)
      return LandscapePoint(
        name: "c\(place)", x: value, mean: value, lower: value - 1, upper: value + 1,
        uncertainty: 1, score: value - 1000, number: place == 39 ? 7 : 0)
    }
    let chart = Chart.choice(points, objective: Quantity("Yield"), best: 30, score: "log-ei score")
    #expect(chart.summary.contains("no. 7, is c₃₉"))
    #expect(chart.json.contains("\"domain\":[-980,-961]"))
    let belief = Chart.belief(
      points, measured: [(name: "m", x: 3, value: 3)], axis: "x", objective: Quantity("Yield"))
    #expect(try rows(belief).count == 41)
  }

  @Test("Regret falls: the median over runs, in a figure of its own")
  func experiments() throws {
    let chart = Chart.overExperiments(
      [Strategy("own", runs: [[3, 2, 0], [3, 1, 1]], role: .main)],
      quantity: Quantity("Regret", unit: "MPa"), initialCount: 1, higherIsBetter: false)
    #expect(chart.summary.contains("own 0.5"), "\(chart.summary)")
  }
}
