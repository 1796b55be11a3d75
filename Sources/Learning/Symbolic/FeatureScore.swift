import DenseMath

/// How well a feature alone explains what is to be explained.
///
/// Laws: ``bound(_:atLeast:_:)`` is never below ``exact(_:)`` but for rounding; neither depends on
/// anything but the values.
protocol FeatureScore: Sendable {
  /// Room to work in, one for each thread.
  associatedtype Workspace

  func workspace() -> Workspace

  /// A quick bound from above; NaN or negative for a feature that cannot be used.
  func bound(_ values: UnsafeBufferPointer<Double>, _ workspace: inout Workspace) -> Double

  /// The score, in 0...1, rounded to 10 digits.
  func exact(_ values: UnsafeBufferPointer<Double>) -> Double

  /// Equal for features that are the same for this purpose.
  func key(_ values: UnsafeBufferPointer<Double>) -> ValueKey
}

/// Screens a stream of features: sure independence screening, Fan and Lv, J. R. Stat. Soc. B 70,
/// 849 (2008), as in SISSO.
///
/// Memory does not grow with the number of features: each is evaluated in a buffer, scored and
/// forgotten unless it is among the best. Blocks of features are screened side by side; what is
/// kept does not depend on the number of threads.
struct FeatureScreen: Sendable {
  let stream: FeatureStream
  let threads: Int

  /// Features of a block, and blocks between two updates of what is to be reached.
  private static let blockSize = 1 << 15
  private static let mostBlocksAtOnce = 32

  struct Outcome: Sendable {
    var features: ScreenedFeatures
    /// How many were scored.
    var count = 0
  }

  /// The best features of the space and of the stream.
  func best<Score: FeatureScore>(
    _ capacity: Int, by score: Score, progress: (@Sendable (Double) -> Void)? = nil
  ) throws -> Outcome {
    var outcome = Outcome(features: ScreenedFeatures(capacity: capacity))
    screen(into: &outcome, score) { body in
      for place in stream.space.features.indices {
        body(CandidateFeature(function: nil, left: place, right: -1))
      }
    }
    let blocks = stream.blocks(ofAbout: Self.blockSize)
    var start = 0
    while start < blocks.count {
      // Few at first, while most features are still worth keeping.
      let group = Array(blocks[start...].prefix(min(max(start, 2), Self.mostBlocksAtOnce)))
      start += group.count
      let before = outcome.features
      let parts = try parallelMap(group, threads: threads) { block in
        var part = Outcome(features: before)
        screen(into: &part, score) { body in stream.forEach(in: block, body) }
        return part
      }
      for part in parts {
        for feature in part.features.best { outcome.features.offer(feature) }
        outcome.count += part.count
      }
      progress?(Double(start) / Double(blocks.count))
    }
    return outcome
  }

  /// The features that a larger stream is made of: all where the budget allows it, else half of
  /// them the simplest ones, the others those that explain most by themselves.
  static func operands<Score: FeatureScore>(
    of space: FeatureSpace, budget: Int, by score: Score, threads: Int
  ) throws -> [Int]? {
    let estimate = FeatureStream(space).estimate
    guard estimate > budget else { return nil }
    let share = (Double(budget) / Double(estimate)).squareRoot()
    let count = max(Int(share * Double(space.count)), 2)
    let alone = FeatureScreen(stream: FeatureStream(space, isEmpty: true), threads: threads)
    let best = try alone.best(count / 2, by: score).features.best.map(\.candidate.left)
    let simplest = space.features.indices.sorted {
      (space.features[$0].complexity, $0) < (space.features[$1].complexity, $1)
    }
    var operands = Set(best)
    for place in simplest where operands.count < count { operands.insert(place) }
    return operands.sorted()
  }

  private func screen<Score: FeatureScore>(
    into outcome: inout Outcome, _ score: Score,
    _ source: ((CandidateFeature) -> Void) -> Void
  ) {
    let space = stream.space
    let rows = space.rows
    var workspace = score.workspace()
    var (count, features) = (0, outcome.features)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: rows) { buffer in
      space.values.withUnsafeBufferPointer { values in
        guard let base = values.baseAddress, let out = buffer.baseAddress else { return }
        buffer.initialize(repeating: 0)
        let row = UnsafeBufferPointer(buffer)
        source { candidate in
          count += 1
          FeatureSpace.evaluate(
            candidate.function, base + candidate.left * rows,
            base + max(candidate.right, 0) * rows, into: out, rows)
          let bound = score.bound(row, &workspace)
          guard bound >= features.threshold, bound >= 0 else { return }
          let complexity = space.complexity(of: candidate)
          guard features.isWanted(bound, complexity: complexity), ValueRange(row) != nil else {
            return
          }
          let exact = score.exact(row)
          guard exact >= 0, features.isWanted(exact, complexity: complexity) else { return }
          features.offer(
            ScreenedFeature(
              candidate: candidate, score: exact, complexity: complexity, key: score.key(row)))
        }
      }
    }
    outcome.features = features
    outcome.count += count
  }
}
