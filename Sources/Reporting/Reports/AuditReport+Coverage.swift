import Ecosystem
import Matter

extension AuditReport {
  var arity: Report.Section {
    let counts = audit.arity.counts.compactMap { name, count in Int(name).map { ($0, count) } }
    return Report.Section(
      title: "Number of elements", text: "Rows by the number of their elements.",
      content: .chart(
        .bars(
          counts.sorted { $0.0 < $1.0 }.map {
            ($0.0 == 1 ? "1 element" : "\($0.0) elements", Double($0.1))
          }, quantity: Quantity("Rows"))), isHalfWidth: true)
  }

  var chemistry: Report.Section {
    Report.Section(
      title: "Chemistry",
      text: "Named by the most electronegative nonmetal; without one: intermetallic.",
      content: .chart(.bars(ranked(audit.chemistry), quantity: Quantity("Rows"))),
      isHalfWidth: true)
  }

  var crystals: Report.Section? {
    guard let systems = audit.crystalSystems, systems.imbalance != nil else { return nil }
    let counts = CrystalSystem.allCases.map {
      ($0.rawValue, Double(systems.counts[$0.rawValue] ?? 0))
    }
    let unknown = systems.unknown > 0 ? " \(systems.unknown) rows are not known." : ""
    let scope = audit.crystalSurvey.map {
      " Found by symmetry (\(Report.number($0.tolerance)) Å) in \($0.scope)."
    }
    return Report.Section(
      title: "Crystal systems", text: "From low to high symmetry.\(scope ?? "")\(unknown)",
      content: .chart(.bars(counts, quantity: Quantity("Rows"))),
      isHalfWidth: audit.spaceGroups != nil)
  }

  var spaceGroups: Report.Section? {
    guard let groups = audit.spaceGroups, let imbalance = groups.imbalance else { return nil }
    let shown = ranked(groups).prefix(12)
    return Report.Section(
      title: "Space groups",
      text: "\(imbalance.classes) of the 230 space groups occur, as even as "
        + "\(Report.number(imbalance.effectiveNumber)) of equal frequency. The most frequent:",
      content: .table(
        ReportTable(
          caption: "Most frequent space groups", columns: [.init("Number"), .init("Rows")],
          rows: shown.map { [.text($0.name), .integer(Int($0.value))] })),
      isHalfWidth: true)
  }

  var distribution: Report.Section? {
    guard let target = audit.target else { return nil }
    let figures = ReportTable(
      caption: "Figures of \(quantity.name)",
      columns: [
        .init("Lowest"), .init("Lower quarter"), .init("Median"), .init("Upper quarter"),
        .init("Highest"), .init("Mean"), .init("Standard deviation"), .init("Skewness"),
        .init("Missing"),
      ],
      rows: [
        [
          .number(target.minimum), .number(target.lowerQuartile), .number(target.median),
          .number(target.upperQuartile), .number(target.maximum), .number(target.mean),
          .number(target.standardDeviation), .number(target.skewness), .integer(target.missing),
        ]
      ])
    var section = Report.Section(
      title: "Values", text: "Where the values lie\(unit.isEmpty ? "" : ", in \(unit)").")
    section.contents =
      (values.isEmpty ? [] : [.chart(.distribution(values, quantity: quantity))])
      + [.table(figures)]
    return section
  }

  var evenness: Report.Section? {
    let kinds: [(String, Imbalance?)] = [
      ("Elements", audit.elementImbalance), ("Number of elements", audit.arity.imbalance),
      ("Chemistry", audit.chemistry.imbalance),
      ("Crystal system", audit.crystalSystems?.imbalance),
      ("Space group", audit.spaceGroups?.imbalance), ("Method", audit.fidelities?.imbalance),
      ("Source", audit.sources?.imbalance),
    ]
    let rows = kinds.compactMap { name, imbalance -> [ReportTable.Cell]? in
      guard let imbalance else { return nil }
      return [
        .text(name), .integer(imbalance.classes), .number(imbalance.effectiveNumber),
        .number(imbalance.evenness), .number(imbalance.gini),
        .text("\(imbalance.largest), \(Report.percent(imbalance.largestShare))"),
      ]
    }
    return Report.Section(
      title: "Balance",
      text:
        "The effective number is that of equally filled classes with the same entropy. Evenness "
        + "is entropy over its largest value: 1 when all are equal. Gini's index is 0 then.",
      content: .table(
        ReportTable(
          caption: "How evenly the rows are spread",
          columns: [
            .init("Over"), .init("Classes"), .init("Effective number"), .init("Evenness"),
            .init("Gini index"), .init("Largest"),
          ], rows: rows)))
  }

  private func ranked(_ distribution: DataAudit.Distribution) -> [(name: String, value: Double)] {
    distribution.counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { ($0.key, Double($0.value)) }
  }
}
