import DenseMath
import Matter
import Representations
import Torch

/// What integrated gradients say of one candidate, in the unit of the target.
struct PathContributions: Sendable {
  /// The prediction with an average element in each place and variables at their training means.
  var start: Double
  var end: Double

  /// One for each element of the composition, in its order, then one for each variable that the
  /// networks see. They sum to `end − start`.
  var values: [Double]
}

extension DeepEnsemble {
  /// The gradient of the mean, integrated from an average element to the elements of a candidate.
  ///
  /// Sundararajan, Taly and Yan, arXiv:1703.01365, equation 1: the path leads straight from the mean
  /// row of the element table to each element's own row, amounts kept, and from the mean of each
  /// variable to its value; an element has the sum over its row. The networks bend so often on the
  /// way that sums of gradients converge slowly; each step is therefore taken by differences, the
  /// elements moving one after the other, in their order and in reverse. Contributions so sum to the
  /// difference of the ends whatever the number of steps, and tend to the integral of the gradient.
  ///
  /// - Parameter rows: How many training rows hold each element: weights of the mean.
  func integratedGradients(
    _ candidates: [Candidate], elementRows rows: [Element: Int],
    steps: Int = 32
  ) throws -> [PathContributions] {
    let raw = try Self.variableMatrix(candidates, expected: inputStandardization.width)
    let variables = inputStandardization(raw)
    var result: [PathContributions] = []
    for (place, candidate) in candidates.enumerated() {
      let path = ElementPath(
        CompositionBatch([candidate.composition]),
        variables: variables.row(place).map { Float($0) },
        steps: steps)
      var sum = PathContributions(
        start: 0, end: 0, values: [Double](repeating: 0, count: path.players))
      for member in members {
        sum.add(try contributions(of: member, path, rows), weight: 1 / Double(members.count))
      }
      result.append(sum)
    }
    return result
  }

  private func contributions(
    of member: DeepEnsembleMember, _ path: ElementPath, _ rows: [Element: Int]
  ) throws -> PathContributions {
    guard case .compositions(let encoder) = member.encoder.kind else {
      preconditionFailure("paths lead between compositions")
    }
    return try noGrad {
      let table = try encoder.elementTable()
      let (values, width) = (try table.floats(), table.shape[1])
      let mean = ElementPath.mean(values, width: width, rows: rows)
      let nodes = path.rows(values, mean: mean)
      let variables =
        path.variables.isEmpty
        ? nil
        : try Tensor(path.variableRows, shape: [path.points.count, path.variables.count])
      let batch = try PackedCompositions(path.batch).withOwnRows()
      let encoded = try encoder.encode(
        batch, table: try Tensor(nodes, shape: [nodes.count / width, width]))
      let (raw, _) = try member.answer(
        try encoded.subtracting(member.center).divided(by: member.spread), variables,
        .compositions(batch))
      let output =
        configuration.isBinary
        ? try raw.sigmoid().doubles()
        : try raw.doubles().map { targetStandardization.mean + targetStandardization.scale * $0 }
      return path.contributions(output)
    }
  }
}

extension PathContributions {
  fileprivate mutating func add(_ other: PathContributions, weight: Double) {
    start += weight * other.start
    end += weight * other.end
    for place in values.indices { values[place] += weight * other.values[place] }
  }
}

/// The way from an average element to the elements of one composition, in small moves.
private struct ElementPath {
  let composition: CompositionBatch
  /// Standardized: 0 is the training mean.
  let variables: [Float]

  /// How far each element, then each variable, has come: 0 to 1. First forth in order, then forth in
  /// reverse order.
  private(set) var points: [[Float]] = []

  /// Who moved to each point; `nil` at a start.
  private var movers: [Int?] = []

  private var elements: Int { composition.atomicNumbers.count }
  var players: Int { elements + variables.count }

  init(_ composition: CompositionBatch, variables: [Float], steps: Int) {
    self.composition = composition
    self.variables = variables
    for order in [Array(0..<players), Array((0..<players).reversed())] {
      var point = [Float](repeating: 0, count: players)
      points.append(point)
      movers.append(nil)
      for step in 1...steps {
        for player in order {
          point[player] = Float(step) / Float(steps)
          points.append(point)
          movers.append(player)
        }
      }
    }
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

  /// The composition once for each point.
  var batch: CompositionBatch {
    composition.selecting([Int](repeating: 0, count: points.count))
  }

  /// `[points, elements, width]`.
  func rows(_ table: [Float], mean: [Float]) -> [Float] {
    let width = mean.count
    var result = [Float](repeating: 0, count: points.count * elements * width)
    var place = 0
    for point in points {
      for (node, number) in composition.atomicNumbers.enumerated() {
        let start = (Int(number) - 1) * width
        for column in 0..<width {
          // Exact at both ends.
          result[place + column] =
            (1 - point[node]) * mean[column] + point[node] * table[start + column]
        }
        place += width
      }
    }
    return result
  }

  /// `[points, variables]`.
  var variableRows: [Float] {
    points.flatMap { point in variables.indices.map { point[elements + $0] * variables[$0] } }
  }

  /// - Parameter output: Of the network at each point.
  func contributions(_ output: [Double]) -> PathContributions {
    var values = [Double](repeating: 0, count: players)
    for (place, mover) in movers.enumerated() {
      if let mover { values[mover] += 0.5 * (output[place] - output[place - 1]) }
    }
    // No player, no move: a material has at least one element.
    return PathContributions(
      start: output.first ?? 0, end: output.last ?? 0, values: values)
  }
}
