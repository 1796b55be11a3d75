import Foundation
import Representations

/// CGCNN, MEGNet or ALIGNN in a Python of its own (Benchmarks/pytorch/crystal_peers.py).
final class CrystalPeer {
  enum Name: String, CaseIterable {
    case cgcnn, megnet, alignn

    /// The same network here.
    var architecture: CrystalEncoder.Architecture {
      switch self {
      case .cgcnn: .cgcnn
      case .megnet: .megnet
      case .alignn: .alignn
      }
    }

    /// Where `Scripts/setup.sh networks alignn` installs it.
    fileprivate var python: String {
      let environment = self == .alignn ? "alignn" : "networks"
      return repository.appendingPathComponent(".deps/\(environment)/bin/python").path
    }
  }

  struct Facts: Decodable {
    var version: String
    var torch: String
    /// Crystals in a step.
    var batch: Int
    var parameters: Int
    /// Of a whole training.
    var passes: Int
  }

  /// What it has learned by the end of a pass.
  struct Point: Decodable {
    var seconds: Double
    var passes: Int
    /// Mean absolute error of the test rows.
    var error: Double
  }

  let name: Name
  let facts: Facts
  private let process: PeerProcess

  var version: String { "\(facts.version), PyTorch \(facts.torch), one thread" }

  /// `nil`, with a sentence, where the peer is not installed.
  init?(_ name: Name, rows: URL) throws {
    let variable = "ATHANOR_\(name.rawValue.uppercased())_PYTHON"
    process = try PeerProcess(
      [
        ProcessInfo.processInfo.environment[variable] ?? name.python,
        repository.appendingPathComponent("Benchmarks/pytorch/crystal_peers.py").path,
        name.rawValue, rows.path,
      ], environment: ["OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg", "DGLBACKEND": "pytorch"])
    guard let facts: Facts = Self.decoded(process.line()) else {
      skip(
        "\(name.rawValue) is left out: it is not installed. Scripts/setup.sh networks alignn does so; "
          + "\(variable) names another Python that has it.")
      return nil
    }
    (self.name, self.facts) = (name, facts)
  }

  /// The time in which the graphs of the first rows are made, and their edges.
  func graphs(_ count: Int) -> (seconds: Double, edges: Int)? {
    struct Answer: Decodable {
      var seconds: Double
      var edges: Int
    }
    let answer: Answer? = Self.decoded(process.ask("graphs \(count)"))
    return answer.map { ($0.seconds, $0.edges) }
  }

  enum Work: String, CaseIterable {
    case predict, train
  }

  /// Crystals a second in the first batches.
  func rate(_ work: Work, batches: Int) -> Double? {
    struct Answer: Decodable {
      var seconds: Double
      var crystals: Int
    }
    let answer: Answer? = Self.decoded(process.ask("\(work.rawValue) \(batches)"))
    return answer.map { Double($0.crystals) / $0.seconds }
  }

  /// A training by the published settings, until it is done or the time is over.
  func learn(seconds: Double) -> [Point]? {
    struct Answer: Decodable {
      var points: [Point]
    }
    let answer: Answer? = Self.decoded(process.ask("learn \(seconds)"))
    return answer?.points
  }

  private static func decoded<T: Decodable>(_ line: String?) -> T? {
    line.flatMap { try? JSONDecoder().decode(T.self, from: Data($0.utf8)) }
  }
}
