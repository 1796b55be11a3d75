import DenseMath
import Foundation
import Learning
import Testing

@testable import Discovery

@Suite("Batches")
struct BatchTests {
  @Test("The joint value agrees with BoTorch 0.18.1 and its gradient with differences")
  func jointValue() throws {
    let covariance = Matrix(
      rows: 3, columns: 3, elements: [1, 0.5, 0.2, 0.5, 2, 0.3, 0.2, 0.3, 0.7])
    let means = [0.1, 0.3, 0.2]
    let improvement = JointLogImprovement(candidates: 3, samples: 4096)
    let value = try improvement.value(means: means, covariance: covariance, best: 0.4)
    // qLogExpectedImprovement with 8192 Sobol draws, mean of 8 seeds.
    #expect(abs(value + 0.29700) < 2e-3)
    let coarse = JointLogImprovement(candidates: 3, samples: 64)
    let slope = try coarse.slope(means: means, covariance: covariance, best: 0.4)
    func at(_ change: (inout [Double], inout Matrix) -> Void) throws -> Double {
      var (means, covariance) = (means, covariance)
      change(&means, &covariance)
      return try coarse.value(means: means, covariance: covariance, best: 0.4)
    }
    let step = 1e-6
    for place in 0..<3 {
      let difference =
        try
        (at {
          $0[place] += step
          _ = $1
        }
        - at {
          $0[place] -= step
          _ = $1
        }) / (2 * step)
      #expect(abs(slope.means[place] - difference) < 1e-6)
      for other in 0...place {
        func moved(_ amount: Double) throws -> Double {
          try at {
            _ = $0
            $1[place, other] += amount
            if place != other { $1[other, place] += amount }
          }
        }
        let difference = try (moved(step) - moved(-step)) / (2 * step)
        let both = place == other ? 1.0 : 2
        #expect(abs(both * slope.covariance[place, other] - difference) < 1e-6)
      }
    }
  }

  @Test(
    "Gradients by the points of a box agree with differences",
    arguments: [
      KernelFamily.rbf, .matern32, .matern52,
    ])
  func pointGradient(_ family: KernelFamily) throws {
    var generator = SplitMix64(seed: 4)
    let inputs = Matrix(rows: 12, columns: 3, elements: (0..<36).map { _ in generator.uniform() })
    let process = GaussianProcess(
      kernel: Kernel(family: family, lengthscales: [0.5, 0.3, 0.8], signalVariance: 1.3),
      noiseVariance: 1e-3, inputs: inputs, targets: (0..<12).map { _ in generator.normal() })
    let differentiable = try DifferentiableProcess(process)
    let points = (0..<6).map { _ in generator.uniform() }
    let posterior = differentiable.posterior(points)
    let (means, covariance) = process.posterior(Matrix(rows: 2, columns: 3, elements: points))
    #expect(zip(posterior.means, means).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(
      zip(posterior.covariance.elements, covariance.elements).allSatisfy { abs($0 - $1) < 1e-9 })
    let weights = [0.7, -0.4]
    let pairs = Matrix(rows: 2, columns: 2, elements: [0.3, 0.2, 0.2, -0.5])
    func value(_ points: [Double]) -> Double {
      let posterior = differentiable.posterior(points)
      return zip(weights, posterior.means).reduce(0) { $0 + $1.0 * $1.1 }
        + zip(pairs.elements, posterior.covariance.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let gradient = differentiable.gradient(posterior, means: weights, covariances: pairs)
    for place in points.indices {
      var (up, down) = (points, points)
      up[place] += 1e-5
      down[place] -= 1e-5
      #expect(abs(gradient[place] - (value(up) - value(down)) / 2e-5) < 1e-6)
    }
  }

  @Test("The joint value as its last member moves is the joint value of all", arguments: [0, 1, 3])
  func last(_ staying: Int) throws {
    var generator = SplitMix64(seed: 11)
    let inputs = Matrix(rows: 9, columns: 2, elements: (0..<18).map { _ in generator.uniform() })
    let process = try DifferentiableProcess(
      GaussianProcess(
        kernel: Kernel(family: .matern52, lengthscales: [0.6, 0.4], signalVariance: 1.2),
        noiseVariance: 1e-3, inputs: inputs, targets: (0..<9).map { _ in generator.normal() }))
    let improvement = JointLogImprovement(candidates: 4, samples: 128)
    let fixed = process.posterior((0..<2 * staying).map { _ in generator.uniform() })
    let last = try JointLogImprovement.Last(
      improvement, means: fixed.means, covariance: fixed.covariance, best: 0.2)
    let others = (0..<2 * staying).map { fixed.points[$0] * [0.6, 0.4][$0 % 2] }
    let point = [0.35, 0.6]
    let all = process.posterior(others + point)
    let slope = try improvement.slope(
      means: all.means, covariance: all.covariance, best: 0.2)
    let beside = process.beside(fixed, point)[0]
    #expect(abs(last.value(beside) - slope.value) < 1e-9)
    let own = last.slope(beside)
    #expect(abs(own.value - slope.value) < 1e-9)
    let expected = process.gradient(all, means: slope.means, covariances: slope.covariance)
    let gradient = process.gradient(
      beside, fixed, mean: own.mean, variance: own.variance, covariances: own.covariances)
    for (one, other) in zip(gradient, expected.suffix(2)) {
      #expect(abs(one - other) < 1e-7 * max(abs(other), 1))
    }
  }

  @Test("Low targets are high ones of the negated process")
  func minimizing() throws {
    var generator = SplitMix64(seed: 12)
    let inputs = Matrix(rows: 15, columns: 2, elements: (0..<30).map { _ in generator.uniform() })
    let targets = (0..<15).map { sin(4 * inputs[$0, 0]) + inputs[$0, 1] }
    func search(_ sign: Double) -> JointBoxSearch {
      JointBoxSearch(
        GaussianProcess(
          kernel: Kernel(family: .rbf, lengthscales: [0.4, 0.6], signalVariance: 1),
          noiseVariance: 1e-4, inputs: inputs, targets: targets.map { sign * $0 }),
        bounds: [0...1, 0...1])
    }
    var low = search(1)
    low.minimizes = true
    let best = -(targets.min() ?? 0)
    let (found, expected) = try (low.best(2, over: best), search(-1).best(2, over: best))
    #expect(abs(found.value - expected.value) < 1e-9)
    #expect(
      zip(found.points.elements, expected.points.elements).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test("A box search finds batches better than the best of many random ones")
  func box() throws {
    var generator = SplitMix64(seed: 9)
    let inputs = Matrix(rows: 20, columns: 2, elements: (0..<40).map { _ in generator.uniform() })
    let targets = (0..<20).map { row in
      sin(5 * inputs[row, 0]) * cos(4 * inputs[row, 1])
    }
    let process = GaussianProcess(
      kernel: Kernel(family: .matern52, lengthscales: [0.3, 0.3], signalVariance: 1),
      noiseVariance: 1e-4, inputs: inputs, targets: targets)
    var search = JointBoxSearch(process, bounds: [0...1, 0...1])
    search.raw = 64
    search.samples = 128
    let best = targets.max() ?? 0
    let found = try search.best(2, over: best)
    #expect(found.points.elements.allSatisfy { (0...1).contains($0) })
    let judge = JointLogImprovement(candidates: 2, samples: 512, seed: 77)
    func worth(_ points: Matrix) throws -> Double {
      let (means, covariance) = process.posterior(points)
      return try judge.value(means: means, covariance: covariance, best: best)
    }
    let random = try (0..<500).map { _ in
      try worth(Matrix(rows: 2, columns: 2, elements: (0..<4).map { _ in generator.uniform() }))
    }
    #expect(try worth(found.points) > (random.max() ?? 0) - 0.01)
    let again = try search.best(2, over: best)
    #expect(again.points == found.points)
    // With the first batch on its way, the next one goes elsewhere.
    let next = try search.best(1, over: best, pending: found.points)
    let gap = (0..<2).map { row in
      (next.points[0, 0] - found.points[row, 0]).magnitude
        + (next.points[0, 1] - found.points[row, 1]).magnitude
    }.min()
    #expect((gap ?? 0) > 0.03)
  }

  @Test("Greedy choice takes complements, not copies, and sees what is on its way")
  func greedy() {
    // 0 and 1 are the same material; 2 is worse but independent.
    let covariance = Matrix(rows: 3, columns: 3, elements: [1, 1, 0, 1, 1, 0, 0, 0, 1])
    let means = [0.2, 0.19, 0]
    let improvement = JointLogImprovement(candidates: 3)
    #expect(improvement.greedy(2, means: means, covariance: covariance, best: 0.5) == [0, 2])
    let waiting = improvement.greedy(
      1, means: means, covariance: covariance, best: 0.5, pending: [0])
    #expect(waiting == [2])
    let offsets = [-100.0, 0, -100]
    #expect(
      improvement.greedy(1, means: means, covariance: covariance, best: 0.5, offsets: offsets)
        == [1])
    // More than there are.
    #expect(
      improvement.greedy(3, means: means, covariance: covariance, best: 0.5).sorted() == [0, 1, 2])
  }

  @Test("A local penalty is the chance to lie outside the ball without a maximum")
  func penalty() {
    let points = Matrix(rows: 3, columns: 1, elements: [0, 1, 3])
    let penalty = LocalPenalty(points: points, means: [0, 2, 1], maximum: 3)
    // L = 2; Φ((2 · 3 − 3 + 0) / 2) and Φ((2 · 1 − 3) / 2), SciPy 1.17.1 norm.logcdf.
    #expect(abs(penalty.logFactor(2, from: 0, mean: 0, deviation: 2) + 0.06914345561223398) < 1e-14)
    #expect(abs(penalty.logFactor(1, from: 0, mean: 0, deviation: 2) + 1.1759117615936186) < 1e-14)
    #expect(penalty.logFactor(0, from: 0, mean: 0, deviation: 0) == -.infinity)
    #expect(penalty.logFactor(2, from: 0, mean: 0, deviation: 0) == 0)
  }
}
