import Foundation
import Torch

/// The encoder in PyTorch (Benchmarks/pytorch/encoder.py): a process that waits to be asked for a
/// time, so that it can be measured in turn with ours.
final class EncoderPeer {
  enum Measure: String {
    case inference, training, run
  }

  struct Facts: Decodable {
    var version: String
    /// The largest difference between its output and ours.
    var difference: Double
    /// Of its first training step.
    var loss: Double
  }

  let facts: Facts
  private let process: PeerProcess

  /// `nil`, with a sentence, where PyTorch is not installed or computes something else.
  init?(_ task: EncoderTask, steps: Int) throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("bench-encoder-\(getpid()).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    let tensors = try task.stored(output: try task.output())
    try Data(Safetensors(tensors: tensors).encoded()).write(to: file)
    process = try PeerProcess([
      peerPython, repository.appendingPathComponent("Benchmarks/pytorch/encoder.py").path,
      file.path, "\(steps)",
    ])
    guard let line = process.line(),
      let facts = try? JSONDecoder().decode(Facts.self, from: Data(line.utf8))
    else {
      skip(
        "the encoder's peer is left out: PyTorch or safetensors is missing "
          + "(Scripts/setup.sh peers).")
      return nil
    }
    self.facts = facts
    let loss = try task.firstLoss()
    guard facts.difference < 1e-4, abs(facts.loss - loss) < 1e-4 * abs(loss) else {
      skip("the encoder's peer is left out: its output differs by \(facts.difference).")
      return nil
    }
  }

  /// The shortest of `repeats` runs, seconds; `nil` where the peer has ended.
  func time(_ measure: Measure, repeats: Int) -> Double? {
    process.ask("\(measure.rawValue) \(repeats)").flatMap(Double.init)
  }
}
