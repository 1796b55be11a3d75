import DenseMath
import Foundation

/// One hidden layer from the vectors of a compound's sites to a number, as Atom2Vec and SkipAtom test
/// element vectors with it.
///
/// Zhou et al., PNAS 115, E6411 (2018), with the settings of SkipAtom's program: ten rectified units,
/// mean absolute error, Adam, an L2 penalty on the weights, batches of 32.
public struct SiteNetwork: Codable, Hashable, Sendable {
  public var hidden = 10
  public var epochs = 100
  public var batch = 32
  public var learningRate = 1e-4
  public var penalty = 1e-5

  public init() {}

  /// Trains on some rows and answers for others.
  ///
  /// Targets are centered on their median and divided by their mean absolute deviation from it, those
  /// of the training rows; the learning rate would otherwise go into finding the mean.
  ///
  /// - Parameters:
  ///   - vectors: Of the elements, `[elements, width]`.
  ///   - sites: Which element is on each site, `[rows, sites]`.
  func predictions(
    _ vectors: [[Float]], sites: [[Int]], targets: [Double], train: [Int], test: [Int],
    seed: UInt64
  ) -> [Double] {
    let known = train.map { targets[$0] }
    let center = known.sorted()[known.count / 2]
    let scale = max(
      known.reduce(0) { $0 + abs($1 - center) } / Double(known.count), .leastNormalMagnitude)
    var state = SiteNetworkState(
      vectors, sites: sites.first?.count ?? 0, hidden: hidden, seed: seed)
    var generator = SplitMix64(seed: seed, stream: 1)
    for _ in 0..<epochs {
      let order = generator.shuffled(train)
      for start in stride(from: 0, to: order.count, by: batch) {
        let rows = order[start..<min(start + batch, order.count)]
        for row in rows {
          let target = Float((targets[row] - center) / scale)
          state.learn(sites[row], target, share: 1 / Float(rows.count))
        }
        state.step(rate: Float(learningRate), penalty: Float(penalty))
      }
    }
    return test.map { center + scale * Double(state.value(sites[$0])) }
  }
}

/// Weights of the network, their gradient and the optimizer's memory.
private struct SiteNetworkState {
  private let vectors: [Float]
  private let width: Int
  private let hidden: Int

  /// `[sites, hidden, width]`, then hidden biases, output weights and the output's bias.
  private var weights: [Float]
  private var gradient: [Float]
  private var means: [Float]
  private var squares: [Float]
  private var steps = 0
  private let biases: Int
  private var units: [Float]

  init(_ vectors: [[Float]], sites: Int, hidden: Int, seed: UInt64) {
    width = vectors.first?.count ?? 0
    self.vectors = vectors.flatMap { $0 }
    self.hidden = hidden
    biases = sites * hidden * width
    var generator = SplitMix64(seed: seed)
    func uniform(_ limit: Double) -> Float { Float(limit * (2 * generator.uniform() - 1)) }
    let inner = (6 / Double(sites * width + hidden)).squareRoot()
    let outer = (6 / Double(hidden + 1)).squareRoot()
    weights = (0..<biases).map { _ in uniform(inner) }
    weights += [Float](repeating: 0, count: hidden)
    weights += (0..<hidden).map { _ in uniform(outer) }
    weights.append(0)
    gradient = [Float](repeating: 0, count: weights.count)
    (means, squares) = (gradient, gradient)
    units = [Float](repeating: 0, count: hidden)
  }

  /// The output, with the hidden units left in ``units``.
  mutating func value(_ sites: [Int]) -> Float {
    var value = weights[biases + 2 * hidden]
    for unit in 0..<hidden {
      var sum = weights[biases + unit]
      for (site, element) in sites.enumerated() {
        sum += FloatRows.product(
          weights, at: (site * hidden + unit) * width, vectors, at: element * width, count: width)
      }
      units[unit] = max(sum, 0)
      value += weights[biases + hidden + unit] * units[unit]
    }
    return value
  }

  /// Adds a row's share to the gradient of the mean absolute error.
  mutating func learn(_ sites: [Int], _ target: Float, share: Float) {
    let difference = value(sites) - target
    guard difference != 0 else { return }
    let slope = difference > 0 ? share : -share
    gradient[biases + 2 * hidden] += slope
    for unit in 0..<hidden where units[unit] > 0 {
      gradient[biases + hidden + unit] += slope * units[unit]
      let inner = slope * weights[biases + hidden + unit]
      gradient[biases + unit] += inner
      for (site, element) in sites.enumerated() {
        FloatRows.add(
          inner, vectors, at: element * width, to: &gradient, at: (site * hidden + unit) * width,
          count: width)
      }
    }
  }

  mutating func step(rate: Float, penalty: Float) {
    steps += 1
    let scale =
      rate * Float((1 - pow(0.999, Double(steps))).squareRoot() / (1 - pow(0.9, Double(steps))))
    Self.step(&weights, &gradient, &means, &squares, scale, 2 * penalty, unpenalized: biases)
  }

  /// Adam; the gradient is 0 behind it. Biases bear no penalty.
  private static func step(
    _ weights: inout [Float], _ gradient: inout [Float], _ means: inout [Float],
    _ squares: inout [Float], _ scale: Float, _ penalty: Float, unpenalized: Int
  ) {
    var weights = weights.mutableSpan
    var gradient = gradient.mutableSpan
    var means = means.mutableSpan
    var squares = squares.mutableSpan
    for place in weights.indices {
      let slope = gradient[place] + (place < unpenalized ? penalty * weights[place] : 0)
      gradient[place] = 0
      means[place] = 0.9 * means[place] + 0.1 * slope
      squares[place] = 0.999 * squares[place] + 0.001 * slope * slope
      weights[place] -= scale * means[place] / (squares[place].squareRoot() + 1e-8)
    }
  }
}
