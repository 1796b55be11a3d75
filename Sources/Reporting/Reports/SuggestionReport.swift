import Design
public import Discovery
import Matter

/// What a campaign suggests to measure next, and why, as a page.
public struct SuggestionReport: Sendable {
  public let asked: Asked
  public let objective: Quantity

  /// The only direction of the space: a variable, or the share of one of two elements.
  private let axis: (title: String, element: Element?)?
  public var recipe: String?
  public var provenance: [Report.Fact] = []

  public init(_ asked: Asked, objective: Quantity) {
    self.asked = asked
    self.objective = objective
    axis = Self.axis(asked)
  }

  private var campaign: Campaign { asked.campaign }

  public var page: Report {
    var report = Report(
      title: campaign.plan.name, subtitle: "What to measure next", summary: summary)
    report.sections = [table] + belief + choice
    report.recipe = recipe
    report.provenance = provenance
    return report
  }

  private var summary: String {
    let count = asked.suggestions.count
    let text =
      count == 0
      ? "Nothing new is suggested." : count == 1 ? "One suggestion." : "\(count) suggestions."
    return ([text] + asked.notes + DriftWatch(campaign).warnings).joined(separator: " ")
  }

  private var table: Report.Section {
    let name = campaign.plan.objective.expression.description
    return Report.Section(
      title: "Suggestions",
      text:
        "Each is stored in the ledger. The distance is that to the measured candidate that is most "
        + "alike: the share of atoms that differ, and the differences of settings over their ranges.",
      content: .table(
        ReportTable(
          caption: "What to measure next",
          columns: [
            .init("No."), .init(campaign.candidateTitle),
            .init("Predicted, 90 %", unit: objective.unit), .init("Distance"), .init("Why"),
          ],
          rows: asked.suggestions.map { suggestion in
            let proposal = suggestion.proposal
            let ends = suggestion.intervals[name] ?? []
            let said = proposal.predictions[name].flatMap { said -> ReportTable.Cell? in
              ends.count == 2 ? .interval(said.mean, lower: ends[0], upper: ends[1]) : nil
            }
            return [
              .integer(proposal.number), campaign.cell(of: proposal.candidate), said ?? .missing,
              suggestion.nearest.map { .number($0.distance) } ?? .missing,
              .sentence(proposal.reason),
            ]
          })))
  }

  /// All candidates of the picture, the suggestions last.
  private var points: [LandscapePoint] {
    guard let landscape = asked.landscape else { return [] }
    let name = campaign.plan.objective.expression.description
    let chosen = Set(asked.suggestions.map(\.proposal.candidate))
    let others = landscape.points.filter { !chosen.contains($0.candidate) }.map {
      point($0.candidate, $0.prediction, $0.score, number: 0)
    }
    return others
      + asked.suggestions.compactMap { suggestion in
        suggestion.proposal.predictions[name].map {
          point(
            suggestion.proposal.candidate, $0, suggestion.proposal.acquisition,
            number: suggestion.proposal.number)
        }
      }
  }

  private func point(
    _ candidate: Candidate, _ said: PredictedValue, _ score: Double?, number: Int
  ) -> LandscapePoint {
    LandscapePoint(
      name: campaign.name(of: candidate), x: place(candidate), mean: said.mean,
      lower: said.mean - 1.645 * said.deviation, upper: said.mean + 1.645 * said.deviation,
      uncertainty: said.epistemicDeviation, score: score ?? .nan, number: number)
  }

  private var choice: [Report.Section] {
    guard let landscape = asked.landscape, !landscape.points.isEmpty else { return [] }
    return [
      Report.Section(
        title: "What was chosen, and why",
        text:
          "Each point is a candidate of the space. Those to the \(side) promise much, those at the "
          + "top are little known; the color is the score of \(landscape.acquisition).",
        content: .chart(
          .choice(
            points, objective: objective, best: campaign.best?.value,
            score: "\(landscape.acquisition) score")))
    ]
  }

  private var side: String {
    campaign.plan.objective.goal == nil
      ? campaign.plan.objective.direction == .maximize ? "right" : "left" : "wanted value"
  }

  /// Where the space has one direction alone.
  private var belief: [Report.Section] {
    guard asked.landscape != nil, let axis else { return [] }
    let measured = campaign.findings.map {
      (
        name: campaign.name(of: $0.proposal.candidate), x: place($0.proposal.candidate),
        value: $0.value
      )
    }
    return [
      Report.Section(
        title: "What the model believes",
        text: "The line is the prediction, the band holds 90 % of new measurements.",
        content: .chart(.belief(points, measured: measured, axis: axis.title, objective: objective))
      )
    ]
  }

  private static func axis(_ asked: Asked) -> (title: String, element: Element?)? {
    guard let candidates = asked.landscape?.points.map(\.candidate), let first = candidates.first
    else { return nil }
    let elements = Set(candidates.flatMap(\.composition.elements)).sorted()
    if elements.isEmpty, first.variables.count == 1 {
      return (asked.campaign.plan.variableNames?.first ?? "variable", nil)
    }
    guard elements.count == 2, first.variables.isEmpty else { return nil }
    return ("Atomic fraction of \(elements[1].symbol)", elements[1])
  }

  private func place(_ candidate: Candidate) -> Double {
    guard let axis else { return 0 }
    return axis.element.map { candidate.composition.fraction(of: $0) } ?? candidate.variables[0]
  }
}
