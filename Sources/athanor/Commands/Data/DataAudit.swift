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

  @Option(
    help: """
      Crystals whose space group is looked for; of more, a random sample that --seed draws. 0 for all.
      """)
  var crystals = SpaceGroupSurvey.usualSample

  @Option(name: .shortAndLong, help: "The page to write, .html.")
  var output: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    try Suffix.check(output, is: [".html"], of: "--output")
    guard tolerance > 0, tolerance < 1 else {
      throw ValidationError("--tolerance is a share of the atoms, between 0 and 1.")
    }
    guard crystals >= 0 else { throw ValidationError("--crystals must be at least 0.") }
  }

  func run() throws {
    let input = try input()
    let audit = try DataAudit(
      input, tolerance: tolerance, seed: common.seed, threads: common.threads)
    if let output {
      var report = AuditReport(audit, values: input.target?.values.compactMap { $0 } ?? [])
      report.provenance = [.init("Made by", command)]
      try AtomicFile.write(report.page.html(vegaBundle: ChartBundle.text), to: output)
    }
    if common.json { return try Terminal.printJSON(audit) }
    for line in lines(audit) { print(line) }
    if let output { print("Report: \(output)") }
  }

  private func input() throws -> AuditInput {
    let loaded = try rows.load()
    let table = loaded.table
    var columns = AuditInput.Columns()
    columns.formula = try rows.formulaColumn(of: table)
    columns.target = try target.map { try table.column(meaning: $0) }
    columns.unit = unit
    columns.fidelity =
      try fidelityColumn.map { try table.column(meaning: $0) }
      ?? rows.usualFidelityColumn(of: table)
    columns.source = try sourceColumn.map { try table.column(meaning: $0) }
    var input = try AuditInput(table, columns: columns, rows: loaded.subject)
    input.split = try split.map(SplitFile.read)
    guard let known = loaded.crystals else { return input }
    if input.spaceGroups == nil, input.crystalSystems == nil {
      let (numbers, survey) = try known.spaceGroups(
        most: crystals == 0 ? nil : crystals, seed: common.seed, threads: common.threads)
      input.setSpaceGroups(numbers, survey: survey)
    }
    if input.split != nil { input.crystalKeys = try known.identities(threads: common.threads) }
    return input
  }

  private var command: String {
    let options = [
      ("--target", target), ("--unit", unit), ("--fidelity-column", fidelityColumn),
      ("--source-column", sourceColumn), ("--split", split),
      ("--crystals", crystals == SpaceGroupSurvey.usualSample ? nil : "\(crystals)"),
      ("--seed", common.seed == 0 ? nil : "\(common.seed)"),
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
    if let survey = audit.crystalSurvey {
      lines.append(
        "  space groups of \(survey.scope): \(audit.spaceGroups?.counts.count ?? 0) occur")
    }
    lines += ProtocolText.lines(audit.protocols)
    if let noise = audit.labelNoise {
      lines.append(
        "  \(noise.repeatedRows) rows repeat a composition and differ by "
          + "\(Report.number(noise.pooledStandardDeviation))\(unit)")
    }
    if let outliers = audit.outliers {
      let sample =
        outliers.examined < outliers.known
        ? " (a random sample of \(outliers.known), seed \(common.seed))" : ""
      lines.append(
        "  \(outliers.count) of \(outliers.examined) values\(sample) do not fit their neighbors")
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
          + (leakage.overall.sameCrystal.map { "; \(Report.percent($0)) of crystals are there too" }
            ?? ""))
    }
    return lines + ["Limits:"] + audit.limits.map { "  - \($0)" }
  }
}
