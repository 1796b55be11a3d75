import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Reporting

struct DataAuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Look at data before learning from it: coverage, noise, outliers, leakage, limits.",
    discussion: """
      Says which elements, chemistries and crystals are covered and how evenly, how far repeated \
      compositions disagree, which values do not fit their neighbors, how sources differ, and what \
      the data cannot support. Nothing is changed.
      """)

  @OptionGroup var rows: DataRows

  @Option(help: "The column of the property; without it only coverage is judged.")
  var target: String?

  @Option(help: "The unit of the target (default: what its name has in parentheses).")
  var unit: String?

  @Option(help: "The column that says how a value was obtained; the methods are compared.")
  var fidelityColumn: String?

  @Option(help: "The column that says where a row is from; the sources are compared.")
  var sourceColumn: String?

  @Option(help: "A split that data split made: how much it gives away is measured.")
  var split: String?

  @Option(help: "The share of atoms by which near compositions may differ.")
  var tolerance = 0.02

  @Option(name: .shortAndLong, help: "The page to write, .html.")
  var output: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    try Suffix.check(output, is: [".html"], of: "--output")
    guard tolerance > 0, tolerance < 1 else {
      throw ValidationError("--tolerance is a share of the atoms, between 0 and 1.")
    }
  }

  func run() throws {
    var columns = AuditInput.Columns()
    columns.formula = rows.formula
    columns.target = target
    columns.unit = unit
    columns.fidelity = fidelityColumn
    columns.source = sourceColumn
    let survey = SpaceGroupSurvey(threads: common.threads)
    var input = try AuditInput(rows.table(survey: survey), columns: columns)
    input.split = try split.map(SplitFile.read)
    let audit = try DataAudit(input, tolerance: tolerance)
    if let output {
      var report = AuditReport(audit, values: input.target?.values.compactMap { $0 } ?? [])
      report.provenance = [.init("Made by", command)]
      try AtomicFile.write(report.page.html(vegaBundle: ChartBundle.text), to: output)
    }
    if common.json { return try Terminal.printJSON(audit) }
    for line in lines(audit) { print(line) }
    if let output { print("Report: \(output)") }
  }

  private var command: String {
    let options = [
      ("--target", target), ("--unit", unit), ("--fidelity-column", fidelityColumn),
      ("--source-column", sourceColumn), ("--split", split),
    ]
    return
      (["athanor data audit"] + rows.words.map { "\"\($0)\"" }
      + options.compactMap { name, value in value.map { "\(name) \"\($0)\"" } })
      .joined(separator: " ")
  }

  private func lines(_ audit: DataAudit) -> [String] {
    var lines = [
      "\(audit.source): \(audit.rows) rows, \(audit.distinctCompositions) compositions, "
        + "\(audit.elementRows.count) elements"
    ]
    let unit = audit.target?.unit.map { " \($0)" } ?? ""
    if let target = audit.target {
      lines.append(
        "  \(target.name): \(Report.number(target.minimum)) to "
          + "\(Report.number(target.maximum))\(unit), median \(Report.number(target.median))")
    }
    if let noise = audit.labelNoise {
      lines.append(
        "  \(noise.repeatedRows) rows repeat a composition and differ by "
          + "\(Report.number(noise.pooledStandardDeviation))\(unit)")
    }
    if let outliers = audit.outliers {
      lines.append("  \(outliers.count) of \(outliers.examined) values do not fit their neighbors")
      for row in outliers.rows.prefix(3) {
        lines.append(
          "    \(row.identifier), \(row.formula): \(Report.number(row.value))\(unit) where similar "
            + "ones have \(Report.number(row.neighborMinimum)) to "
            + "\(Report.number(row.neighborMaximum))")
      }
    }
    if let leakage = audit.leakage {
      lines.append(
        "  Split: \(Report.percent(leakage.overall.sameComposition)) of test rows have their "
          + "composition in training, \(Report.percent(leakage.overall.nearComposition)) a near one"
      )
    }
    return lines + ["Limits:"] + audit.limits.map { "  - \($0)" }
  }
}
