import DenseMath
import Foundation
import Testing

@testable import Learning

@Suite("Gaussian process on neighbors")
struct NeighborProcessTests {
  /// A smooth function of two of `width` coordinates, with noise of spread 0.1.
  static func data(_ count: Int, width: Int = 3, seed: UInt64) -> (
    inputs: Matrix, targets: [Double]
  ) {
    var generator = SplitMix64(seed: seed)
    let elements = (0..<count * width).map { _ in generator.normal() }
    let inputs = Matrix(rows: count, columns: width, elements: elements)
    let targets = (0..<count).map { row in
      sin(2 * inputs[row, 0]) + 0.5 * inputs[row, 1] + 0.1 * generator.normal()
    }
    return (inputs, targets)
  }

  private static func kernel(_ family: KernelFamily, _ width: Int = 3) -> Kernel {
    Kernel(
      family: family, lengthscales: (0..<width).map { 1.3 + 0.4 * Double($0) }, signalVariance: 1.7)
  }

  @Test("With all rows as neighbors it is the exact process", arguments: KernelFamily.allCases)
  func agreesWithExact(family: KernelFamily) throws {
    let (inputs, targets) = Self.data(60, seed: 1)
    let queries = Self.data(15, seed: 2).inputs
    let factors = (0..<60).map { 0.5 + Double($0 % 3) }
    let known = (0..<60).map { 0.01 * Double($0 % 5) }
    let exact = GaussianProcess(
      kernel: Self.kernel(family), noiseVariance: 0.02, knownNoiseVariances: known,
      noiseFactors: factors, inputs: inputs, targets: targets)
    let local = NeighborProcess(
      kernel: Self.kernel(family), noiseVariance: 0.02, knownNoiseVariances: known,
      noiseFactors: factors, inputs: inputs, targets: targets, neighbors: 60)
    let (a, b) = (exact.predict(queries), try local.predict(queries))
    for row in 0..<15 {
      #expect(abs(a.mean[row] - b.mean[row]) < 1e-8)
      #expect(abs(a.variance[row] - b.variance[row]) < 1e-8)
    }
  }

  @Test("On 2,000 rows 128 neighbors are near the exact process, never more certain than it")
  func isNearExact() throws {
    let (inputs, targets) = Self.data(2000, seed: 3)
    let queries = Self.data(40, seed: 4).inputs
    let exact = GaussianProcess(
      kernel: Self.kernel(.matern52), noiseVariance: 0.01, inputs: inputs, targets: targets)
    let local = NeighborProcess(
      kernel: Self.kernel(.matern52), noiseVariance: 0.01, inputs: inputs, targets: targets,
      neighbors: 128)
    let (a, b) = (exact.predict(queries), try local.predict(queries))
    #expect(b == (try local.predict(queries, threads: 2)))
    let apart = zip(a.mean, b.mean).map { abs($0 - $1) }
    // The targets have a spread of 0.9.
    #expect(Statistics.mean(apart) < 0.01)
    for row in 0..<40 { #expect(b.variance[row] > a.variance[row] - 1e-9) }
  }

  @Test("Finds the nearest rows", arguments: [true, false])
  func findsNearest(isCityBlock: Bool) {
    let inputs = Self.data(700, width: 5, seed: 5).inputs
    let search = NeighborSearch(
      inputs, factors: [1, 1, 2, 1, 0.5], isCityBlock: isCityBlock, threads: 2)
    let again = NeighborSearch(
      inputs, factors: [1, 1, 2, 1, 0.5], isCityBlock: isCityBlock, cells: search.cells, threads: 1)
    let scales = [1, 1, 2, 1, 0.5]
    let queries = Self.data(20, width: 5, seed: 6).inputs
    for query in 0..<20 {
      let point = zip(queries.row(query), scales).map { $0 * $1 }
      func distance(_ row: Int) -> Double {
        zip(zip(inputs.row(row), scales).map { $0 * $1 }, point).reduce(0) {
          let difference = abs($1.0 - $1.1)
          return $0 + (isCityBlock ? difference : difference * difference)
        }
      }
      let expected = (0..<700).sorted { distance($0) < distance($1) }.prefix(12).sorted()
      #expect(search.nearest(12, to: point) == expected)
      #expect(again.nearest(12, to: point) == expected)
      let ranks = Array((0..<700).reversed())
      let before = (0..<700).filter { ranks[$0] < 90 }.sorted { distance($0) < distance($1) }
      #expect(
        search.nearest(12, to: point, before: .init(ranks: ranks, below: 90))
          == before.prefix(12).sorted())
    }
  }

  @Test("Equal rows are no obstacle, even without noise")
  func equalRows() throws {
    let inputs = Matrix(rows: 50, columns: 1, elements: (0..<50).map { Double($0 / 25) })
    let local = NeighborProcess(
      kernel: Kernel(family: .rbf, lengthscales: [1], signalVariance: 1), noiseVariance: 0,
      inputs: inputs, targets: (0..<50).map { Double($0 / 25) }, neighbors: 20)
    let found = try local.predict(Matrix(rows: 2, columns: 1, elements: [0, 100]))
    #expect(abs(found.mean[0]) < 1e-3 && found.variance[0] < 1e-3)
    #expect(abs(found.mean[1]) < 1e-9 && abs(found.variance[1] - 1) < 1e-9)
  }

  @Test(
    "Gradients agree with differences", arguments: [KernelFamily.matern52, .laplace], [true, false])
  func gradients(family: KernelFamily, hasOwnNoise: Bool) {
    let (inputs, targets) = Self.data(30, seed: 7)
    let groups = [0, 1, 1]
    let terms = (20..<30).map { row in
      let neighbors = Array(row % 3..<row - 8)
      return NeighborEvidence.Term(
        inputs, neighbors: neighbors, own: Array(inputs.row(row)), groups: groups,
        isCityBlock: family.isCityBlock, targets: (neighbors + [row]).map { targets[$0] },
        noiseFactors: (neighbors + [row]).map { 0.5 + 0.1 * Double($0) }, knownNoiseVariances: [])
    }
    let evidence = NeighborEvidence(family: family, terms: terms, hasOwnNoise: hasOwnNoise)
    let point = [0.2, 0.6, -0.3, log(0.05)] + (hasOwnNoise ? [log(0.01)] : [])
    var gradient: [Double] = []
    _ = evidence.value(point, gradient: &gradient)
    for place in point.indices {
      var unused: [Double] = []
      var (up, down) = (point, point)
      up[place] += 1e-5
      down[place] -= 1e-5
      let slope =
        (evidence.value(up, gradient: &unused) - evidence.value(down, gradient: &unused)) / 2e-5
      #expect(abs(slope - gradient[place]) < 1e-5 * max(1, abs(slope)))
    }
  }

  @Test("Terms that are conditioned on all earlier rows sum to the exact likelihood")
  func sumsToLikelihood() throws {
    let (inputs, targets) = Self.data(40, seed: 8)
    let terms = (0..<40).map { row in
      NeighborEvidence.Term(
        inputs, neighbors: Array(0..<row), own: Array(inputs.row(row)), groups: [0, 0, 0],
        isCityBlock: false, targets: Array(targets[0...row]), noiseFactors: [],
        knownNoiseVariances: [])
    }
    var gradient: [Double] = []
    let value = NeighborEvidence(family: .matern52, terms: terms, hasOwnNoise: false).value(
      [log(1.5), log(0.8), log(0.03)], gradient: &gradient)
    let exact = GaussianProcess(
      kernel: Kernel(family: .matern52, lengthscales: [1.5, 1.5, 1.5], signalVariance: 0.8),
      noiseVariance: 0.03, inputs: inputs, targets: targets)
    #expect(abs(value - exact.logMarginalLikelihood) < 1e-8 * abs(value))
    var slopes: [Double] = []
    _ = GaussianProcessEvidence(
      family: .matern52, sharesLengthscale: true, inputs: inputs, targets: targets
    ).value([log(1.5), log(0.8), log(0.03)], gradient: &slopes)
    for (a, b) in zip(gradient, slopes) { #expect(abs(a - b) < 1e-7 * max(1, abs(b))) }
  }

  @Test("Draws scatter as the predicted variances say")
  func draws() throws {
    let (inputs, targets) = Self.data(200, seed: 9)
    let local = NeighborProcess(
      kernel: Self.kernel(.matern52), noiseVariance: 0.01, inputs: inputs, targets: targets,
      neighbors: 30)
    let queries = Matrix(rows: 2, columns: 3, elements: [0, 0, 0, 4, -4, 4])
    let (mean, variance) = try local.predict(queries)
    var generator = SplitMix64(seed: 10)
    let draws = (0..<60).map { _ in local.sample(queries, using: &generator) }
    for row in 0..<2 {
      let own = draws.map { $0[row] }
      #expect(abs(Statistics.mean(own) - mean[row]) < 0.5 * variance[row].squareRoot() + 0.05)
      let ratio = Statistics.standardDeviation(own) / variance[row].squareRoot()
      #expect(ratio > 0.6 && ratio < 1.5)
    }
  }
}
