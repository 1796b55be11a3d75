import DenseMath

/// A covariance with points made ready for it.
struct PreparedCovariance: Sendable {
  indirect enum Node: Sendable {
    /// With the place of its first parameter, and the warp whose output it reads.
    case leaf(any CovarianceLeaf, LeafPoints, first: Int, warp: Int?)

    /// With the place of the logarithm of the factor.
    case scaled(Node, Double, place: Int)
    case sum([Node])
    case product([Node])
  }

  struct Warp: Sendable {
    let warp: InputWarp

    /// Before the warp.
    let points: Matrix
    let first: Int
    let outer: Int?
  }

  let root: Node
  let count: Int
  let width: Int
  let parameters: Int

  /// Inner ones after those around them.
  let warps: [Warp]

  /// - Parameter points: `[n, d]`.
  init(_ covariance: Covariance, _ points: Matrix) {
    precondition(
      (covariance.columns.last ?? -1) < points.columns,
      "column \(covariance.columns.last ?? 0) of points with \(points.columns) columns")
    var builder = Builder()
    root = builder.node(covariance, points, warp: nil)
    warps = builder.warps
    parameters = builder.next
    count = points.rows
    width = points.columns
  }

  private struct Builder {
    var next = 0
    var warps: [Warp] = []

    mutating func node(_ covariance: Covariance, _ points: Matrix, warp: Int?) -> Node {
      switch covariance {
      case .scaled(let inner, let variance):
        let child = node(inner, points, warp: warp)
        next += 1
        return .scaled(child, variance, place: next - 1)
      case .warped(let inner, let stretch):
        let own = warps.count
        warps.append(
          Warp(warp: stretch, points: points, first: next + inner.parameterCount, outer: warp))
        let child = node(inner, stretch(points), warp: own)
        next += 2 * stretch.columns.count
        return child
      case .sum(let parts): return .sum(parts.map { node($0, points, warp: warp) })
      case .product(let parts): return .product(parts.map { node($0, points, warp: warp) })
      default:
        guard let leaf = covariance.leaf else { return .sum([]) }
        let first = next
        next += leaf.parameters.count
        return .leaf(leaf, leaf.prepared(points), first: first, warp: warp)
      }
    }
  }

  /// `k(x, x)` of each point.
  var variances: [Double] { variances(root) }

  private func variances(_ node: Node) -> [Double] {
    switch node {
    case .leaf(let leaf, let points, _, _): leaf.variances(points)
    case .scaled(let inner, let factor, _): variances(inner).map { factor * $0 }
    case .sum(let parts):
      parts.reduce(into: [Double](repeating: 0, count: count)) { sums, part in
        for (place, value) in variances(part).enumerated() { sums[place] += value }
      }
    case .product(let parts):
      parts.reduce(into: [Double](repeating: 1, count: count)) { products, part in
        for (place, value) in variances(part).enumerated() { products[place] *= value }
      }
    }
  }

  /// The points as a stationary covariance of all columns, and nothing else, reads them.
  var allScaledColumns: ScaledPoints? {
    guard warps.isEmpty, case .scaled(.leaf(let leaf, let points, _, _), _, _) = root,
      leaf is StationaryCovariance, leaf.columns == Array(0..<width)
    else { return nil }
    return points.scaled
  }

  /// Covariances of other points with these: `[m, n]`.
  func values(of queries: PreparedCovariance) -> Matrix {
    var result = Matrix(rows: queries.count, columns: count)
    result.elements.withUnsafeMutableBufferPointer { all in
      for row in 0..<queries.count {
        fill(
          row, of: queries,
          UnsafeMutableBufferPointer(rebasing: all[row * count..<(row + 1) * count]))
      }
    }
    return result
  }

  /// Covariances of the points with each other below and on the diagonal, 0 above: `[n, n]`.
  var lowerTriangle: Matrix {
    var result = Matrix(rows: count, columns: count)
    result.elements.withUnsafeMutableBufferPointer { all in
      for row in 0..<count {
        fill(
          row, of: self,
          UnsafeMutableBufferPointer(rebasing: all[row * count..<row * count + row + 1]))
      }
    }
    return result
  }

  /// Writes the covariances of a point of `queries` with the first `values.count` of these.
  func fill(
    _ row: Int, of queries: PreparedCovariance, _ values: UnsafeMutableBufferPointer<Double>
  ) {
    Self.fill(row, queries.root, root, values)
  }

  /// The covariance of a point of `queries` with the same point of these.
  func value(_ row: Int, with queries: PreparedCovariance) -> Double {
    withScratch(row + 1) { values in
      fill(row, of: queries, values)
      return values[row]
    }
  }

  /// - Parameters:
  ///   - queries: Of the same covariance as `points`.
  private static func fill(
    _ row: Int, _ queries: Node, _ points: Node, _ values: UnsafeMutableBufferPointer<Double>
  ) {
    switch (queries, points) {
    case (.leaf(_, let queries, _, _), .leaf(let leaf, let points, _, _)):
      leaf.fill(row, of: queries, to: points, values)
    case (.scaled(let queries, _, _), .scaled(let points, let factor, _)):
      fill(row, queries, points, values)
      for place in values.indices { values[place] *= factor }
    case (.sum(let queries), .sum(let points)):
      values.update(repeating: 0)
      combine(row, queries, points, values) { $0 += $1 }
    case (.product(let queries), .product(let points)):
      values.update(repeating: 1)
      combine(row, queries, points, values) { $0 *= $1 }
    default: preconditionFailure("points of another covariance")
    }
  }

  private static func combine(
    _ row: Int, _ queries: [Node], _ points: [Node],
    _ values: UnsafeMutableBufferPointer<Double>, _ operation: (inout Double, Double) -> Void
  ) {
    withScratch(values.count) { part in
      for (queries, points) in zip(queries, points) {
        fill(row, queries, points, part)
        for place in values.indices { operation(&values[place], part[place]) }
      }
    }
  }
}

extension PreparedCovariance {
  /// `Σ weights[i, j] ∂k(xᵢ, xⱼ)/∂θ` over `j ≤ i`.
  ///
  /// - Parameter weights: Writes those of a row into a buffer of `row + 1` numbers.
  /// - Returns: One number for each parameter.
  func gradient(
    _ weights: (_ row: Int, _ into: UnsafeMutableBufferPointer<Double>) -> Void
  ) -> [Double] {
    collected(0..<count, weights).gradient
  }

  /// `Σ weights[j] ∂k(xₙ, xⱼ)/∂xₙ`, where the outermost warp is one of no columns.
  ///
  /// - Parameter weights: `[n]`.
  /// - Returns: One number for each column.
  func slopesByLastPoint(weights: [Double]) -> [Double] {
    let inputs = collected(count - 1..<count) { _, own in
      for place in own.indices { own[place] = weights[place] }
    }.inputs
    return (0..<width).map { inputs[$0 * count + count - 1] }
  }

  /// - Returns: Derivatives by the parameters, and by the points before the outermost warp: `[width, n]`.
  private func collected(
    _ rows: Range<Int>, _ weights: (_ row: Int, _ into: UnsafeMutableBufferPointer<Double>) -> Void
  ) -> (gradient: [Double], inputs: [Double]) {
    var result = [Double](repeating: 0, count: parameters)
    var inputs = [Double](repeating: 0, count: warps.count * width * count)
    result.withUnsafeMutableBufferPointer { result in
      inputs.withUnsafeMutableBufferPointer { inputs in
        let sink = Sink(parameters: result, inputs: inputs.baseAddress, size: width * count)
        for row in rows {
          withScratch(row + 1) { own in
            weights(row, own)
            _ = Self.addSlopes(row, root, UnsafeBufferPointer(own), to: sink)
          }
        }
      }
      unwarp(&inputs, to: result)
    }
    return (result, inputs)
  }

  /// Where derivatives are collected.
  private struct Sink {
    let parameters: UnsafeMutableBufferPointer<Double>

    /// `[warps, width, n]`.
    let inputs: UnsafeMutablePointer<Double>?
    let size: Int
  }

  /// - Returns: The sum of weights times values.
  private static func addSlopes(
    _ row: Int, _ node: Node, _ weights: UnsafeBufferPointer<Double>, to sink: Sink
  ) -> Double {
    switch node {
    case .leaf(let leaf, let points, let first, let warp):
      let own = UnsafeMutableBufferPointer(
        rebasing: sink.parameters[first..<first + leaf.parameters.count])
      let inputs = warp.flatMap { place in sink.inputs.map { $0 + place * sink.size } }
      return leaf.addSlopes(row, points, weights: weights, to: own, inputs: inputs)
    case .scaled(let inner, let factor, let place):
      return withScratch(weights.count) { scaled in
        for place in scaled.indices { scaled[place] = factor * weights[place] }
        let sum = addSlopes(row, inner, UnsafeBufferPointer(scaled), to: sink)
        sink.parameters[place] += sum
        return sum
      }
    case .sum(let parts):
      return parts.reduce(0) { $0 + addSlopes(row, $1, weights, to: sink) }
    case .product(let parts):
      guard !parts.isEmpty else { return weights.reduce(0, +) }
      var sum = 0.0
      for place in parts.indices {
        sum = withScratch(weights.count) { others in
          for (index, weight) in weights.enumerated() { others[index] = weight }
          withScratch(weights.count) { value in
            for (other, part) in parts.enumerated() where other != place {
              fill(row, part, part, value)
              for index in others.indices { others[index] *= value[index] }
            }
          }
          return addSlopes(row, parts[place], UnsafeBufferPointer(others), to: sink)
        }
      }
      return sum
    }
  }

  private func unwarp(
    _ inputs: inout [Double], to result: UnsafeMutableBufferPointer<Double>
  ) {
    let size = width * count
    for place in warps.indices.reversed() {
      let warp = warps[place]
      var slopes = Array(inputs[place * size..<(place + 1) * size])
      let last = warp.first + 2 * warp.warp.columns.count
      warp.warp.addSlopes(
        warp.points, &slopes, to: UnsafeMutableBufferPointer(rebasing: result[warp.first..<last]))
      // Of a warp that nothing surrounds, what is left stands for the points themselves.
      let outer = warp.outer ?? place
      if outer == place { inputs.replaceSubrange(place * size..<(place + 1) * size, with: slopes) }
      for index in 0..<size where outer != place { inputs[outer * size + index] += slopes[index] }
    }
  }
}
