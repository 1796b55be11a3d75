import DenseMath
import Foundation
public import Matter

/// Predicts every row by a surrogate trained without it.
///
/// Law: results depend on rows, settings and seed, not on the number of threads.
public struct CrossValidation: Sendable {
  /// 2 or more; fewer are used when there are fewer rows or groups.
  public var folds = 5

  /// How many folds are trained side by side.
  public var threads: Int

  /// - Parameter threads: One a processor if `nil`.
  public init(folds: Int = 5, threads: Int? = nil) {
    self.folds = folds
    self.threads = max(threads ?? ProcessInfo.processInfo.activeProcessorCount, 1)
  }

  /// The fold of each row.
  ///
  /// Rows of one group share a fold; groups go, the largest first, to the fold with the fewest
  /// rows. Equal sizes are in a random order.
  ///
  /// - Parameter groups: A key for each row, or `nil` to hold every row out on its own.
  /// - Throws: ``TrainingError`` when there are fewer than two rows or groups.
  public func assignment(
    rows: Int, groups: [String]? = nil, seed: UInt64
  ) throws(TrainingError) -> [Int] {
    precondition(groups.map { $0.count == rows } ?? true, "\(rows) rows need as many group keys")
    var generator = SplitMix64(seed: seed, stream: 0xF01D)
    guard let groups else {
      guard rows > 1 else { throw .tooFewRows(rows, least: 2) }
      var result = [Int](repeating: 0, count: rows)
      for (place, row) in generator.shuffled(0..<rows).enumerated() {
        result[row] = place % min(max(folds, 2), rows)
      }
      return result
    }
    let members = Dictionary(grouping: 0..<rows) { groups[$0] }
    let order = generator.shuffled(members.keys.sorted())
    guard order.count > 1 else { throw .tooFewGroups(order.count) }
    let bySize = order.indices.sorted {
      let (a, b) = (members[order[$0]]?.count ?? 0, members[order[$1]]?.count ?? 0)
      return a != b ? a > b : $0 < $1
    }
    var sizes = [Int](repeating: 0, count: min(max(folds, 2), order.count))
    var result = [Int](repeating: 0, count: rows)
    for place in bySize {
      let own = members[order[place]] ?? []
      let fold = sizes.indices.min { sizes[$0] < sizes[$1] } ?? 0
      for row in own { result[row] = fold }
      sizes[fold] += own.count
    }
    return result
  }

  /// - Parameters:
  ///   - groups: A key for each row whose rows are held out together, or `nil`.
  /// - Returns: One entry a row, in the order of the rows.
  /// - Throws: ``TrainingError``, and what the trainer refuses.
  public func run(
    candidates: [Candidate], targets: [Double], groups: [String]? = nil,
    trainer: any SurrogateTrainer, seed: UInt64
  ) throws -> [HeldOut] {
    try TrainingError.check(candidates, targets, leastRows: 2)
    let assignment = try assignment(rows: targets.count, groups: groups, seed: seed)
    let data = FoldedRows(candidates: candidates, targets: targets, assignment: assignment)
    let parts = try parallelMap(Array(0..<data.folds), threads: threads) { fold in
      try data.heldOut(fold, data.part(fold), trainer: trainer, seed: seed)
    }
    return parts.flatMap { $0 }.sorted { $0.row < $1.row }
  }
}
