import DenseMath
import Testing

@testable import Torch

/// Compares gradients with central differences in double precision.
///
/// - Parameter function: A single number from the inputs.
func checkGradients(
  of inputs: [[Double]], shapes: [[Int]], tolerance: Double = 1e-7,
  _ function: ([Tensor]) throws(TorchError) -> Tensor
) throws {
  let tensors = try zip(inputs, shapes).map { try Tensor($0, shape: $1) }
  for tensor in tensors { try tensor.setRequiresGradient() }
  try function(tensors).backward()
  for (place, tensor) in tensors.enumerated() {
    let analytic = try #require(try tensor.gradient(), "input \(place) has no gradient").doubles()
    for entry in inputs[place].indices {
      func value(_ shift: Double) throws -> Double {
        var moved = inputs
        moved[place][entry] += shift
        return try function(try zip(moved, shapes).map { try Tensor($0, shape: $1) }).item()
      }
      let step = 1e-5
      let numeric = try (value(step) - value(-step)) / (2 * step)
      #expect(
        abs(numeric - analytic[entry]) < tolerance * max(1, abs(numeric)),
        "input \(place), entry \(entry): \(analytic[entry]) against \(numeric)")
    }
  }
}

extension SplitMix64 {
  mutating func normals(_ count: Int) -> [Double] { (0..<count).map { _ in normal() } }
}
