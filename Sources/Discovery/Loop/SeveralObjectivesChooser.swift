import DenseMath
import Design
import Foundation
import Learning
import Matter

/// Chooses the candidates of one round where several objectives count.
struct SeveralObjectivesChooser {
  let chooser: Chooser
  let forecast: ObjectiveForecast

  /// Feasible findings that shape the front.
  let findings: [Campaign.Finding]

  /// Their objectives, turned so that more is better: as measured or as believed where noise is
  /// large.
  let measured: [[Double]]
  private let scorer: CandidateScorer

  init(_ chooser: Chooser) throws {
    self.chooser = chooser
    let campaign = chooser.campaign
    forecast = ObjectiveForecast(
      objectives: campaign.plan.objectives, models: chooser.models)
    findings = campaign.findings.filter(\.isFeasible)
    measured = try forecast.front(findings, findings.map(campaign.oriented))
    scorer = try chooser.scorer(chooser.acquisition)
  }

  /// Proposals on their way, by the method that counts.
  var waiting: [Candidate] {
    chooser.campaign.pending.filter(chooser.campaign.countsFully).map(\.candidate)
  }

  func choose(_ count: Int) throws -> [ScoredCandidate] {
    guard !findings.isEmpty else { return try chooser.search(count, score: chances) }
    switch chooser.acquisition.kind {
    case .chebyshev: return try byScalarization(count)
    case .noisyHypervolume: return try byDraws(count)
    default: return try byExpectation(count)
    }
  }

  /// Where nothing feasible is known: that a candidate is feasible, in logarithms.
  private func chances(_ candidates: [Candidate]) throws -> [Double] {
    try scorer.judgesFeasibility
      ? scorer.logFeasibility(of: candidates) : candidates.map { _ in 0 }
  }

  /// Logarithms of expected gains of hypervolume.
  ///
  /// - Parameter chosen: Candidates that count as measured with what the models predict for them.
  func logGains(beyond chosen: [Candidate]) throws -> ([Candidate]) throws -> [Double] {
    guard !findings.isEmpty else { return chances }
    let boxes = boxes(measured + (try forecast.means(waiting + chosen)))
    return { try scores($0, forecast, boxes) }
  }

  /// What limits and costs add to logarithms of gains.
  func offsets(_ candidates: [Candidate]) throws -> [Double] {
    let chances = scorer.judgesFeasibility ? try scorer.logFeasibility(of: candidates) : nil
    let costs = try scorer.logCosts(candidates)
    return candidates.indices.map { (chances?[$0] ?? 0) - (costs?[$0] ?? 0) }
  }

  /// The logarithm of the expected gain of hypervolume over a front.
  private func scores(
    _ candidates: [Candidate], _ forecast: ObjectiveForecast, _ boxes: NonDominatedBoxes
  ) throws -> [Double] {
    let predictions = try forecast.predictions(candidates)
    return try offsets(candidates).enumerated().map { place, offset in
      offset
        + boxes.logExpectedGain(
          means: predictions.means(place), deviations: predictions.deviations(place))
    }
  }

  func boxes(_ front: [[Double]]) -> NonDominatedBoxes {
    let kept = ParetoFront.nonDominated(front).map { front[$0] }
    let reference =
      chooser.campaign.orientedReference(kept) ?? ParetoFront.reference(of: kept)
    return NonDominatedBoxes(kept, reference: reference)
  }

  /// One after the other, each as if those before had been measured as predicted.
  private func byExpectation(_ count: Int) throws -> [ScoredCandidate] {
    let front = measured + (try forecast.means(waiting))
    let first = boxes(front)
    let shortlist = try chooser.search(count == 1 ? 1 : max(count, Chooser.shortlist)) {
      try scores($0, forecast, first)
    }
    guard count > 1, shortlist.count > count else { return Array(shortlist.prefix(count)) }
    let candidates = shortlist.map(\.candidate)
    let means = try forecast.means(candidates)
    let places = try greedyBatch(count: count, candidates: candidates.count) { chosen in
      guard !chosen.isEmpty else { return shortlist.map(\.score) }
      let believing = try forecast.believing(chosen.map { candidates[$0] })
      return try scores(candidates, believing, boxes(front + chosen.map { means[$0] }))
    }
    return places.map { shortlist[$0] }
  }

  /// Over fronts drawn from the posterior, candidates on their way and those chosen among them.
  private func byDraws(_ count: Int) throws -> [ScoredCandidate] {
    let first = boxes(measured + (try forecast.means(waiting)))
    let shortlist = try chooser.search(max(count, Chooser.shortlist)) {
      try scores($0, forecast, first)
    }
    guard shortlist.count > 1 else { return shortlist }
    let candidates = shortlist.map(\.candidate)
    var gains = try DrawnFronts(self, candidates)
    let offsets = try offsets(candidates)
    var chosen: [ScoredCandidate] = []
    let places = greedyBatch(count: count, candidates: candidates.count) { before in
      if let last = before.last { gains.add(last) }
      let values = zip(gains.logGains(), offsets).map { $0 + $1 }
      if let top = values.indices.filter({ !before.contains($0) }).max(by: {
        (values[$0], -$0) < (values[$1], -$1)
      }) {
        chosen.append(ScoredCandidate(candidates[top], score: values[top]))
      }
      return values
    }
    return Array(chosen.prefix(places.count))
  }

  /// Each by weights of its own.
  private func byScalarization(_ count: Int) throws -> [ScoredCandidate] {
    var chosen: [ScoredCandidate] = []
    for number in 0..<count {
      let before = waiting + chosen.map(\.candidate)
      let believing = try forecast.believing(chosen.map(\.candidate))
      let scalarization = ChebyshevScalarization(
        over: measured, seed: chooser.seed, stream: UInt64(number))
      let front = measured + (try forecast.means(before))
      let best = front.map(scalarization.value).max() ?? 0
      chosen += try chooser.campaign.plan.search.best(
        1, in: chooser.space, startingFrom: findings.suffix(3).map(\.candidate),
        excluding: chooser.campaign.proposed.union(before), seed: chooser.seed &+ UInt64(number)
      ) { candidates in
        let predictions = try believing.predictions(candidates)
        return try offsets(candidates).enumerated().map { place, offset in
          offset
            + scalarization.logExpectedImprovement(
              means: predictions.means(place), deviations: predictions.deviations(place),
              best: best)
        }
      }
    }
    return chosen
  }
}
