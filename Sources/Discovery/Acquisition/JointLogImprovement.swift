public import DenseMath
import Foundation

/// The logarithm of the expected improvement of several candidates measured together, from fixed
/// normal draws, smooth enough to be climbed.
///
/// qLog-EI of Ament et al., NeurIPS 2023, arXiv:2310.20708: `max(0, ·)` becomes a softplus of
/// temperature 1e-6 and the maximum over the batch a log-sum-exp of temperature 1e-2 of the
/// logarithms. Draws are a shifted Sobol sequence, the same for equal settings. Values are to be
/// maximized and best in units of the spread of the targets.
public struct JointLogImprovement: Sendable {
  /// `[dimensions][samples]`: standard normals.
  let normals: [[Double]]
  public let samples: Int

  /// - Parameters:
  ///   - candidates: The largest batch that will be asked for, those on their way included.
  public init(candidates: Int, samples: Int = 512, seed: UInt64 = 0x5EED) {
    var sequence = SobolSequence(
      dimensions: min(max(candidates, 1), SobolSequence.maximumDimensions), seed: seed)
    var generator = SplitMix64(seed: seed)
    var normals = Array(repeating: [Double](), count: max(candidates, 1))
    for _ in 0..<samples {
      let point = sequence.next()
      for dimension in normals.indices {
        normals[dimension].append(
          dimension < point.count ? Normal.quantile(point[dimension]) : generator.normal())
      }
    }
    self.normals = normals
    self.samples = samples
  }

  static let improvementTemperature = 1e-6
  static let maximumTemperature = 1e-2

  /// `log softplus` of an improvement: linear far below 0, so that there is always a slope.
  static func logImprovement(_ gain: Double) -> Double {
    let ratio = gain / improvementTemperature
    if ratio > 40 { return log(gain) }
    if ratio < -40 { return log(improvementTemperature) + ratio }
    return log(improvementTemperature) + log(log1p(exp(ratio)))
  }

  /// The smooth maximum of two logarithms of improvements.
  static func smoothMaximum(_ a: Double, _ b: Double) -> Double {
    let (high, low) = a > b ? (a, b) : (b, a)
    // Beyond, the sum is `high` to its last bit but one.
    guard low - high > -40 * maximumTemperature else { return high }
    return high + maximumTemperature * log1p(exp((low - high) / maximumTemperature))
  }

  /// - Parameters:
  ///   - means: `[q]`.
  ///   - covariance: `[q, q]`.
  /// - Throws: ``CholeskyError`` when the covariance is not positive semidefinite.
  public func value(
    means: [Double], covariance: Matrix, best: Double
  ) throws(CholeskyError) -> Double {
    precondition(means.count <= normals.count, "a batch of \(means.count) of \(normals.count)")
    let lower = try Cholesky(addingJitterTo: covariance).lower
    return logSumOfExponentials(totals(means, lower, best)) - log(Double(samples))
  }

  /// The smooth maximum of the members' logarithms of improvements in each draw; −∞ without members.
  ///
  /// - Parameter lower: The Cholesky factor of the members' covariance.
  func totals(_ means: [Double], _ lower: Matrix, _ best: Double) -> [Double] {
    (0..<samples).map { draw in
      var total = -Double.infinity
      for row in means.indices {
        var gain = means[row] - best
        for column in 0...row { gain += lower[row, column] * normals[column][draw] }
        total = Self.smoothMaximum(total, Self.logImprovement(gain))
      }
      return total
    }
  }

  /// Chooses a batch one by one, each the one that makes the joint value of all largest.
  ///
  /// Exact conditional draws at every step: a pivoted Cholesky factorization grows by one row for
  /// each choice. O(count · m · samples).
  ///
  /// - Parameters:
  ///   - covariance: `[m, m]`.
  ///   - pending: Places that count as chosen from the start and are not answered.
  ///   - offsets: Added to the joint value of each place, such as the logarithm of its feasibility.
  /// - Returns: Places, best first; of equal ones the lowest.
  public func greedy(
    _ count: Int, means: [Double], covariance: Matrix, best: Double, pending: [Int] = [],
    offsets: [Double]? = nil
  ) -> [Int] {
    var draws = ConditionalDraws(means: means, covariance: covariance, samples: samples)
    var totals = [Double](repeating: -.infinity, count: samples)
    var chosen: [Int] = []
    func take(_ place: Int) {
      let step = draws.steps
      draws.condition(on: place, normals: normals[step])
      for draw in 0..<samples {
        totals[draw] = Self.smoothMaximum(
          totals[draw], Self.logImprovement(draws.centers[place][draw] - best))
      }
    }
    for place in pending { take(place) }
    while chosen.count < count, draws.steps < normals.count {
      let open = means.indices.filter { !chosen.contains($0) && !pending.contains($0) }
      let scored = open.map { place in
        let deviation = draws.deviation(of: place)
        let own = normals[draws.steps]
        let terms = (0..<samples).map { draw in
          Self.smoothMaximum(
            totals[draw],
            Self.logImprovement(draws.centers[place][draw] + deviation * own[draw] - best))
        }
        return logSumOfExponentials(terms) + (offsets?[place] ?? 0)
      }
      guard let top = scored.max(), let first = scored.firstIndex(of: top) else { break }
      chosen.append(open[first])
      take(open[first])
    }
    return chosen
  }
}

/// Joint normal values of many candidates, drawn for a few of them one after the other.
struct ConditionalDraws {
  /// `[m][samples]`: means given the draws so far; of those drawn, the draws themselves.
  private(set) var centers: [[Double]]
  private(set) var steps = 0
  private let covariance: Matrix
  private var loads: [[Double]]
  private var variances: [Double]

  init(means: [Double], covariance: Matrix, samples: Int) {
    centers = means.map { Array(repeating: $0, count: samples) }
    self.covariance = covariance
    loads = means.map { _ in [] }
    variances = means.indices.map { max(covariance[$0, $0], 0) }
  }

  func deviation(of place: Int) -> Double { variances[place].squareRoot() }

  /// Draws one candidate; the others follow as far as they depend on it.
  mutating func condition(on place: Int, normals: [Double]) {
    let deviation = deviation(of: place)
    let own = loads[place]
    // What rounding leaves of a variance is no direction.
    let isDirection = variances[place] > 1e-10 * covariance[place, place]
    for other in loads.indices {
      var load = 0.0
      if isDirection {
        load = covariance[other, place]
        for (a, b) in zip(loads[other], own) { load -= a * b }
        load /= deviation
      }
      loads[other].append(load)
      variances[other] = other == place ? 0 : max(variances[other] - load * load, 0)
      guard load != 0 else { continue }
      for draw in normals.indices { centers[other][draw] += load * normals[draw] }
    }
    steps += 1
  }
}
