extension ParetoFront {
  /// The expected gain of hypervolume from a point with independent normal objectives, all to be
  /// maximized.
  ///
  /// Exact, by decomposition into boxes: the gain is the integral of `P(y ≥ z)` over all `z` above
  /// the reference that the front does not dominate, and over a box that probability is a product
  /// of integrals in one variable (after Yang et al., J. Glob. Optim. 75, 3 (2019)). O(n^(m − 1)).
  ///
  /// - Parameters:
  ///   - front: Points measured so far; dominated ones and ones below the reference add nothing.
  ///   - means: One an objective.
  ///   - variances: Not negative; 0 is a value that is known.
  public static func expectedImprovement(
    _ front: [[Double]], reference: [Double], means: [Double], variances: [Double]
  ) -> Double {
    check(front + [means, variances], reference)
    let inside = front.filter { zip($0, reference).allSatisfy { $0 > $1 } }
    let objectives = zip(means, variances).map {
      NormalObjective(mean: $0, standardDeviation: max($1, 0).squareRoot())
    }
    return expectedGain(inside, reference[...], objectives[...])
  }

  private static func expectedGain(
    _ front: [[Double]], _ reference: ArraySlice<Double>, _ objectives: ArraySlice<NormalObjective>
  ) -> Double {
    guard let floor = reference.last, let objective = objectives.last else { return 1 }
    let last = reference.count - 1
    let highest = front.reduce(floor) { max($0, $1[last]) }
    let aboveAll = objective.expectedExcess(over: highest)
    if last == 0 { return aboveAll }
    var total =
      aboveAll == 0 ? 0 : aboveAll * expectedGain([], reference.dropLast(), objectives.dropLast())
    forEachSlice(front, along: last, above: floor) { bottom, top, active in
      let weight = objective.expectedExcess(from: bottom, to: top)
      guard weight > 0 else { return }
      total += weight * expectedGain(active, reference.dropLast(), objectives.dropLast())
    }
    return total
  }
}

/// One objective of a candidate.
private struct NormalObjective {
  let mean: Double
  let standardDeviation: Double

  /// `E[max(0, y − level)]`, the integral of `P(y ≥ z)` above the level.
  func expectedExcess(over level: Double) -> Double {
    Improvement(mean: mean, standardDeviation: standardDeviation, best: level).expected
  }

  /// The integral of `P(y ≥ z)` between two levels.
  func expectedExcess(from bottom: Double, to top: Double) -> Double {
    max(0, expectedExcess(over: bottom) - expectedExcess(over: top))
  }
}
