public import Ecosystem
import Matter

/// What is in a set of rows, and what it cannot support, as a page.
public struct AuditReport: Sendable {
  public let audit: DataAudit

  /// The values of the target, for their distribution; empty for an audit of coverage alone.
  public let values: [Double]
  public var provenance: [Report.Fact] = []

  public init(_ audit: DataAudit, values: [Double] = []) {
    self.audit = audit
    self.values = values
  }

  public var page: Report {
    var report = Report(
      title: "Audit of \(audit.source)",
      subtitle: audit.target.map { "\(audit.rows) rows, judged by \($0.name)" }
        ?? "\(audit.rows) rows",
      summary: summary)
    report.cards = cards
    report.sections = sections
    report.provenance = provenance + [.init("Rows", "SHA-256 \(audit.rowsHash)")]
    return report
  }

  var unit: String { audit.target?.unit ?? "" }

  var quantity: Quantity {
    Quantity(audit.target.map { PropertyName.text(bare($0.name)) } ?? "value", unit: unit)
  }

  /// The name without the unit in parentheses at its end.
  private func bare(_ name: String) -> String {
    let suffix = " (\(unit))"
    return !unit.isEmpty && name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name
  }

  private var summary: String {
    var text =
      "\(audit.rows) rows of \(audit.distinctCompositions) different compositions from "
      + "\(audit.elementRows.count) elements."
    if let noise = audit.labelNoise {
      text +=
        " Compositions that occur more than once differ by "
        + "\(Report.number(noise.pooledStandardDeviation)) \(unit) (standard deviation)."
    }
    if let outliers = audit.outliers, outliers.count > 0 {
      text +=
        " \(outliers.count) \(outliers.count == 1 ? "row does" : "rows do") not fit the rows around "
        + "\(outliers.count == 1 ? "it" : "them")."
    }
    return text
  }

  private var cards: [Report.Card] {
    var cards = [
      Report.Card(
        "Rows", value: "\(audit.rows)", note: "\(audit.distinctCompositions) different compositions"
      ),
      Report.Card(
        "Elements", value: "\(audit.elementRows.count)",
        note: audit.elementImbalance.map {
          "as even as \(Report.number($0.effectiveNumber)) of equal frequency"
        } ?? ""),
    ]
    if let noise = audit.labelNoise {
      cards.append(
        Report.Card(
          "Label noise", value: noise.pooledStandardDeviation, unit: unit,
          note: "in \(noise.repeatedRows) rows of repeated compositions"))
    }
    if let outliers = audit.outliers {
      cards.append(
        Report.Card(
          "Outliers", value: "\(outliers.count)",
          note:
            "more than \(Report.number(outliers.threshold, significant: 1)) robust standard deviations off"
        ))
    }
    if let leakage = audit.leakage {
      cards.append(
        Report.Card(
          "Leakage of the split", value: Report.percent(leakage.overall.nearComposition),
          note: "of test rows have a near composition in training"))
    }
    return cards
  }

  private var sections: [Report.Section] {
    [limits, elements, arity, chemistry]
      + [crystals, spaceGroups, distribution, evenness, noise, outliers].compactMap { $0 }
      + [
        drift(audit.sourceDrift, of: "source", title: "Sources"),
        protocols, drift(audit.fidelityDrift, of: "method", title: "Methods"), leakage,
      ].compactMap { $0 }
  }

  private var limits: Report.Section {
    var section = Report.Section(
      title: "What the data cannot support",
      text:
        "Each sentence follows from the counts below; a model trained on these rows inherits it.")
    section.contents = audit.limits.map { .paragraph("– \($0)") }
    return section
  }

  private var elements: Report.Section {
    let counts = Dictionary(
      uniqueKeysWithValues: audit.elementRows.compactMap { symbol, count in
        Element(symbol: symbol).map { ($0, Double(count)) }
      })
    return Report.Section(
      title: "Elements",
      text: "In how many rows each element occurs.",
      content: .chart(.periodicTable(counts, quantity: Quantity("Rows"))))
  }
}
