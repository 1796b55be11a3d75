import Discovery

extension CampaignReport {
  /// What each method was asked and what that has cost; nothing where there is one.
  var fidelities: [Report.Section] {
    let shares = campaign.fidelityShares
    guard let plan = campaign.plan.fidelities, !shares.isEmpty else { return [] }
    let columns: [ReportTable.Column] = [
      .init("Method"), .init("Experiments"), .init("Failed"), .init("Cost of one"), .init("Cost"),
    ]
    let rows = shares.map { share -> [ReportTable.Cell] in
      [
        .text(share.level.name), .integer(share.experiments), .integer(share.failed),
        .number(share.level.cost), .number(share.cost),
      ]
    }
    return [
      Report.Section(
        title: "Cheap and dear methods",
        text:
          "Values by \(plan.target.name) count; the others tell of them. Each experiment was the one "
          + "with the highest expected gain by \(plan.target.name), times what it tells of that, over its "
          + "cost. Spent: \(Report.number(campaign.spentCost)) of \(Report.number(plan.costLimit)).",
        content: .table(
          ReportTable(caption: "Experiments by method", columns: columns, rows: rows)))
    ]
  }
}
