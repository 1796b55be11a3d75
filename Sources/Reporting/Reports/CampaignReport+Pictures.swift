import Design
import Discovery
import Matter

extension CampaignReport {
  /// Nothing with one objective.
  var front: [Report.Section] {
    let objectives = campaign.plan.objectives
    let found = campaign.paretoSet
    guard objectives.count > 1, !found.isEmpty else { return [] }
    let reference = (campaign.referencePoint ?? []).map { Report.number($0) }
    var section = Report.Section(
      title: "Pareto set",
      text: "No measured material is better than one of these in every respect. Together they "
        + "dominate a volume of \(Report.number(campaign.hypervolume)) beyond the reference point "
        + "(\(reference.joined(separator: ", "))).",
      content: .chart(frontChart), .chart(volume))
    // The numbers of two objectives stand below the chart.
    if objectives.count > 2 { section.contents.append(.table(frontTable(found))) }
    return [section]
  }

  private func frontTable(_ found: [Campaign.Finding]) -> ReportTable {
    let columns: [ReportTable.Column] =
      [.init("No."), .init(campaign.candidateTitle)]
      + campaign.plan.objectives.map {
        .init(
          "\(PropertyName.title($0.expression.description)), \($0.direction.rawValue)",
          unit: campaign.unit(of: $0.expression))
      }
    return ReportTable(
      caption: "Materials that none is better than in every respect", columns: columns,
      rows: found.map { finding in
        [.integer(finding.proposal.number), campaign.cell(of: finding.proposal.candidate)]
          + finding.objectives.map(ReportTable.Cell.number)
      })
  }

  /// The first two objectives.
  private var frontChart: Chart {
    let objectives = campaign.plan.objectives
    let front = Set(campaign.paretoSet.map(\.proposal.number))
    let quantities = objectives.prefix(2).map { objective in
      Quantity(
        PropertyName.title(objective.expression.description),
        unit: campaign.unit(of: objective.expression))
    }
    let reference = campaign.referencePoint
    return .paretoFront(
      campaign.findings.map { finding in
        FrontPoint(
          name: campaign.name(of: finding.proposal.candidate), number: finding.proposal.number,
          x: finding.objectives[0], y: finding.objectives[1],
          isOnFront: front.contains(finding.proposal.number), isFeasible: finding.isFeasible)
      }, x: quantities[0], y: quantities[1],
      maximizingX: objectives[0].direction == .maximize, isStepped: objectives.count == 2,
      reference: reference.map { (x: $0[0], y: $0[1]) })
  }

  /// Beyond the reference point of the whole campaign.
  private var volume: Chart {
    .overExperiments(
      [Strategy(strategyName(campaign), runs: [campaign.hypervolumeSoFar], role: .main)],
      quantity: Quantity("Hypervolume"), initialCount: campaign.startCount, higherIsBetter: true)
  }

  /// Standardized errors of all suggestions, in the order of the results.
  var calibrationOverTime: [Report.Section] {
    let name = campaign.plan.objective.expression.description
    let findings = Dictionary(
      campaign.findings.map { ($0.proposal.number, $0) }, uniquingKeysWith: { first, _ in first })
    let errors = campaign.resultOrder.compactMap { number -> (Int, String, Double)? in
      guard let finding = findings[number], let said = finding.proposal.predictions[name],
        said.deviation > 0
      else { return nil }
      return (
        number, campaign.name(of: finding.proposal.candidate),
        (finding.value - said.mean) / said.deviation
      )
    }
    guard errors.count >= 5 else { return [] }
    return [
      Report.Section(
        title: "Does the model keep its word?",
        text:
          "Each suggestion was predicted before it was measured. Points that leave the band more "
          + "often than one time in ten, or all on one side, mean that the model or an instrument has "
          + "gone astray.",
        content: .chart(
          .calibrationOverTime(errors.map { (number: $0.0, name: $0.1, error: $0.2) })))
    ]
  }

  /// What the candidates are made of, beside what came out.
  var axes: [Report.Section] {
    let findings = campaign.findings
    let candidates = findings.map(\.proposal.candidate)
    let elements = Set(candidates.flatMap(\.composition.elements)).sorted()
    let used = elements.map { element in
      (element, candidates.reduce(0.0) { $0 + $1.composition.fraction(of: element) })
    }.sorted { ($0.1, $1.0) > ($1.1, $0.0) }.prefix(8).map(\.0).sorted()
    var axes = used.map { element in
      (name: element.symbol, values: candidates.map { $0.composition.fraction(of: element) })
    }
    for (place, name) in (campaign.plan.variableNames ?? []).enumerated() {
      axes.append((name: name, values: candidates.map { $0.variables[place] }))
    }
    for (place, objective) in campaign.plan.objectives.enumerated().dropFirst() {
      axes.append(
        (
          name: PropertyName.title(objective.expression.description),
          values: findings.map { $0.objectives[place] }
        ))
    }
    guard findings.count >= 3, axes.count >= 2, axes.count <= 14 else { return [] }
    let left =
      elements.count > used.count ? " The \(used.count) most used elements are shown." : ""
    return [
      Report.Section(
        title: "What the candidates are made of",
        text:
          "Each line is a measured candidate; follow the dark ones to see what the good ones have in "
          + "common.\(left)",
        content: .chart(
          .parallelCoordinates(
            axes, objective: (objective, findings.map(\.objective)),
            names: candidates.map(campaign.name), maximizing: maximizes)))
    ]
  }

  var worthSection: [Report.Section] {
    guard let worth else { return [] }
    return [
      Report.Section(
        title: "Is it worth going on?",
        text:
          "PFIC is the share of the candidates that are predicted better than the best so far, CMLI "
          + "the probability that one of the most likely ones is (Kim et al., npj Comput. Mater. 6, 131 "
          + "(2020)). Both are beliefs of the model, and no better than it.",
        content: .paragraph(
          WorthText.lines(worth).map { $0.hasSuffix(".") ? $0 : "\($0)." }.joined(separator: " ")))
    ]
  }

  var drift: [Report.Section] {
    let warnings = DriftWatch(campaign).warnings
    guard !warnings.isEmpty else { return [] }
    return [
      Report.Section(
        title: "Do the instruments still give what they gave?",
        text:
          "Errors of the predictions, by instrument and in the order of the results, are watched for "
          + "a change. A sample that is measured again tells an instrument that drifts from a model that "
          + "is wrong.",
        content: .paragraph(warnings.joined(separator: " ")))
    ]
  }
}
