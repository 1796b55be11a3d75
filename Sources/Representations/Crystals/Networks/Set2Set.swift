import DenseMath
import Foundation
import Torch

/// Gathers a set of rows into one by attention that asks several times, a recurrent cell keeping
/// what was answered: Vinyals, Bengio and Kudlur, arXiv:1511.06391.
final class Set2Set: Module {
  private let cell: LSTMCell
  private let steps: Int

  init(width: Int, steps: Int = 3, using generator: inout SplitMix64) throws(TorchError) {
    cell = try LSTMCell(inputs: 2 * width, width: width, using: &generator)
    self.steps = steps
  }

  /// `[n, width]` → `[b, 2 width]`; the second half is 0 for an empty set.
  ///
  /// - Parameters:
  ///   - counts: How often each row counts, `[n, 1]`.
  ///   - offsets: `[b + 1]`
  ///   - owners: The set of each row, `[n]`.
  func callAsFunction(
    _ rows: Tensor, counts: Tensor, offsets: Tensor, owners: Tensor
  ) throws(TorchError) -> Tensor {
    let sets = offsets.rows - 1
    let width = rows.shape[1]
    let logCounts = try counts.maximum(try .full(1e-30, shape: [1])).log()
    var state = (
      hidden: try Tensor.zeros(shape: [sets, width]), cell: try Tensor.zeros(shape: [sets, width])
    )
    var answer = try Tensor.zeros(shape: [sets, 2 * width])
    for _ in 0..<steps {
      state = try cell(answer, state)
      let scores = try rows.multiplied(by: try state.hidden.gathered(owners)).sum(dimension: 1)
      let shares = try scores.reshaped([rows.rows, 1]).adding(logCounts)
        .segmentSoftmax(offsets: offsets)
      let gathered = try rows.multiplied(by: shares).segmentSum(offsets: offsets)
      answer = try .concatenated([state.hidden, gathered], dimension: 1)
    }
    return answer
  }

  var parameters: [NamedParameter] { cell.parameters }
}

/// One step of a long short-term memory: Hochreiter and Schmidhuber, Neural Comput. 9, 1735 (1997),
/// with a gate to forget; sizes and constants as in PyTorch.
final class LSTMCell: Module {
  private let inputs, hidden: Linear
  private let width: Int

  init(inputs: Int, width: Int, using generator: inout SplitMix64) throws(TorchError) {
    self.width = width
    self.inputs = try Linear(inputs, 4 * width, using: &generator)
    hidden = try Linear(width, 4 * width, using: &generator)
  }

  /// `[b, inputs]` and a state of `[b, width]` twice → the next state.
  func callAsFunction(
    _ x: Tensor, _ state: (hidden: Tensor, cell: Tensor)
  ) throws(TorchError) -> (hidden: Tensor, cell: Tensor) {
    let all = try inputs(x).adding(try hidden(state.hidden))
    func part(_ place: Int) throws(TorchError) -> Tensor {
      try all.narrowed(dimension: 1, to: place * width..<(place + 1) * width)
    }
    let kept = try part(1).sigmoid().multiplied(by: state.cell)
    let new = try part(0).sigmoid().multiplied(by: try part(2).tanh())
    let cell = try kept.adding(new)
    return (try part(3).sigmoid().multiplied(by: try cell.tanh()), cell)
  }

  var parameters: [NamedParameter] {
    inputs.parameters(under: "inputs") + hidden.parameters(under: "hidden")
  }
}
