import Foundation

/// CrabNet or Roost in a Python of its own.
final class CompositionPeer {
  struct Facts: Decodable {
    var version: String
    var torch: String
    /// Of a whole training.
    var passes: Int
  }

  struct Training: Decodable {
    var seconds: Double
    /// Shown in all passes together.
    var rows: Int
    var passes: Int
    /// Mean absolute error of the test rows.
    var error: Double
  }

  let facts: Facts
  /// Of the test rows of all folds, as published.
  let publishedError: Double?
  private let process: PeerProcess

  var version: String { "\(facts.version), PyTorch \(facts.torch), one thread" }

  /// `nil`, with a sentence, where the peer is not installed.
  init?(_ name: String, fold: URL, publishedError: Double?) throws {
    let variable = "ATHANOR_\(name.uppercased())_PYTHON"
    process = try PeerProcess(
      [
        ProcessInfo.processInfo.environment[variable] ?? peerPython,
        repository.appendingPathComponent("Benchmarks/pytorch/composition_peers.py").path, name,
        fold.path,
      ], environment: ["OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"])
    guard let line = process.line(),
      let facts = try? JSONDecoder().decode(Facts.self, from: Data(line.utf8))
    else {
      skip(
        "\(name) is left out: it is not installed. Benchmarks/pytorch/composition_peers.py says how; "
          + "\(variable) names its Python.")
      return nil
    }
    self.facts = facts
    self.publishedError = publishedError
  }

  func skipped(_ what: String) {
    skip("\(facts.version) ended early; its \(what) is left out.")
  }

  /// Seconds for all test rows.
  func predictionTime() -> Double? {
    struct Answer: Decodable {
      var seconds: Double
    }
    let answer: Answer? = decoded(process.ask("predict"))
    return answer?.seconds
  }

  func train(seconds: Double) -> Training? {
    decoded(process.ask("train \(seconds)"))
  }

  private func decoded<T: Decodable>(_ line: String?) -> T? {
    line.flatMap { try? JSONDecoder().decode(T.self, from: Data($0.utf8)) }
  }
}
