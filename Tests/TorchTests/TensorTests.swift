import DenseMath
import Foundation
import Testing

@testable import Torch

@Suite("Tensor")
struct TensorTests {
  @Test("Numbers come back as they went in")
  func roundTrip() throws {
    let values: [Float] = [1, -2.5, 3, 0, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
    let tensor = try Tensor(values, shape: [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(tensor.type == .float32)
    #expect(try tensor.floats() == values)
    #expect(try tensor.doubles() == values.map(Double.init))
    #expect(try Tensor([Int64](), shape: [0, 4]).integers() == [])
  }

  @Test("Multiplies matrices")
  func multiplies() throws {
    let a = try Tensor([1, 2, 3, 4, 5, 6] as [Double], shape: [2, 3])
    let b = try Tensor([1, 0, 0, 1, 2, -1] as [Double], shape: [3, 2])
    #expect(try a.matmul(b).doubles() == [7, -1, 16, -1])
  }

  @Test("Products do not depend on the thread that computes them")
  func threads() async throws {
    var generator = SplitMix64(seed: 4)
    func product(_ rows: Int, _ inner: Int, _ columns: Int) throws -> @Sendable () throws -> [Float]
    {
      let a = (0..<rows * inner).map { _ in Float(generator.normal()) }
      let b = (0..<inner * columns).map { _ in Float(generator.normal()) }
      return {
        try Tensor(a, shape: [rows, inner]).matmul(Tensor(b, shape: [inner, columns])).floats()
      }
    }
    for (rows, inner, columns) in [(6, 1000, 64), (64, 600, 64), (300, 300, 300)] {
      let product = try product(rows, inner, columns)
      let here = try product()
      let elsewhere = try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try product() }) }
      }
      #expect(here == elsewhere, "\(rows) × \(inner) × \(columns)")
    }
  }

  @Test("A shape error names the operation and both shapes")
  func shapeErrors() throws {
    let a = try Tensor.zeros(shape: [3, 4])
    let b = try Tensor.zeros(shape: [5, 2])
    #expect(throws: TorchError.operation("matmul: [3, 4] × [5, 2]: inner sizes differ")) {
      try a.matmul(b)
    }
    #expect(throws: TorchError.operation("add: [3, 4] × [5, 2]: sizes neither agree nor are 1")) {
      try a.adding(b)
    }
    #expect(throws: TorchError.operation("linear: [3, 4] × [5, 2]: inner sizes differ")) {
      try a.linear(weight: b)
    }
    let error = try #require(throws: TorchError.self) { try a.reshaped([7]) }
    #expect("\(error)".hasPrefix("reshape: [3, 4]: "))
    #expect(!"\(error)".contains("\n"))
  }

  @Test("Adds gradients until they are cleared")
  func accumulates() throws {
    let x = try Tensor([3.0], shape: [1])
    try x.setRequiresGradient()
    try x.squared().sum().backward()
    try x.squared().sum().backward()
    #expect(try x.gradient()?.doubles() == [12])
    try x.clearGradient()
    #expect(try x.gradient() == nil)
  }

  @Test("Inside noGrad nothing is recorded, on this thread alone")
  func withoutGradients() throws {
    let x = try Tensor([3.0], shape: [1])
    try x.setRequiresGradient()
    let square = try noGrad { () throws(TorchError) in try x.squared() }
    #expect(!square.requiresGradient)
    #expect(try x.squared().requiresGradient)
    #expect(throws: TorchError.self) { try square.sum().backward() }
  }

  @Test("Generators are independent of each other and repeat with their seed")
  func generators() throws {
    let first = try TorchGenerator(seed: 7).normal(shape: [4]).floats()
    let other = try TorchGenerator(seed: 8)
    _ = try other.normal(shape: [3])
    #expect(try TorchGenerator(seed: 7).normal(shape: [4]).floats() == first)
    #expect(try TorchGenerator(seed: 8).normal(shape: [4]).floats() != first)
  }

  @Test("Dropout keeps the expected share and the mean")
  func dropout() throws {
    let ones = try Tensor.full(1, shape: [20_000])
    let values = try TorchGenerator(seed: 1).dropout(ones, rate: 0.25).floats()
    #expect(Set(values) == [0, Float(1 / 0.75)])
    let kept = Double(values.count { $0 > 0 }) / 20_000
    #expect(abs(kept - 0.75) < 0.0125)  // four standard deviations of the share
  }

  @Test("Without gradients a row's bits do not depend on its company")
  func rowsAreIndependent() throws {
    var generator = SplitMix64(seed: 3)
    let values = (0..<37 * 19).map { _ in Float(generator.normal()) }
    let layer = try Linear(19, 35, using: &generator)
    try noGrad {
      let together = try layer(try Tensor(values, shape: [37, 19])).floats()
      for row in [0, 5, 36] {
        let alone = try layer(try Tensor(Array(values[row * 19..<(row + 1) * 19]), shape: [1, 19]))
        #expect(try alone.floats() == Array(together[row * 35..<(row + 1) * 35]))
      }
    }
  }

  @Test("The layer without gradients agrees with libtorch's", arguments: [1, 5, 6, 13])
  func linearAgrees(rows: Int) throws {
    var generator = SplitMix64(seed: 5)
    let layer = try Linear(23, 18, using: &generator)
    let x = try Tensor((0..<rows * 23).map { _ in Float(generator.normal()) }, shape: [rows, 23])
    let recorded = try layer(x)
    let plain = try noGrad { () throws(TorchError) in try layer(x) }
    #expect(recorded.requiresGradient && !plain.requiresGradient)
    for (a, b) in zip(try recorded.floats(), try plain.floats()) { #expect(abs(a - b) < 1e-5) }
  }

  @Test("A library that is not there is named with the remedy")
  func missingLibrary() throws {
    let result = Library.open(["/nowhere/libCTorchShim.so"])
    guard case .failure(let error) = result else {
      Issue.record("a missing library opened")
      return
    }
    #expect("\(error)".contains("/nowhere/libCTorchShim.so"))
    #expect("\(error)".contains("ATHANOR_TORCH"))
  }

  @Test("What this build cannot compute on is refused with the reason and the remedy")
  func devices() throws {
    try TorchRuntime.use(.cpu)
    let error = #expect(throws: TorchError.self) { try TorchRuntime.use(.cuda) }
    let sentence = try #require(error).description
    #expect(sentence.hasPrefix("cuda: ") && sentence.contains("--device cpu"), "\(sentence)")
    #expect(try Tensor([1, 2] as [Float], shape: [2]).sum().item() == 3)
  }
}
