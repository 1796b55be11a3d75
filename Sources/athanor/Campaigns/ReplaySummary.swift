import Discovery
import Reporting

/// A replay study as lines for a terminal.
enum ReplaySummary {
  static func print(_ result: ReplayResult) {
    Swift.print(
      "\(result.name): \(result.runs.count) searches of \(result.poolSize) materials for the top "
        + "5 % (\(result.topCount)) in \(result.target), \(result.acquisition)")
    Swift.print("  measured   found (5 to 95 % of runs)   at random   enhancement")
    for point in result.curve where isShown(point.measurements, result) {
      let found =
        "\(Report.percent(point.top.mean)) (\(Report.percent(point.top.low)) to "
        + "\(Report.percent(point.top.high)))"
      Swift.print(
        "  \(padded("\(point.measurements)", 8))   \(padded(found, 25))   "
          + "\(padded(Report.percent(point.expectedTop), 9))   "
          + Report.number(point.enhancement.mean))
    }
    for row in result.acceleration {
      guard let factor = row.factor, factor > 1, let count = row.measurements else { continue }
      Swift.print(
        "  \(Report.percent(row.share)) of the top 5 % after \(count) measurements; at random "
          + "\(Report.number(row.randomMeasurements)): \(Report.number(factor)) times fewer")
    }
  }

  private static func isShown(_ count: Int, _ result: ReplayResult) -> Bool {
    count == result.budget || [10, 20, 30, 50, 75, 100, 150, 200, 300].contains(count)
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
