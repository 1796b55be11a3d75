import DenseMath
import Ecosystem
import Matter

/// Makes ``LowerModels`` and what they say of the rows of the dear method.
struct LowerModelFits: Sendable {
  let lower: LowerFidelities
  let trainer: any SurrogateTrainer
  let threads: Int
  let seed: UInt64
  let fits: FitFolder?

  /// - Parameters:
  ///   - candidates: Of the dear method.
  ///   - assignment: The fold of each.
  /// - Returns: The models, and their values of each candidate: of the model that has not seen its
  ///   material, or measured where lower values are known.
  func run(
    _ candidates: [Candidate], assignment: [Int], progress: @escaping @Sendable (Double) -> Void
  ) throws -> (models: LowerModels, values: [[Double]]) {
    let folds = (assignment.max() ?? 0) + 1
    let used = lower.levels.filter { $0.targets.count >= LowerModels.leastRows }
    let jobs = used.indices.flatMap { level in (0..<folds).map { (level: level, fold: $0) } }
    let places = materialFolds(of: used, candidates, assignment, count: folds)
    let total = Double(max(jobs.count, 1))
    let members = try parallelMap(jobs.map { [$0.level, $0.fold] }, threads: threads) { job in
      defer { progress(1 / total) }
      return try member(used[job[0]], job[0], fold: job[1], places[job[0]])
    }
    let levels = try used.indices.map { level in
      let own = Array(members[level * folds..<(level + 1) * folds])
      return LowerModels.Level(
        name: used[level].name, members: own,
        measured: lower.areKnown ? Self.means(used[level]) : [:],
        deviation: lower.areKnown ? try Self.deviation(own, used[level], places[level]) : 0)
    }
    return (LowerModels(levels: levels), try values(levels, candidates, assignment))
  }

  /// The mean of the targets of each material.
  private static func means(_ level: LowerFidelities.Level) -> [String: Double] {
    Dictionary(grouping: level.targets.indices) { level.candidates[$0].contentKey }
      .mapValues { rows in Statistics.mean(rows.map { level.targets[$0] }) }
  }

  private static func deviation(
    _ members: [any StorableSurrogate], _ level: LowerFidelities.Level, _ folds: [Int]
  ) throws -> Double {
    var squares = 0.0
    for (fold, member) in members.enumerated() {
      let own = level.rows(folds.indices.filter { folds[$0] == fold })
      for (answer, target) in zip(try member.predict(own.candidates), own.targets) {
        squares += (answer.mean - target) * (answer.mean - target)
      }
    }
    return (squares / Double(level.targets.count)).squareRoot()
  }

  /// The fold of each row of each level: that of the material where the dear method has it, else one
  /// drawn for the material.
  private func materialFolds(
    of levels: [LowerFidelities.Level], _ candidates: [Candidate], _ assignment: [Int], count: Int
  ) -> [[Int]] {
    var known: [String: Int] = [:]
    for (candidate, fold) in zip(candidates, assignment) {
      known[LowerFidelities.key(candidate)] = fold
    }
    let keys = levels.map { $0.candidates.map(LowerFidelities.key) }
    let others = Set(keys.joined()).subtracting(known.keys).sorted()
    var generator = SplitMix64(seed: seed, stream: 0xF1DE)
    for (place, key) in generator.shuffled(others).enumerated() { known[key] = place % count }
    return keys.map { $0.map { known[$0] ?? 0 } }
  }

  private func member(
    _ level: LowerFidelities.Level, _ number: Int, fold: Int, _ folds: [Int]
  ) throws -> any StorableSurrogate {
    let outside = level.rows(folds.indices.filter { folds[$0] != fold })
    let made = try fits.result(of: "\(number)-fold-\(fold)") {
      var generator = SplitMix64(seed: seed, stream: UInt64(number << 16 | fold))
      guard let trainer = trainer as? any WeightedTrainer else {
        guard outside.weights == nil else { throw TrainingError.noWeights }
        return try trainer.train(
          candidates: outside.candidates, targets: outside.targets, seed: generator.next())
      }
      return try trainer.train(
        candidates: outside.candidates, targets: outside.targets, weights: outside.weights,
        seed: generator.next())
    }
    guard let made = made as? any StorableSurrogate else {
      preconditionFailure("a model of \(level.name) cannot be stored in a model file")
    }
    return made
  }

  private func values(
    _ levels: [LowerModels.Level], _ candidates: [Candidate], _ assignment: [Int]
  ) throws -> [[Double]] {
    var result = candidates.map { _ in [Double](repeating: 0, count: levels.count) }
    for (place, level) in levels.enumerated() {
      for (fold, member) in level.members.enumerated() {
        let rows = candidates.indices.filter { assignment[$0] == fold }
        let answers = try member.predict(rows.map { candidates[$0] })
        for (row, answer) in zip(rows, answers) {
          result[row][place] = level.measured(candidates[row]) ?? answer.mean
        }
      }
    }
    return result
  }
}
