import DenseMath
import Testing

@testable import Torch

@Suite("Batch normalization")
struct BatchNormTests {
  @Test("Columns leave with mean 0 and variance 1, and the averages run")
  func statistics() throws {
    var generator = SplitMix64(seed: 1)
    let norm = try BatchNorm(width: 3)
    let values = generator.normals(60).map { Float($0 * 2 + 1) }
    let x = try Tensor(values, shape: [20, 3])
    let out = try norm(x, isTraining: true)
    let means = try out.mean(dimension: 0).doubles()
    let squares = try out.squared().mean(dimension: 0).doubles()
    #expect(means.allSatisfy { abs($0) < 1e-6 })
    #expect(squares.allSatisfy { abs($0 - 1) < 1e-4 })
    let mean = try x.mean(dimension: 0).doubles()
    let spread = try x.subtracting(x.mean(dimension: 0)).squared().sum(dimension: 0).doubles()
    for column in 0..<3 {
      #expect(abs(try norm.mean.doubles()[column] - 0.1 * mean[column]) < 1e-6)
      let expected = 0.9 + 0.1 * spread[column] / 19
      #expect(abs(try norm.variance.doubles()[column] - expected) < 1e-5)
    }
  }

  @Test("A weight of k is k equal rows", arguments: [true, false])
  func weights(isTraining: Bool) throws {
    var generator = SplitMix64(seed: 2)
    let values = generator.normals(8).map(Float.init)
    let (first, second) = (try BatchNorm(width: 2), try BatchNorm(width: 2))
    let few = try first(
      try Tensor(values, shape: [4, 2]),
      counts: try Tensor([1, 3, 2, 1] as [Float], shape: [4, 1]), isTraining: isTraining
    ).floats()
    let index = try Tensor([0, 1, 1, 1, 2, 2, 3] as [Int64], shape: [7])
    let many = try second(
      try Tensor(values, shape: [4, 2]).gathered(index), isTraining: isTraining
    ).floats()
    for (row, place) in [0, 1, 4, 6].enumerated() {
      for column in 0..<2 { #expect(abs(few[2 * row + column] - many[2 * place + column]) < 1e-6) }
    }
    for (a, b) in zip(try first.variance.floats(), try second.variance.floats()) {
      #expect(abs(a - b) < 1e-6)
    }
  }

  @Test("No rows, one row and equal rows give numbers")
  func oddities() throws {
    let norm = try BatchNorm(width: 2)
    #expect(try norm(try Tensor.zeros(shape: [0, 2]), isTraining: true).count == 0)
    let one = try norm(try Tensor([3, 4] as [Float], shape: [1, 2]), isTraining: true)
    #expect(try one.floats() == [0, 0])
    #expect(try norm.variance.floats().allSatisfy { $0.isFinite && $0 > 0 })
    let none = try norm(
      try Tensor([3, 4] as [Float], shape: [1, 2]),
      counts: try Tensor([0] as [Float], shape: [1, 1]), isTraining: true)
    #expect(try none.floats().allSatisfy { $0.isFinite })
  }
}
