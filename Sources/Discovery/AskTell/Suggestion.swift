import DenseMath
import Design
import Learning
public import Matter

/// A candidate to measure next, with all that a person may want to know before doing so.
public struct Suggestion: Codable, Hashable, Sendable {
  public let proposal: Proposal

  /// Where a measurement of each expression lies with a probability of 90 %, lower end first.
  public let intervals: [String: [Double]]

  /// The measured candidate that is most alike, and how unlike it is; `nil` where nothing is measured.
  public let nearest: Neighbor?

  /// What measuring it costs, where the recipe says.
  public let cost: Double?

  /// `nil` where no model chose it.
  public let motive: ChoiceMotive?

  public struct Neighbor: Codable, Hashable, Sendable {
    /// The number of its proposal.
    public let number: Int

    /// ``CandidateDistance``.
    public let distance: Double
  }
}

/// How unlike two candidates are: the share of atoms that differ and the root mean square of the
/// differences between their variables, each over its range, as the sides of a right angle.
///
/// 0 for equal ones; 1 for materials without a common element.
public struct CandidateDistance: Sendable {
  /// The largest minus the smallest value of each variable.
  private let ranges: [Double]

  /// - Parameter candidates: Whose variables say what the ranges are.
  public init(_ candidates: [Candidate]) {
    let count = candidates.map(\.variables.count).max() ?? 0
    ranges = (0..<count).map { place in
      let values = candidates.compactMap { place < $0.variables.count ? $0.variables[place] : nil }
      return (values.max() ?? 0) - (values.min() ?? 0)
    }
  }

  public func callAsFunction(_ a: Candidate, _ b: Candidate) -> Double {
    let elements = Set(a.composition.elements).union(b.composition.elements).sorted()
    let shared = elements.reduce(0.0) {
      $0 + abs(a.composition.fraction(of: $1) - b.composition.fraction(of: $1))
    }
    var squares = 0.0
    for (place, (x, y)) in zip(a.variables, b.variables).enumerated() where ranges[place] > 0 {
      squares += (x - y) * (x - y) / (ranges[place] * ranges[place])
    }
    let settings = ranges.isEmpty ? 0 : squares / Double(ranges.count)
    return (0.25 * shared * shared + settings).squareRoot()
  }
}

extension Campaign {
  /// What there is to know of some proposals of this campaign.
  ///
  /// - Parameter cost: What measuring a candidate costs, `nil` where nothing is known.
  func suggestions(
    _ proposals: [Proposal], among candidates: [Candidate], cost: (Candidate) -> Double?
  ) -> [Suggestion] {
    let measured = findings
    let known = measured.map(\.candidate)
    let distance = CandidateDistance(known + candidates + proposals.map(\.candidate))
    let spread = TargetStandardization(fitting: measured.map(\.value)).scale
    return proposals.map { proposal in
      let nearest = known.indices.map { ($0, distance(known[$0], proposal.candidate)) }
        .min { ($0.1, $0.0) < ($1.1, $1.0) }
      return Suggestion(
        proposal: proposal,
        intervals: proposal.predictions.mapValues { said in
          [
            said.mean - 1.6448536269514722 * said.deviation,
            said.mean + 1.6448536269514722 * said.deviation,
          ]
        },
        nearest: nearest.map {
          Suggestion.Neighbor(number: measured[$0.0].number, distance: $0.1)
        }, cost: cost(proposal.candidate),
        motive: ChoiceExplanation(
          self, proposal.predictions, chance: proposal.feasibility, spread: spread)?.motive)
    }
  }
}
