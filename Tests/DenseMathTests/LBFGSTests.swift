import DenseMath
import Foundation
import Testing

@Suite("L-BFGS")
struct LBFGSTests {
  /// Rosenbrock's function in `n` dimensions; its minimum is 0 at (1, …, 1).
  private func rosenbrock(_ x: [Double], _ gradient: inout [Double]) -> Double {
    gradient = [Double](repeating: 0, count: x.count)
    var value = 0.0
    for k in 0..<x.count - 1 {
      let (a, b) = (x[k + 1] - x[k] * x[k], 1 - x[k])
      value += 100 * a * a + b * b
      gradient[k] += -400 * a * x[k] - 2 * b
      gradient[k + 1] += 200 * a
    }
    return value
  }

  @Test("Finds the minimum of Rosenbrock's valley", arguments: [2, 5, 20])
  func valley(dimension: Int) {
    var settings = LBFGS()
    settings.maximumIterations = 1000
    settings.functionTolerance = 0
    let start = (0..<dimension).map { $0 % 2 == 0 ? -1.2 : 1.0 }
    let result = settings.minimize(from: start, rosenbrock)
    #expect(result.converged)
    #expect(result.point.allSatisfy { abs($0 - 1) < 1e-5 })
    #expect(result.evaluations < 60 * dimension)
  }

  @Test("Stops on the bounds that hold")
  func bounded() {
    // Σ (x − c)² over a box: the nearest point of the box.
    let center = [3.0, -2, 0.5]
    let result = LBFGS().minimize(
      from: [9, 9, 9], bounds: [0...1, -1...4, 0...1]
    ) { x, gradient in
      gradient = zip(x, center).map { 2 * ($0 - $1) }
      return zip(x, center).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    #expect(zip(result.point, [1, -1, 0.5]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test("Bounded Rosenbrock agrees with SciPy 1.17.1 L-BFGS-B")
  func boundedValley() {
    // scipy.optimize.minimize(rosen, [-1.2, 1], jac=rosen_der, bounds=[(-2, 0.5), (-2, 2)]):
    // x = (0.5, 0.25), f = 0.25.
    let result = LBFGS().minimize(from: [-1.2, 1], bounds: [-2...0.5, -2...2], rosenbrock)
    #expect(abs(result.point[0] - 0.5) < 1e-9)
    #expect(abs(result.point[1] - 0.25) < 1e-6)
    #expect(abs(result.value - 0.25) < 1e-9)
  }

  @Test("Goes back from points where the function is not finite")
  func barrier() {
    // x − log x, infinite for x ≤ 0; minimum 1 at 1.
    let result = LBFGS().minimize(from: [8]) { x, gradient in
      gradient = [1 - 1 / x[0]]
      return x[0] > 0 ? x[0] - log(x[0]) : .infinity
    }
    #expect(abs(result.point[0] - 1) < 1e-4)
  }
}
