public import DenseMath
public import Matter

/// Several kinds of learners, each trained once for every fold without it, averaged by shares that
/// their held-out predictions earned.
///
/// The mean of a candidate is `Σ_l w_l mean_k μ_lk` over learners l and folds k. The aleatoric
/// variance is `Σ_l w_l` of the learners' own; the epistemic variance is theirs, weighted alike, plus
/// their disagreement `Σ_l w_l (μ_lk − μ_k)²`. Both are means over the folds, whose spread is not
/// added: see ``averaged(_:)``.
public struct Stack: Sendable {
  /// What one kind of learner contributes.
  public struct Layer: Sendable {
    /// The learner's name in the recipe.
    public let name: String
    /// In 0...1; the shares of all layers sum to 1. Layers without any share are not kept.
    public let share: Double
    /// The share where a candidate has no crystal: 0 for layers that read crystals. Where none reads
    /// them, it is ``share``; where all do, it is 0.
    public let fallback: Double
    /// One for each fold.
    public let members: [any StorableSurrogate]
  }

  public let layers: [Layer]

  /// What its training was expected to take, in ``StackTrainer/Learner/cost``; `nil` in older files.
  public let work: Double?

  init(layers: [Layer], work: Double? = nil) {
    self.layers = layers
    self.work = work
  }

  /// The layers and their shares in a line, for reports.
  public var summary: String {
    layers.filter { $0.share > 0 }
      .map { "\($0.name) \(Int(($0.share * 100).rounded())) %" }.joined(separator: ", ")
  }

  /// Whether some layers say nothing of a composition without a crystal, and others do.
  private var fallsBack: Bool {
    layers.contains { $0.fallback > 0 } && layers.contains { $0.fallback != $0.share }
  }

  /// The common prediction from the answers of each layer in one fold.
  static func combined(_ shares: [Double], _ answers: [Prediction]) -> Prediction {
    let mean = zip(shares, answers).reduce(0) { $0 + $1.0 * $1.1.mean }
    var result = Prediction(mean: mean, aleatoricVariance: 0, epistemicVariance: 0)
    for (share, answer) in zip(shares, answers) {
      result.aleatoricVariance += share * answer.aleatoricVariance
      result.epistemicVariance +=
        share * (answer.epistemicVariance + (answer.mean - mean) * (answer.mean - mean))
    }
    result.tails = Prediction.Tails.combined(shares, answers)
    return result
  }
}

extension Stack: Surrogate {
  /// Structure where there is one, composition where there is none.
  public func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    guard fallsBack, candidates.contains(where: { $0.crystal == nil }) else {
      return try predict(candidates, by: \.share)
    }
    let known = try predict(candidates.filter { $0.crystal != nil }, by: \.share)
    let rest = try predict(candidates.filter { $0.crystal == nil }, by: \.fallback)
    var (a, b) = (known.makeIterator(), rest.makeIterator())
    return candidates.compactMap { $0.crystal == nil ? b.next() : a.next() }
  }

  private func predict(
    _ candidates: [Candidate], by share: (Layer) -> Double
  ) throws -> [Prediction] {
    let used = layers.filter { share($0) > 0 }
    let shares = used.map(share)
    let answers = try used.map { layer in try layer.members.map { try $0.predict(candidates) } }
    let folds = used.first?.members.count ?? 0
    return candidates.indices.map { row in
      let parts = (0..<folds).map { fold in
        Stack.combined(shares, answers.map { $0[fold][row] })
      }
      return Stack.averaged(parts)
    }
  }

  /// The mean of the folds' predictions, its variances their means.
  ///
  /// The spread between folds is not added: a held-out prediction, which intervals are calibrated
  /// with, comes from one fold and cannot show it.
  static func averaged(_ parts: [Prediction]) -> Prediction {
    let count = Double(max(parts.count, 1))
    return Prediction(
      mean: parts.reduce(0) { $0 + $1.mean } / count,
      aleatoricVariance: parts.reduce(0) { $0 + $1.aleatoricVariance } / count,
      epistemicVariance: parts.reduce(0) { $0 + $1.epistemicVariance } / count,
      tails: Prediction.Tails.combined(parts.map { _ in 1 / count }, parts))
  }

  /// A layer drawn by its share, a fold drawn evenly: one of the functions that the stack holds.
  public func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    let lacks = fallsBack && candidates.contains { $0.crystal == nil }
    let used = layers.filter { (lacks ? $0.fallback : $0.share) > 0 }
    var place = generator.uniform()
    let layer = used.first { layer in
      place -= lacks ? layer.fallback : layer.share
      return place < 0
    }
    guard let layer = layer ?? used.last else { return [] }
    let member = layer.members[generator.index(below: layer.members.count)]
    return try member.predict(candidates).map(\.mean)
  }
}

extension Stack: CrystalSurrogate {
  public var readsCrystals: Bool { layers.contains { $0.fallback != $0.share } }
  public var needsCrystals: Bool { layers.allSatisfy { $0.fallback == 0 } }
}
