import Design
import Discovery
import Matter
import Reporting

/// What there is to see of a campaign beside its course: whether the model keeps its word, whether
/// instruments drift, where the search went, what the front is.
struct CampaignAnalysis: Encodable, Hashable, Sendable {
  /// A suggestion that was predicted before it was measured.
  struct Promise: Encodable, Hashable, Sendable {
    let number: Int

    /// Measured minus predicted, over the predicted standard deviation.
    let error: Double
  }

  struct Map: Encodable, Hashable, Sendable {
    let xTitle, yTitle, explanation: String
    let points: [Point]
  }

  struct Point: Encodable, Hashable, Sendable {
    let number: Int
    let name: String
    let x, y: Double
    let objective: Double
    let isFeasible: Bool
    var isOnFront: Bool?
  }

  struct Front: Encodable, Hashable, Sendable {
    let xTitle, yTitle: String
    let maximizesX, maximizesY: Bool
    let objectives: Int

    /// The first two objectives of each candidate.
    let points: [Point]

    /// After each result.
    let hypervolume: [Double]
  }

  let promises: [Promise]

  /// Of the promises, the share inside their 90 % intervals; `nil` for fewer than five.
  let kept90: Double?

  /// A sentence for each instrument that drifts, and each that was recalibrated.
  let warnings: [String]

  /// `nil` before anything is measured.
  let map: Map?

  /// `nil` with one objective.
  let front: Front?

  /// Most points of each picture.
  private static let mostPoints = 2000

  /// The half width of a normal 90 % interval, in standard deviations.
  private static let ninety = 1.6448536269514722

  init(_ campaign: Campaign) {
    let findings = campaign.findings
    let promises = Self.promises(campaign, findings)
    self.promises = Array(promises.suffix(Self.mostPoints))
    kept90 =
      promises.count < 5
      ? nil
      : Double(promises.count { abs($0.error) <= Self.ninety }) / Double(promises.count)
    warnings = DriftWatch(campaign).warnings
    // Spread over the whole course, the latest always among them.
    let step = max(1, (findings.count + Self.mostPoints - 1) / Self.mostPoints)
    let shown = stride(from: (findings.count - 1) % step, to: findings.count, by: step).map {
      findings[$0]
    }
    map = Self.map(campaign, shown)
    front = Self.front(campaign, shown)
  }

  private static func promises(
    _ campaign: Campaign, _ findings: [Campaign.Finding]
  ) -> [Promise] {
    let name = campaign.plan.objective.expression.description
    let byNumber = Dictionary(
      findings.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    return campaign.resultOrder.compactMap { number in
      guard let finding = byNumber[number], campaign.proposals.role(at: number - 1) == nil,
        let said = finding.proposal.predictions[name], said.deviation > 0
      else { return nil }
      return Promise(number: number, error: (finding.value - said.mean) / said.deviation)
    }
  }

  private static func map(_ campaign: Campaign, _ findings: [Campaign.Finding]) -> Map? {
    guard !findings.isEmpty else { return nil }
    let coordinates = MapCoordinates(findings.map(\.candidate), campaign.plan)
    guard !coordinates.names.isEmpty else { return nil }
    let plane = Projection(values: coordinates.values, width: coordinates.names.count)
    let titles = plane.axisTitles(coordinates.names)
    return Map(
      xTitle: titles.x, yTitle: titles.y, explanation: coordinates.explanation,
      points: findings.enumerated().map { place, finding in
        Point(
          number: finding.number, name: campaign.name(of: finding.candidate),
          x: plane.x[place], y: plane.y[place], objective: finding.objective,
          isFeasible: finding.isFeasible)
      })
  }

  private static func front(_ campaign: Campaign, _ findings: [Campaign.Finding]) -> Front? {
    let objectives = campaign.plan.objectives
    guard objectives.count > 1, !findings.isEmpty else { return nil }
    let best = campaign.paretoSet
    let onFront = Set(best.map(\.number))
    // No member of the front is left out of its picture.
    let others = findings.filter { !onFront.contains($0.number) }
    func title(_ place: Int) -> String {
      let expression = objectives[place].expression
      let unit = campaign.unit(of: expression)
      return unit.isEmpty ? expression.description : "\(expression), \(unit)"
    }
    let volumes = campaign.hypervolumeSoFar
    let step = max(1, (volumes.count + mostPoints - 1) / mostPoints)
    return Front(
      xTitle: title(0), yTitle: title(1), maximizesX: objectives[0].direction == .maximize,
      maximizesY: objectives[1].direction == .maximize, objectives: objectives.count,
      points: (best + others).map { finding in
        Point(
          number: finding.number, name: campaign.name(of: finding.candidate),
          x: finding.objectives[0], y: finding.objectives[1], objective: finding.objective,
          isFeasible: finding.isFeasible, isOnFront: onFront.contains(finding.number))
      }, hypervolume: stride(from: 0, to: volumes.count, by: step).map { volumes[$0] })
  }
}

/// What a campaign has used up after each result.
struct SpendingAnswer: Encodable, Hashable, Sendable {
  /// At most 2,000 points: results, the cost and the hours of all attempts up to then.
  let results: [Int]
  let cost: [Double]
  let hours: [Double]
  let budget: Int
  let costLimit: Double?
  let hoursLimit: Double?
}
