import DenseMath
import Foundation
import Matter
import Representations
import Torch

/// What integrated gradients say of one candidate, in the unit of the target.
struct PathContributions: Sendable {
  /// The prediction with an average element in each place and variables at their training means.
  var start: Double
  var end: Double

  /// One for each element of the composition, in its order.
  var elements: [Double]

  /// One for each variable that the networks see.
  var variables: [Double]

  /// By how much the sums miss `end − start`.
  var gap: Double {
    end - start - elements.reduce(0, +) - variables.reduce(0, +)
  }
}

extension DeepEnsemble {
  /// Gradients of the mean, integrated from an average element to the elements of each candidate.
  ///
  /// Sundararajan, Taly and Yan, arXiv:1703.01365, equation 1: the path leads straight from the mean
  /// row of the element table to each element's own row, amounts kept, and from the mean of each
  /// variable to its value; an element has the sum over its row. The integral is taken by the
  /// midpoint rule, with more steps where the contributions miss the difference of the ends.
  ///
  /// - Parameter rows: How many training rows hold each element: weights of the mean.
  func integratedGradients(
    _ candidates: [Candidate], elementRows rows: [Element: Int]
  ) throws -> [PathContributions] {
    var result = try integrate(candidates, rows, steps: Self.fewestSteps)
    let scale = targetStandardization.scale
    for steps in Self.furtherSteps {
      let rough = candidates.indices.filter { abs(result[$0].gap) > 2e-4 * scale }
      guard !rough.isEmpty else { break }
      let better = try integrate(rough.map { candidates[$0] }, rows, steps: steps)
      for (place, value) in zip(rough, better) { result[place] = value }
    }
    return result
  }

  private static let fewestSteps = 32
  private static let furtherSteps = [128, 512, 2048]

  private func integrate(
    _ candidates: [Candidate], _ rows: [Element: Int], steps: Int
  ) throws -> [PathContributions] {
    let raw = try Self.variableMatrix(candidates, expected: inputStandardization.width)
    let path = ElementPath(
      compositions: CompositionBatch(candidates.map(\.composition)),
      variables: inputStandardization(raw), steps: steps)
    var result = candidates.map { candidate in
      PathContributions(
        start: 0, end: 0, elements: candidate.composition.elements.map { _ in 0 },
        variables: inputStandardization.columns.map { _ in 0 })
    }
    for member in members {
      for (place, part) in try contributions(of: member, path, rows).enumerated() {
        result[place].add(part, weight: 1 / Double(members.count))
      }
    }
    return result
  }

  private func contributions(
    of member: DeepEnsembleMember, _ path: ElementPath, _ rows: [Element: Int]
  ) throws -> [PathContributions] {
    let table = try member.encoder.elementTable()
    let width = table.shape[1]
    let values = try table.floats()
    let mean = ElementPath.mean(values, width: width, rows: rows)
    let inside = try answer(member, path, table: values, mean: mean, isOnEnds: false)
    let ends = try answer(member, path, table: values, mean: mean, isOnEnds: true)
    var result: [PathContributions] = []
    var node = 0
    for item in 0..<path.compositions.count {
      let count = path.elementCount(item)
      let places = node..<node + count
      node += count
      result.append(
        PathContributions(
          start: ends.values[2 * item], end: ends.values[2 * item + 1],
          elements: places.map { inside.elements[$0] },
          variables: (0..<path.variables.columns).map {
            inside.variables[item * path.variables.columns + $0]
          }))
    }
    return result
  }

  private struct PathAnswer {
    /// `[items, steps]`.
    var values: [Double]
    /// `[elements of all items]` and `[items, variables]`, integrated.
    var elements: [Double] = []
    var variables: [Double] = []
  }

  private func answer(
    _ member: DeepEnsembleMember, _ path: ElementPath, table: [Float], mean: [Float],
    isOnEnds: Bool
  ) throws -> PathAnswer {
    let points = isOnEnds ? [0, 1] : path.midpoints
    let input = path.rows(table, mean: mean, at: points)
    let rows = try Tensor(input, shape: [input.count / mean.count, mean.count])
    let columns = path.variables.columns
    let variables =
      columns == 0
      ? nil
      : try Tensor(
        path.variables(at: points), shape: [path.compositions.count * points.count, columns])
    if !isOnEnds {
      try rows.setRequiresGradient()
      try variables?.setRequiresGradient()
    }
    let batch = try PackedCompositions(path.batch(repeated: points.count)).withOwnRows()
    let encoded = try member.encoder.encode(batch, table: rows)
    let (raw, _) = try member.answer(
      try encoded.subtracting(member.center).divided(by: member.spread), variables)
    let output =
      configuration.isBinary
      ? try raw.sigmoid()
      : try raw.scaled(by: targetStandardization.scale, plus: targetStandardization.mean)
    var answer = PathAnswer(values: try output.doubles())
    guard !isOnEnds else { return answer }
    try output.sum().backward()
    if let slopes = try rows.gradient() {
      answer.elements = path.integrated(try slopes.floats(), table: table, mean: mean)
    }
    if let slopes = try variables?.gradient() {
      answer.variables = path.integrated(variableSlopes: try slopes.floats())
    }
    return answer
  }
}

extension PathContributions {
  fileprivate mutating func add(_ other: PathContributions, weight: Double) {
    start += weight * other.start
    end += weight * other.end
    for place in elements.indices { elements[place] += weight * other.elements[place] }
    for place in variables.indices { variables[place] += weight * other.variables[place] }
  }
}

/// The straight ways from an average element to the elements of some compositions.
private struct ElementPath {
  let compositions: CompositionBatch
  /// `[items, columns]`, standardized: 0 is the training mean.
  let variables: Matrix
  let steps: Int

  var midpoints: [Float] { (0..<steps).map { (Float($0) + 0.5) / Float(steps) } }

  func elementCount(_ item: Int) -> Int {
    Int(compositions.offsets[item + 1] - compositions.offsets[item])
  }

  private func elements(_ item: Int) -> Range<Int> {
    Int(compositions.offsets[item])..<Int(compositions.offsets[item + 1])
  }

  /// The mean row of the table over the training rows that hold each element.
  static func mean(_ table: [Float], width: Int, rows: [Element: Int]) -> [Float] {
    var sums = [Double](repeating: 0, count: width)
    var total = 0.0
    for (element, count) in rows.sorted(by: { $0.key < $1.key }) {
      let start = (element.atomicNumber - 1) * width
      for column in 0..<width { sums[column] += Double(count) * Double(table[start + column]) }
      total += Double(count)
    }
    return sums.map { Float($0 / max(total, 1)) }
  }

  /// Each composition as often as there are points.
  func batch(repeated count: Int) -> CompositionBatch {
    compositions.selecting(
      (0..<compositions.count).flatMap { item in [Int](repeating: item, count: count) })
  }

  /// `[items, points, elements, width]`.
  func rows(_ table: [Float], mean: [Float], at points: [Float]) -> [Float] {
    var result: [Float] = []
    for item in 0..<compositions.count {
      for point in points {
        for node in elements(item) {
          let start = (Int(compositions.atomicNumbers[node]) - 1) * mean.count
          for column in mean.indices {
            result.append(mean[column] + point * (table[start + column] - mean[column]))
          }
        }
      }
    }
    return result
  }

  /// `[items, points, columns]`.
  func variables(at points: [Float]) -> [Float] {
    (0..<compositions.count).flatMap { item in
      points.flatMap { point in variables.row(item).map { point * Float($0) } }
    }
  }

  /// The integral of each element: slopes along the way, times the way.
  func integrated(_ slopes: [Float], table: [Float], mean: [Float]) -> [Double] {
    let width = mean.count
    var result = [Double](repeating: 0, count: compositions.atomicNumbers.count)
    var place = 0
    for item in 0..<compositions.count {
      for _ in 0..<steps {
        for node in elements(item) {
          let start = (Int(compositions.atomicNumbers[node]) - 1) * width
          for column in 0..<width {
            let way = table[start + column] - mean[column]
            result[node] += Double(slopes[place + column]) * Double(way)
          }
          place += width
        }
      }
    }
    return result.map { $0 / Double(steps) }
  }

  func integrated(variableSlopes slopes: [Float]) -> [Double] {
    let columns = variables.columns
    return variables.elements.enumerated().map { place, value in
      let (item, column) = (place / columns, place % columns)
      let sum = (0..<steps).reduce(0.0) { sum, step in
        sum + Double(slopes[(item * steps + step) * columns + column])
      }
      return value * sum / Double(steps)
    }
  }
}
