extension Campaign {
  /// Feasible findings that no other one is better than in every respect, in the order of the
  /// proposals. With one objective: the best, and all that are as good.
  public var paretoSet: [Finding] {
    let feasible = findings.filter(\.isFeasible)
    return ParetoFront.nonDominated(feasible.map(oriented)).map { feasible[$0] }
  }

  /// The objectives of a finding, turned so that more is better.
  func oriented(_ finding: Finding) -> [Double] {
    zip(plan.objectives, finding.objectives).map { $0.sign * $1 }
  }

  /// What a material must be better than in each objective to count, in their units: as the plan
  /// says, or where it does not, what the feasible findings say by ``ParetoFront/reference(of:)``.
  /// `nil` without a feasible finding and with an objective that has no reference.
  public var referencePoint: [Double]? {
    orientedReference(paretoSet.map(oriented)).map { reference in
      zip(plan.objectives, reference).map { $0.sign * $1 }
    }
  }

  func orientedReference(_ front: [[Double]]) -> [Double]? {
    let given = plan.objectives.map { objective in objective.reference.map { objective.sign * $0 } }
    let known = given.compactMap { $0 }
    if known.count == given.count { return known }
    guard !front.isEmpty else { return nil }
    return zip(given, ParetoFront.reference(of: front)).map { $0 ?? $1 }
  }

  /// The volume that the feasible findings dominate above ``referencePoint``, in the product of the
  /// units; 0 without any.
  public var hypervolume: Double {
    let front = paretoSet.map(oriented)
    guard let reference = orientedReference(front) else { return 0 }
    return ParetoFront.hypervolume(front, reference: reference)
  }

  /// The volume after each measured candidate, in the order of proposal, beyond the same
  /// ``referencePoint``; empty without one.
  public var hypervolumeSoFar: [Double] {
    guard let reference = orientedReference(paretoSet.map(oriented)) else { return [] }
    var front: [[Double]] = []
    var volume = 0.0
    return findings.map { finding in
      let point = oriented(finding)
      let isBeaten = front.contains { zip($0, point).allSatisfy { $0 >= $1 } }
      if finding.isFeasible, !isBeaten {
        front.append(point)
        front = ParetoFront.nonDominated(front).map { front[$0] }
        volume = ParetoFront.hypervolume(front, reference: reference)
      }
      return volume
    }
  }

  /// The last proposal that brought something better: a new best, or with several objectives a
  /// material that none found before dominates or equals. 0 for none.
  var lastGain: Int {
    guard plan.objectives.count > 1 else { return best?.number ?? 0 }
    var (seen, last) = ([[Double]](), 0)
    for finding in findings where finding.isFeasible {
      let point = oriented(finding)
      if seen.contains(where: { zip($0, point).allSatisfy { $0 >= $1 } }) { continue }
      seen.append(point)
      last = finding.number
    }
    return last
  }
}

extension ParetoFront {
  /// A reference point for a front: a tenth of the range below its worst values, and below a single
  /// point a tenth of its size (`infer_reference_point` of BoTorch 0.18, after Ishibuchi et al.,
  /// GECCO 2011; where all values of an objective are equal, a tenth of their size, not of 1e-7).
  ///
  /// - Parameter front: Not dominated, to be maximized; not empty.
  public static func reference(of front: [[Double]]) -> [Double] {
    guard let first = front.first else { preconditionFailure("no point to refer to") }
    return first.indices.map { objective in
      let values = front.map { $0[objective] }
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      // A range of 0 would leave no volume.
      let range = front.count == 1 ? abs(low) : high - low
      return low - 0.1 * (range > 0 ? range : max(abs(low), 1))
    }
  }
}
