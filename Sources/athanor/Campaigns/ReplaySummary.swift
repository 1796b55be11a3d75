import Discovery
import Reporting

/// A replay study as lines for a terminal.
enum ReplaySummary {
  static func print(_ result: ReplayResult) {
    Swift.print(
      "\(result.name): \(result.runs.count) searches of \(result.poolSize) materials for the top "
        + "5 % (\(result.topCount)) in \(result.target), \(result.acquisition)")
    Swift.print("  measured   found (5 to 95 % of runs)   at random   enhancement")
    for point in result.curve where isShown(point.measurements, budget: result.budget) {
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

  static func print(_ result: FrontResult) {
    Swift.print(
      "\(result.name): \(result.runs.count) searches of \(result.poolSize) designs for the front "
        + "(\(result.frontSize)) of \(result.objectives.joined(separator: ", ")), "
        + result.acquisition)
    Swift.print("  measured   hypervolume (5 to 95 % of runs)   at random   front   at random")
    for point in result.curve where isShown(point.measurements, budget: result.budget) {
      let volume =
        "\(Report.percent(point.volume.mean)) (\(Report.percent(point.volume.low)) to "
        + "\(Report.percent(point.volume.high)))"
      Swift.print(
        "  \(padded("\(point.measurements)", 8))   \(padded(volume, 31))   "
          + "\(padded(Report.percent(point.randomVolume.mean), 9))   "
          + "\(padded(Report.percent(point.front.mean), 5))   "
          + padded(Report.percent(point.randomFront.mean), 9))
    }
    for share in [0.5, 0.75, 0.9, 0.95] {
      guard let count = result.measurements(toVolume: share) else { continue }
      let random = result.randomMeasurements(toVolume: share).map { "\($0)" }
      Swift.print(
        "  \(Report.percent(share)) of the hypervolume after \(count) measurements; at random "
          + (random ?? "more than \(result.budget)"))
    }
  }

  private static func isShown(_ count: Int, budget: Int) -> Bool {
    count == budget || [10, 20, 30, 50, 75, 100, 150, 200, 300].contains(count)
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
