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
  private let process: Process
  private let questions: FileHandle
  private let answers: FileHandle

  /// `nil`, with a sentence, where PyTorch is not installed or computes something else.
  init?(_ task: EncoderTask, steps: Int) throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("bench-encoder-\(getpid()).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    let tensors = try task.stored(output: try task.output())
    try Data(Safetensors(tensors: tensors).encoded()).write(to: file)
    let (input, output) = (Pipe(), Pipe())
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      peerPython, repository.appendingPathComponent("Benchmarks/pytorch/encoder.py").path,
      file.path, "\(steps)",
    ]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    questions = input.fileHandleForWriting
    answers = output.fileHandleForReading
    try process.run()
    guard let line = Self.line(from: answers),
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

  /// The end of its input ends the peer.
  deinit { try? questions.close() }

  /// The shortest of `repeats` runs, seconds; `nil` where the peer has ended.
  func time(_ measure: Measure, repeats: Int) -> Double? {
    let question = Data("\(measure.rawValue) \(repeats)\n".utf8)
    guard process.isRunning, (try? questions.write(contentsOf: question)) != nil else {
      return nil
    }
    return Self.line(from: answers).flatMap(Double.init)
  }

  private static func line(from handle: FileHandle) -> String? {
    var bytes: [UInt8] = []
    while let next = try? handle.read(upToCount: 1), let byte = next.first {
      if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }
}
