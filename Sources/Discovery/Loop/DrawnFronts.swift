import DenseMath
import Design
import Foundation
import Learning
import Matter

/// Expected gains of hypervolume over fronts that are drawn from the posterior (noisy expected
/// hypervolume improvement: Daulton, Balandat and Bakshy, NeurIPS 2021), in logarithms.
///
/// In each of 32 draws the measured candidates have definite values; a candidate's own value is then
/// integrated in closed form, given that draw, so that scores are smooth and never all 0. A
/// candidate that is chosen is drawn in its turn and joins every front.
struct DrawnFronts {
  private static let samples = 32
  private var draws: [ConditionalDraws]
  private var fronts: [[[Double]]]
  private let candidates: Int
  private let reference: [Double]
  private var normals: SobolNormals

  init(_ chooser: SeveralObjectivesChooser, _ candidates: [Candidate]) throws {
    let campaign = chooser.chooser.campaign
    let objectives = chooser.forecast.objectives
    let kept = Self.relevant(chooser, limit: objectives.count > 3 ? 20 : 40)
    let all =
      candidates + kept.map { chooser.findings[$0].candidate } + chooser.waiting
    self.candidates = candidates.count
    let front = ParetoFront.nonDominated(chooser.measured).map { chooser.measured[$0] }
    reference = campaign.orientedReference(front) ?? ParetoFront.reference(of: front)
    normals = SobolNormals(
      objectives: objectives.count, samples: Self.samples, seed: chooser.chooser.seed)
    let means = try chooser.forecast.means(all)
    draws = try objectives.enumerated().map { place, objective in
      ConditionalDraws(
        means: means.map { $0[place] },
        covariance: try KnowledgeLandmarks.covariance(
          all, all, chooser.forecast.models[objective.expression]),
        samples: Self.samples)
    }
    fronts = Array(repeating: [], count: Self.samples)
    for place in candidates.count..<all.count { add(place) }
  }

  /// Findings that may be on the front: those with the most to say, the front of the means first,
  /// then the front of the rest, and so on.
  private static func relevant(_ chooser: SeveralObjectivesChooser, limit: Int) -> [Int] {
    var left = Array(chooser.measured.indices)
    var kept: [Int] = []
    while !left.isEmpty, kept.count < limit {
      let layer = ParetoFront.nonDominated(left.map { chooser.measured[$0] }).map { left[$0] }
      kept += layer.prefix(limit - kept.count)
      left.removeAll(where: layer.contains)
    }
    return kept
  }

  /// Draws one of the candidates; it then belongs to every front.
  mutating func add(_ place: Int) {
    for objective in draws.indices {
      draws[objective].condition(on: place, normals: normals.next(objective))
    }
    for draw in fronts.indices {
      fronts[draw].append(draws.map { $0.centers[place][draw] })
    }
  }

  /// The logarithm of the mean gain over the draws, for each candidate.
  func logGains() -> [Double] {
    let boxes = fronts.map { NonDominatedBoxes($0, reference: reference) }
    let deviations = (0..<candidates).map { place in draws.map { $0.deviation(of: place) } }
    return (0..<candidates).map { place in
      logSumOfExponentials(
        boxes.enumerated().map { draw, boxes in
          boxes.logExpectedGain(
            means: draws.map { $0.centers[place][draw] }, deviations: deviations[place])
        }) - log(Double(boxes.count))
    }
  }
}

/// Normal numbers for one step after the other: each step has a shifted Sobol sequence of its own.
private struct SobolNormals {
  let samples: Int
  let seed: UInt64
  private var steps: [UInt64]

  init(objectives: Int, samples: Int, seed: UInt64) {
    self.samples = samples
    self.seed = seed
    steps = Array(repeating: 0, count: objectives)
  }

  /// In an order of their own, so that steps do not go together.
  mutating func next(_ objective: Int) -> [Double] {
    var generator = SplitMix64(seed: seed, stream: steps[objective] * 8 + UInt64(objective))
    steps[objective] += 1
    var sequence = SobolSequence(dimensions: 1, seed: generator.next())
    return generator.shuffled((0..<samples).map { _ in Normal.quantile(sequence.next()[0]) })
  }
}
