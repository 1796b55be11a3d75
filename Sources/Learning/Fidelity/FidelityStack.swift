public import DenseMath
public import Matter

/// Answers for one method with the help of others': models of the cheap methods, whose values are the
/// last variables of what the layers above them see.
public struct FidelityStack: Surrogate {
  let lower: LowerModels
  let top: Stack
  public let report: FidelityReport

  /// Where a value that the layers above expect as measured is not known, a prediction stands for it,
  /// and what its error would do adds to the epistemic variance.
  public func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    let values = try lower.values(candidates)
    var result = try top.predict(LowerModels.extended(candidates, by: values))
    let doubts = lower.doubts(candidates)
    for level in lower.levels.indices {
      let unsure = candidates.indices.filter { doubts[$0][level] > 0 }
      let ends = try [-1.0, 1].map { sign in
        try top.predict(
          unsure.map { row in
            var shifted = values[row]
            shifted[level] += sign * doubts[row][level]
            return candidates[row].with(variables: candidates[row].variables + shifted)
          })
      }
      for (place, row) in unsure.enumerated() {
        let slope = (ends[1][place].mean - ends[0][place].mean) / 2
        result[row].epistemicVariance += slope * slope
      }
    }
    return result
  }

  public func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    try top.sample(extended(candidates), using: &generator)
  }

  private func extended(_ candidates: [Candidate]) throws -> [Candidate] {
    LowerModels.extended(candidates, by: try lower.values(candidates))
  }

  /// The layers and their shares in a line, for reports.
  public var summary: String { top.summary }
}

extension FidelityStack: CrystalSurrogate {
  private var needLowerCrystals: Bool {
    lower.levels.contains { level in
      level.members.contains { ($0 as? any CrystalSurrogate)?.needsCrystals ?? false }
    }
  }

  public var readsCrystals: Bool {
    top.readsCrystals || needLowerCrystals
      || lower.levels.contains { level in
        level.members.contains { ($0 as? any CrystalSurrogate)?.readsCrystals ?? false }
      }
  }
  public var needsCrystals: Bool { top.needsCrystals || needLowerCrystals }
}
