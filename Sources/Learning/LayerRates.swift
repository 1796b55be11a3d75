import Foundation
import Torch

/// Learning rates that fall from the head of a network to what enters it.
///
/// What lies deep is of more general use, and should change less: Howard and Ruder,
/// arXiv:1801.06146; for atoms Shoghi et al., arXiv:2310.16802, whose factors lie between 0.30 where
/// elements enter and 0.63 at the last block.
struct LayerRates {
  /// How many layers lie between the parameters of each name and the head, 1 or more; not there are
  /// those of the head.
  private let distances: [String: Int]

  /// - Parameter names: Of all parameters of a network; those of the encoder begin with `encoder.`.
  init(_ names: [String]) {
    let own = names.filter { $0.hasPrefix("encoder.") }
    let places = own.map { Self.place($0.split(separator: ".").dropFirst().map(String.init)) }
    // Blocks on angles come before those without.
    let early = places.compactMap { if case .early(let block) = $0 { block + 1 } else { nil } }
      .max()
    let levels = places.map { place in
      switch place {
      case .input: 0
      case .early(let block): 1 + block
      case .exchange(let block): 1 + block
      case .block(let block): 1 + (early ?? 0) + block
      case .readout: Int.max
      }
    }
    let order = Set(levels).sorted(by: >)
    var distances: [String: Int] = [:]
    for (name, level) in zip(own, levels) {
      distances[name] = (order.firstIndex(of: level) ?? 0) + 1
    }
    self.distances = distances
  }

  private enum Place {
    case input
    case early(Int)
    case block(Int)
    /// Behind a block of any kind.
    case exchange(Int)
    case readout
  }

  /// - Parameter words: The name inside the encoder.
  private static func place(_ words: [String]) -> Place {
    switch words.first {
    case "bonds", "atoms": .early(words.count > 1 ? Int(words[1]) ?? 0 : 0)
    case "layers", "messages": .block(words.count > 1 ? Int(words[1]) ?? 0 : 0)
    case "exchanges": .exchange(words.count > 1 ? Int(words[1]) ?? 0 : 0)
    case "pooling", "pools": .readout
    default: .input
    }
  }

  /// How many layers the encoder has.
  var depth: Int { distances.values.max() ?? 0 }

  /// `factor` to the power of the layers between; 1 for the head.
  func rate(of name: String, factor: Double) -> Double {
    pow(factor, Double(distances[name] ?? 0))
  }
}
