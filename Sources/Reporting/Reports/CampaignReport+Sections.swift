import Design
import Discovery
import Foundation
import Learning
import Matter

extension CampaignReport {
  var bestSoFar: Report.Section {
    let runs =
      study.isEmpty
      ? [Strategy(strategyName(campaign), runs: [curve(campaign)], role: .main)]
      : study.enumerated().map { place, strategy in
        Strategy(
          strategy.name, runs: strategy.campaigns.map(curve),
          role: strategy.isRandom ? .baseline : place == 0 ? .main : .other)
      }
    let seeds = study.first?.campaigns.count ?? 1
    let bands =
      seeds > 1
      ? "Lines are medians over \(seeds) runs that start from different random materials; bands "
        + "\(Band.meaning(runs: seeds)). " : ""
    return Report.Section(
      title: "Best so far",
      text: bands
        + "A strategy is better when its line climbs earlier."
        + (hasLimits ? " Only materials that keep all limits count." : ""),
      content: .chart(
        .bestSoFar(
          runs, objective: objective, initialCount: campaign.startCount, maximizing: maximizes)))
  }

  func strategyName(_ campaign: Campaign) -> String { campaign.plan.acquisition.kind.rawValue }

  private func curve(_ campaign: Campaign) -> [Double] {
    campaign.bestSoFar.map { $0 ?? .nan }
  }

  var bestTable: Report.Section {
    let limits = campaign.plan.limits.map(\.property)
    var columns: [ReportTable.Column] = [
      .init("No."), .init(campaign.candidateTitle), .init("Measured", unit: objective.unit),
      .init("Predicted before", unit: objective.unit),
    ]
    columns += limits.map {
      .init(PropertyName.title($0.description), unit: campaign.unit(of: $0))
    }
    columns.append(.init("Why it was chosen"))
    let rows = campaign.ranked.prefix(10).map { finding -> [ReportTable.Cell] in
      [
        .integer(finding.proposal.number),
        campaign.cell(of: finding.proposal.candidate),
        measured(finding), predicted(finding),
      ]
        + limits.map { limit in
          limit.value { finding.values[$0]?.value }.map(ReportTable.Cell.number) ?? .missing
        } + [.sentence(finding.proposal.reason)]
    }
    return Report.Section(
      title: "Best materials",
      text: "Each prediction was written to the ledger before the measurement. ± is the spread of "
        + "the measurement and the predicted standard deviation; materials of the initial design "
        + "had no prediction.",
      content: .table(
        ReportTable(
          caption: hasLimits ? "The best materials that keep all limits" : "The best materials",
          columns: columns, rows: rows)))
  }

  /// The objective with its spread, where a spread is known for all its parts.
  private func measured(_ finding: Campaign.Finding) -> ReportTable.Cell {
    guard campaign.plan.objective.goal == nil else { return .number(finding.value) }
    let parts = campaign.plan.objective.expression.properties.compactMap { finding.values[$0] }
    let relative = parts.compactMap { part in part.spread.map { $0 / part.value } }
    guard relative.count == parts.count, !parts.isEmpty else { return .number(finding.objective) }
    // First-order propagation for a product or a ratio of independent factors.
    let spread = relative.map { $0 * $0 }.reduce(0, +).squareRoot() * abs(finding.objective)
    return spread > 0 ? .measured(finding.objective, spread: spread) : .number(finding.objective)
  }

  private func predicted(_ finding: Campaign.Finding) -> ReportTable.Cell {
    let name = campaign.plan.objective.expression.description
    guard let said = finding.proposal.predictions[name] else { return .missing }
    return .measured(said.mean, spread: said.deviation)
  }

  var modelSections: [Report.Section] {
    guard let model else { return [] }
    let names = campaign.findings.map { campaign.name(of: $0.proposal.candidate) }
    return [
      ModelSections.parity(model, names: names, quantity: objective),
      ModelSections.calibration(model),
    ]
  }

  /// Nothing where nothing was measured.
  var map: [Report.Section] {
    let findings = campaign.findings
    guard !findings.isEmpty else { return [] }
    let coordinates = MapCoordinates(findings.map(\.proposal.candidate), campaign.plan)
    guard !coordinates.names.isEmpty else { return [] }
    let projection = Projection(values: coordinates.values, width: coordinates.names.count)
    let points = findings.enumerated().map { place, finding in
      MapPoint(
        formula: campaign.name(of: finding.proposal.candidate), x: projection.x[place],
        y: projection.y[place], objective: finding.objective, isFeasible: finding.isFeasible,
        order: finding.proposal.number,
        isInitial: finding.proposal.number <= campaign.startCount)
    }
    let chart = Chart.compositionMap(
      points, objective: objective, axisTitles: projection.axisTitles(coordinates.names),
      maximizing: maximizes)
    return [
      Report.Section(
        title: "Where it looked",
        text: coordinates.explanation,
        content: .chart(chart))
    ]
  }

  var effectSections: [Report.Section] {
    guard !effects.isEmpty else { return [] }
    let values = Dictionary(uniqueKeysWithValues: effects.map { ($0.element, $0.meanChange) })
    return [
      Report.Section(
        title: "What the model found important",
        text: "How the predicted \(objective.name.lowercased()) changes, averaged over all "
          + "materials measured, when 5 % of the atoms are replaced by this element. It shows what "
          + "the model believes inside the range it has seen, not a law of nature.",
        content: .chart(
          .periodicTable(
            values, quantity: Quantity("Effect of 5 %", unit: objective.unit),
            outOfScope: "not part of the search")))
    ]
  }

  var failures: [Report.Section] {
    let failed = campaign.failures
    guard !failed.isEmpty else { return [] }
    return [
      Report.Section(
        title: "Measurements that failed",
        text: "They are kept in the ledger and never reach the model.",
        content: .table(
          ReportTable(
            caption: "Failed measurements",
            columns: [.init("No."), .init(campaign.candidateTitle), .init("Reason")],
            rows: failed.map { proposal, reason in
              [
                .integer(proposal.number),
                campaign.cell(of: proposal.candidate), .sentence(reason),
              ]
            })))
    ]
  }
}
