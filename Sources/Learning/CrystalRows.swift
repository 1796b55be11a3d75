import DenseMath
import Foundation
import Matter
import Representations

/// The statistics of crystals, remembered: the learners of a stack ask for the same ones again and
/// again.
///
/// May be used from several threads at once: hence `@unchecked Sendable`, all state behind `lock`.
final class CrystalRows: @unchecked Sendable {
  static let shared = CrystalRows(mostRows: 50_000)

  private let mostRows: Int
  private let lock = NSLock()
  private var known: [Crystal: [Double]] = [:]

  init(mostRows: Int) { self.mostRows = mostRows }

  /// A row for each candidate; missing values, which are NaN, for one without a crystal and one whose
  /// crystal cannot be described.
  func rows(_ candidates: [Candidate]) throws -> [[Double]] {
    let descriptor = CrystalStatistics()
    let nothing = [Double](repeating: .nan, count: descriptor.columns.count)
    let found = lock.withLock { candidates.map { $0.crystal.flatMap { known[$0] } } }
    var made: [Crystal: [Double]] = [:]
    let rows = zip(candidates, found).map { candidate, row -> [Double] in
      if let row { return row }
      guard let crystal = candidate.crystal else { return nothing }
      let row = made[crystal] ?? (try? descriptor.row(of: AtomicStructure(crystal))) ?? nothing
      made[crystal] = row
      return row
    }
    lock.withLock {
      if known.count + made.count > mostRows { known = [:] }
      known.merge(made) { first, _ in first }
    }
    return rows
  }
}
