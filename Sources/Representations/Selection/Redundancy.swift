internal import DenseMath
internal import Foundation

/// Chooses features one after the other; remembers what pairs of them share.
final class Redundancy {
  private let pool: FeaturePool
  private let limit: Int
  private let threads: Int

  /// `[f * count + s]`; NaN where it was never asked.
  private var shared: [Double]

  /// Features that are compared with the chosen ones at once; a constant, so that the work does not
  /// depend on the number of threads.
  private static let batch = 16

  init(_ pool: FeaturePool, _ configuration: FeatureSelection.Configuration) {
    self.pool = pool
    limit = min(configuration.limit ?? .max, pool.columns.count)
    threads = configuration.threads
    shared = [Double](repeating: .nan, count: pool.columns.count * pool.columns.count)
  }

  private struct Candidate {
    let feature: Int
    let relevance: Double

    /// The largest NMI with one of the first `compared` chosen features.
    var closest = 0.0
    var compared = 0

    /// The score, or more where not all chosen features were compared.
    func score(power: Double, offset: Double) -> Double {
      compared == 0 ? .infinity : relevance / (pow(closest, power) + offset)
    }
  }

  /// Places in the pool, best first.
  ///
  /// - Parameter relevance: NMI of each feature of the pool with the target.
  func ranking(_ relevance: [Double]) throws -> [Int] {
    var candidates = relevance.enumerated().map { Candidate(feature: $0, relevance: $1) }
    guard limit > 0,
      let first = candidates.max(by: { ($0.relevance, $1.feature) < ($1.relevance, $0.feature) })
    else { return [] }
    var chosen = [first.feature]
    candidates.removeAll { $0.feature == first.feature }
    while chosen.count < limit {
      let place = try best(&candidates, chosen)
      chosen.append(candidates[place].feature)
      candidates.remove(at: place)
    }
    return chosen
  }

  /// The place of the candidate with the highest score.
  private func best(_ candidates: inout [Candidate], _ chosen: [Int]) throws -> Int {
    let step = Double(chosen.count)
    let power = max(0.1, 4.5 - 0.4 * pow(step, 0.4))
    let offset = min(1e5, 1e-6 * step * step * step)
    while true {
      let scores = candidates.map { $0.score(power: power, offset: offset) }
      // The earlier column first among equals: never by how far comparison has come.
      let order = scores.indices.sorted {
        (-scores[$0], candidates[$0].feature) < (-scores[$1], candidates[$1].feature)
      }
      guard let top = order.first, candidates[top].compared < chosen.count else {
        return order.first ?? 0
      }
      let stale = order.filter { candidates[$0].compared < chosen.count }.prefix(Self.batch)
      try compare(Array(stale), &candidates, chosen)
    }
  }

  /// Brings some candidates up to date.
  private func compare(
    _ places: [Int], _ candidates: inout [Candidate], _ chosen: [Int]
  ) throws {
    let count = pool.columns.count
    let wanted = places.flatMap { place in
      chosen[candidates[place].compared...].map { (candidates[place].feature, $0) }
    }
    let unknown = wanted.filter { shared[$0.0 * count + $0.1].isNaN }
    let pool = pool
    let values = try parallelMap(unknown, threads: threads) { pair in
      NormalizedInformation.of(
        pool.information.between(pool.samples[pair.0], pool.samples[pair.1]),
        pool.ownInformation[pair.0], pool.ownInformation[pair.1])
    }
    for (pair, value) in zip(unknown, values) {
      shared[pair.0 * count + pair.1] = value
      shared[pair.1 * count + pair.0] = value
    }
    for place in places {
      let feature = candidates[place].feature
      for other in chosen[candidates[place].compared...] {
        candidates[place].closest = max(
          candidates[place].closest, shared[feature * count + other])
      }
      candidates[place].compared = chosen.count
    }
  }
}
