/// The last steps of a minimization and the quasi-Newton direction that they imply.
struct LimitedMemory {
  private let depth: Int
  private var steps: [[Double]] = []
  private var changes: [[Double]] = []
  private var curvatures: [Double] = []

  init(depth: Int) { self.depth = depth }

  var isEmpty: Bool { steps.isEmpty }

  mutating func reset() {
    steps.removeAll()
    changes.removeAll()
    curvatures.removeAll()
  }

  /// Keeps a step and the change of the gradient along it, if the curvature is positive.
  mutating func remember(
    _ old: [Double], _ new: [Double], _ oldGradient: [Double], _ newGradient: [Double]
  ) {
    var step = new
    var change = newGradient
    var (curvature, stepSquare, changeSquare) = (0.0, 0.0, 0.0)
    for k in 0..<step.count {
      step[k] -= old[k]
      change[k] -= oldGradient[k]
      curvature += step[k] * change[k]
      stepSquare += step[k] * step[k]
      changeSquare += change[k] * change[k]
    }
    guard curvature > 1e-8 * (stepSquare * changeSquare).squareRoot() else { return }
    if steps.count == depth {
      steps.removeFirst()
      changes.removeFirst()
      curvatures.removeFirst()
    }
    steps.append(step)
    changes.append(change)
    curvatures.append(curvature)
  }

  /// Minus the approximate inverse Hessian times the gradient, by the two-loop recursion.
  func direction(_ gradient: [Double], stiffness: Double) -> [Double] {
    var q = gradient
    var weights = [Double](repeating: 0, count: steps.count)
    for m in steps.indices.reversed() {
      let weight = Self.product(steps[m], q) / curvatures[m]
      weights[m] = weight
      Self.add(-weight, changes[m], to: &q)
    }
    var scale = 1 / stiffness
    if let change = changes.last, let curvature = curvatures.last {
      scale = curvature / Self.product(change, change)
    }
    for k in q.indices { q[k] *= scale }
    for m in steps.indices {
      let correction = weights[m] - Self.product(changes[m], q) / curvatures[m]
      Self.add(correction, steps[m], to: &q)
    }
    for k in q.indices { q[k] = -q[k] }
    return q
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for k in 0..<a.count { sum += a[k] * b[k] }
    return sum
  }

  private static func add(_ scale: Double, _ a: [Double], to b: inout [Double]) {
    for k in 0..<a.count { b[k] += scale * a[k] }
  }
}
