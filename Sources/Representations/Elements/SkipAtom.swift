import DenseMath
import Foundation
public import Matter

/// Element vectors from which the elements of neighboring atoms can be told.
///
/// SkipAtom (Antunes, Grau-Crespo and Butler, npj Comput. Mater. 8, 44 (2022)): an element is mapped
/// to `width` numbers, from which a linear layer and a softmax predict the element of a neighbor. The
/// paper goes through the pairs in batches; there are fewer than 118² kinds of them, so here each step
/// sees them all by their counts, and cross-entropy and gradient are exact. Adam, with the paper's
/// learning rate, which falls to 0 along a cosine.
///
/// Bonds between atoms of one element are left out by default: every element has its own, and they
/// push apart what else is alike (relatives among nearest neighbors on 37,845 crystals: 57 % without
/// them, 52 % with them).
public struct SkipAtom: Codable, Hashable, Sendable {
  /// Numbers in a vector.
  public var width = 200

  /// Descents of the gradient, each of which sees every pair.
  public var steps = 1000

  public var learningRate = 0.01

  /// Whether bonds between atoms of one element count.
  public var selfBonds = false

  public init() {}

  /// What training gives.
  public struct Result: Sendable {
    public let vectors: [Element: [Double]]

    /// Elements without a bond that counts, which have no vector.
    public let withoutBonds: [Element]

    /// Nats for each pair, at the end.
    public let crossEntropy: Double
  }

  /// - Parameter seed: Where the weights begin.
  /// - Throws: ``ElementLearningError`` for fewer than two elements.
  public func vectors(
    _ counts: ElementPairCounts, seed: UInt64
  ) throws(ElementLearningError) -> Result {
    let all = counts.elements
    let counted = selfBonds ? counts : counts.withoutSelfBonds
    let elements = counted.elements
    guard elements.count > 1 else {
      throw all.count > 1 ? .noBonds : .tooFewElements(all, source: "crystals")
    }
    let problem = SkipAtomProblem(counted, elements: elements, width: width)
    var weights = problem.start(seed: seed)
    var optimizer = Adam(count: weights.count)
    for step in 0..<steps {
      let (_, gradient) = problem.lossAndGradient(weights)
      let rate = learningRate * 0.5 * (1 + cos(.pi * Double(step) / Double(steps)))
      optimizer.step(&weights, gradient, rate: rate)
    }
    let vectors = elements.indices.map { row in
      (elements[row], Array(weights[row * width..<(row + 1) * width]))
    }
    return Result(
      vectors: Dictionary(uniqueKeysWithValues: vectors),
      withoutBonds: all.filter { !elements.contains($0) },
      crossEntropy: problem.lossAndGradient(weights).loss)
  }
}

/// The cross-entropy of neighbors under SkipAtom's network.
struct SkipAtomProblem {
  private let count: Int
  private let width: Int

  /// Share of each pair of elements among all, `[count, count]`; they sum to 1.
  private let shares: Matrix

  /// Share of each center.
  private let centers: [Double]

  init(_ counts: ElementPairCounts, elements: [Element], width: Int) {
    count = elements.count
    self.width = width
    let total = counts.total
    shares = Matrix(
      rows: count, columns: count,
      elements: elements.flatMap { center in
        elements.map { counts.count(center, $0) / total }
      })
    centers = (0..<count).map { [shares] in shares.row($0).reduce(0, +) }
  }

  /// Vectors, output weights (both `[count, width]`) and biases, one after the other; uniform as by
  /// Glorot and Bengio, AISTATS (2010).
  func start(seed: UInt64) -> [Double] {
    var generator = SplitMix64(seed: seed)
    let limit = (6 / Double(count + width)).squareRoot()
    let weights = (0..<2 * count * width).map { _ in limit * (2 * generator.uniform() - 1) }
    return weights + [Double](repeating: 0, count: count)
  }

  func lossAndGradient(_ weights: [Double]) -> (loss: Double, gradient: [Double]) {
    let size = count * width
    let vectors = Matrix(rows: count, columns: width, elements: Array(weights[..<size]))
    let outputs = Matrix(rows: count, columns: width, elements: Array(weights[size..<2 * size]))
    var scores = vectors.multiplied(byTransposeOf: outputs)
    var loss = 0.0
    for row in 0..<count {
      var largest = -Double.infinity
      for column in 0..<count {
        scores[row, column] += weights[2 * size + column]
        largest = max(largest, scores[row, column])
      }
      var sum = 0.0
      for column in 0..<count { sum += exp(scores[row, column] - largest) }
      let logarithm = largest + log(sum)
      for column in 0..<count {
        let score = scores[row, column] - logarithm
        loss -= shares[row, column] * score
        scores[row, column] = centers[row] * exp(score) - shares[row, column]
      }
    }
    let biases = (0..<count).map { column in
      (0..<count).reduce(0.0) { $0 + scores[$1, column] }
    }
    return (
      loss,
      scores.multiplied(by: outputs).elements + scores.transposed.multiplied(by: vectors).elements
        + biases
    )
  }
}

/// Adam: Kingma and Ba, ICLR (2015).
struct Adam {
  private var means: [Double]
  private var squares: [Double]
  private var step = 0

  init(count: Int) {
    means = [Double](repeating: 0, count: count)
    squares = means
  }

  mutating func step(_ weights: inout [Double], _ gradient: [Double], rate: Double) {
    step += 1
    let scale = rate * (1 - pow(0.999, Double(step))).squareRoot() / (1 - pow(0.9, Double(step)))
    Self.step(&weights, gradient, &means, &squares, scale)
  }

  private static func step(
    _ weights: inout [Double], _ gradient: [Double], _ means: inout [Double],
    _ squares: inout [Double], _ scale: Double
  ) {
    var means = means.mutableSpan
    var squares = squares.mutableSpan
    var values = weights.mutableSpan
    for place in values.indices {
      let slope = gradient[place]
      means[place] = 0.9 * means[place] + 0.1 * slope
      squares[place] = 0.999 * squares[place] + 0.001 * slope * slope
      values[place] -= scale * means[place] / (squares[place].squareRoot() + 1e-8)
    }
  }
}
