import Foundation
import Learning
import Reporting

/// What other methods' rows were worth, as lines for a terminal.
enum FidelityTable {
  static func lines(_ report: FidelityReport, unit: String?) -> [String] {
    let unit = unit.map { " \($0)" } ?? ""
    let lower = report.levels.map { "\($0.name) (\($0.rows) rows)" }.joined(separator: ", ")
    let width = report.contenders.map(\.name.count).max() ?? 0
    return [
      "Values of \(report.method), with the help of \(lower); those of held-out materials "
        + (report.areKnown ? "known:" : "held out as well:")
    ]
      + report.contenders.map { contender in
        "  \(contender.name.padding(toLength: width, withPad: " ", startingAt: 0))"
          + "  MAE \(Report.number(contender.meanAbsoluteError))\(unit)"
          + (contender.usesLower ? "" : "  (\(report.method) alone)")
          + (contender.share > 0 ? "  share \(Report.percent(contender.share))" : "")
      }
      + [
        "  together MAE \(Report.number(report.meanAbsoluteError))\(unit); \(report.method) alone "
          + "\(Report.number(report.meanAbsoluteErrorAlone))\(unit): "
          + (report.gain >= 0
            ? "other methods take \(Report.percent(report.gain)) of the error away"
            : "other methods add \(Report.percent(-report.gain)) to the error")
      ]
  }
}
