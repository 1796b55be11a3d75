import DenseMath
import Torch

/// Transformer layers between the elements of a composition as in CrabNet: Wang et al., npj Comput.
/// Mater. 7, 77 (2021), doi:10.1038/s41524-021-00545-1, without dropout.
///
/// An element enters as its vector; half of the columns receive sines and cosines of its fraction,
/// the other half those of the fraction's logarithm (``FractionalEncoding``), each of the three with
/// a learned factor. Rows leave for each element.
final class CrabNetwork: CompositionNetwork {
  /// `[1]` each.
  private let factors: (elements: Tensor, fractions: Tensor, logarithms: Tensor)
  private let encodings: (fractions: FractionalEncoding, logarithms: FractionalEncoding)
  private let layers: [TransformerLayer]

  init(
    _ configuration: CompositionEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    func one() throws(TorchError) -> Tensor { try .parameter([1], shape: [1]) }
    factors = (try one(), try one(), try one())
    let half = configuration.width / 2
    encodings = (
      FractionalEncoding(width: half), FractionalEncoding(width: half, isLogarithmic: true)
    )
    var layers: [TransformerLayer] = []
    for _ in 0..<configuration.layers {
      layers.append(try TransformerLayer(configuration, using: &generator))
    }
    self.layers = layers
  }

  /// - Parameter table: `[r, width]`.
  func encode(
    _ batch: PackedCompositions, table: Tensor,
    willAttend: ((ElementAttention, Tensor) throws(TorchError) -> Void)?
  ) throws(TorchError) -> Tensor {
    let elements = try table.gathered(batch.elements).multiplied(by: factors.elements)
    let fractions = try batch.amounts.narrowed(dimension: 1, to: 0..<1).doubles()
    func encoded(
      _ encoding: FractionalEncoding, _ factor: Tensor
    ) throws(TorchError) -> Tensor {
      try Tensor(encoding.rows(fractions), shape: [fractions.count, encoding.width])
        .multiplied(by: factor)
    }
    var nodes = try elements.adding(
      try .concatenated(
        [
          try encoded(encodings.fractions, factors.fractions),
          try encoded(encodings.logarithms, factors.logarithms),
        ], dimension: 1))
    let pairs = try ElementPairs(offsets: batch.offsets)
    for layer in layers { nodes = try layer(nodes, pairs) }
    return nodes
  }

  var parameters: [NamedParameter] {
    [
      NamedParameter("factors.elements", factors.elements),
      NamedParameter("factors.fractions", factors.fractions),
      NamedParameter("factors.logarithms", factors.logarithms),
    ] + layers.enumerated().flatMap { $1.parameters(under: "layers.\($0)") }
  }
}

/// All ordered pairs of rows of one segment, those of one receiver next to each other.
struct ElementPairs {
  /// `[p]` each: numbers of rows.
  let receivers, senders: Tensor
  /// `[n + 1]`: where the pairs of each receiver lie.
  let offsets: Tensor

  /// - Parameter offsets: `[b + 1]`, of the rows of each segment.
  init(offsets: Tensor) throws(TorchError) {
    let starts = try offsets.integers()
    var (receivers, senders, places) = ([Int64](), [Int64](), [Int64(0)])
    for (start, end) in zip(starts, starts.dropFirst()) {
      for receiver in start..<end {
        for sender in start..<end {
          receivers.append(receiver)
          senders.append(sender)
        }
        places.append(Int64(senders.count))
      }
    }
    self.receivers = try Tensor(receivers, shape: [receivers.count])
    self.senders = try Tensor(senders, shape: [senders.count])
    self.offsets = try Tensor(places, shape: [places.count])
  }
}
