import Design
import Discovery
import Foundation
import Learning
import Matter

extension CampaignReport {
  /// A rehearsal says so before anything else.
  var summary: String { (campaign.rehearsalText.map { "\($0) " } ?? "") + found }

  private var found: String {
    guard let best = campaign.ranked.first else { return summaryWithoutBest }
    guard campaign.plan.objectives.count == 1 else { return summaryOfFront }
    let candidate = best.proposal.candidate
    let name =
      candidate.variables.isEmpty
      ? Markup.plainFormula(candidate.composition.percentFormula) : campaign.name(of: candidate)
    let value = "\(Report.number(best.objective)) \(objective.unit)"
    var text =
      "After \(campaign.resultCount) measurements the best material"
      + (hasLimits ? " that keeps all limits" : "") + " is "
      + "\(name) with \(value), found at measurement \(best.proposal.number)."
    if let chance = medianBest(study.first { $0.isRandom }), let own = medianBest(study.first) {
      text +=
        " Over \(study.first?.campaigns.count ?? 0) runs the median best is "
        + "\(Report.number(own)) \(objective.unit); random search reaches "
        + "\(Report.number(chance)) \(objective.unit) with as many measurements."
    }
    if let stop = campaign.stop { text += " \(stop.reason)" }
    return text
  }

  private var summaryOfFront: String {
    let count = campaign.paretoSet.count
    let front =
      count == 1 ? "one material is best in every respect" : "\(count) materials share the front"
    let stop = campaign.stop.map { " \($0.reason)" } ?? ""
    return "After \(campaign.resultCount) measurements of \(campaign.plan.objectives.count) "
      + "objectives \(front)\(hasLimits ? " of those that keep all limits" : "").\(stop)"
  }

  private var summaryWithoutBest: String {
    let failures = campaign.failures
    let measured = campaign.findings.count
    guard measured > 0 else {
      guard let last = failures.last else { return "Nothing has been measured yet." }
      let all =
        failures.count == 1
        ? "The only measurement failed" : "All \(failures.count) measurements failed; the last"
      return "\(all): \(last.reason)"
    }
    let failed = failures.isEmpty ? "" : " \(failures.count) more measurements failed."
    return measured == 1
      ? "One material was measured and it does not keep all limits.\(failed)"
      : "\(measured) materials were measured and none keeps all limits yet.\(failed)"
  }

  var hasLimits: Bool { !campaign.plan.limits.isEmpty }

  var cards: [Report.Card] {
    var cards: [Report.Card] = []
    let isSeveral = campaign.plan.objectives.count > 1
    if isSeveral, !campaign.paretoSet.isEmpty {
      cards.append(
        Report.Card(
          "Pareto set", value: "\(campaign.paretoSet.count)",
          note: "materials that none is better than in every respect"))
      cards.append(
        Report.Card(
          "Hypervolume", value: Report.number(campaign.hypervolume),
          note: "beyond the reference point"))
    } else if let best = campaign.ranked.first {
      let first = campaign.ranked.last { $0.proposal.number <= campaign.startCount }
      let start = campaign.bestSoFar.prefix(campaign.startCount).last.flatMap { $0 }
      cards.append(
        Report.Card(
          "Best material", value: campaign.name(of: best.proposal.candidate),
          note: "measurement \(best.proposal.number) of "
            + "\(campaign.resultCount + campaign.priorCount)",
          isFormula: best.proposal.candidate.variables.isEmpty))
      cards.append(
        Report.Card(
          objective.name, value: best.objective, unit: objective.unit,
          note: first == nil
            ? hasLimits
              ? "none of the starting materials kept the limits"
              : "no starting material could be measured"
            : start.map { "best of the starting materials: \(Report.number($0))" } ?? ""))
    }
    if let chance = medianBest(study.first { $0.isRandom }), let own = medianBest(study.first) {
      cards.append(
        Report.Card(
          "Against random search", value: Report.number(own / chance, significant: 3), unit: "×",
          note: "median best of \(study.first?.campaigns.count ?? 0) runs"))
    }
    if let coverage = model?.quality.coverage(nominal: 0.9) {
      cards.append(
        Report.Card(
          "90 % intervals hold", value: Report.percent(coverage.observed),
          note: "of \(model?.quality.rows ?? 0) held-out materials"))
    }
    return cards
  }

  /// The median over the seeds of what one strategy reached.
  private func medianBest(_ runs: StrategyRuns?) -> Double? {
    guard let runs else { return nil }
    let values = runs.campaigns.compactMap { $0.best?.objective }.sorted()
    guard values.count == runs.campaigns.count, !values.isEmpty else { return nil }
    let middle = values.count / 2
    return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
  }
}
