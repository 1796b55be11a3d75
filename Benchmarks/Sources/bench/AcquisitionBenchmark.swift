import DenseMath
import Discovery
import Foundation
import Learning

/// A suggestion of 4 points from 200 observations in 10 dimensions by joint log expected improvement,
/// beside BoTorch (Benchmarks/pytorch/acquisition_peer.py) with the same hyperparameters; values are
/// BoTorch's, of both batches.
func benchmarkAcquisition() throws {
  for task in 1...3 { try AcquisitionTask(seed: UInt64(task)).report(task) }
}

private struct AcquisitionTask {
  let inputs: Matrix
  let targets: [Double]

  static let dimensions = 10

  /// Hartmann's function of six of ten coordinates (Dixon and Szegö, 1978), standardized.
  init(seed: UInt64) {
    let d = Self.dimensions
    var sequence = SobolSequence(dimensions: d, seed: seed)
    let points = (0..<200).flatMap { _ in sequence.next() }
    inputs = Matrix(rows: 200, columns: d, elements: points)
    let raw = (0..<200).map { row in Self.hartmann(Array(points[row * d..<row * d + 6])) }
    let (mean, deviation) = (Statistics.mean(raw), Statistics.standardDeviation(raw))
    targets = raw.map { ($0 - mean) / deviation }
  }

  private static func hartmann(_ x: [Double]) -> Double {
    let a: [[Double]] = [
      [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
      [17, 8, 0.05, 10, 0.1, 14],
    ]
    let p: [[Double]] = [
      [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
      [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
      [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
      [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
    return zip([1, 1.2, 3, 3.2], zip(a, p)).reduce(0) { sum, term in
      let exponent = x.indices.reduce(0) { total, place in
        let step = x[place] - term.1.1[place]
        return total + term.1.0[place] * step * step
      }
      return sum + term.0 * exp(-exponent)
    }
  }

  private struct Facts: Decodable {
    var version: String
    var lengthscales: [Double]
    var noise: Double
    var mean: Double
  }

  private struct Suggestion: Decodable {
    var seconds: Double
    var points: [[Double]]
  }

  func report(_ number: Int) throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("bench-acquisition-\(getpid()).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let rows = (0..<inputs.rows).map { row in (0..<inputs.columns).map { inputs[row, $0] } }
    try JSONSerialization.data(withJSONObject: ["inputs": rows, "targets": targets])
      .write(to: file)
    let peer = try PeerProcess(
      [
        ProcessInfo.processInfo.environment["ATHANOR_BOTORCH_PYTHON"]
          ?? repository.appendingPathComponent(".deps/processes/bin/python").path,
        repository.appendingPathComponent("Benchmarks/pytorch/acquisition_peer.py").path,
        file.path,
      ], environment: ["OMP_NUM_THREADS": "1"])
    guard let facts: Facts = decoded(peer.line()) else {
      return skip(
        "BoTorch is left out: it is not installed. Scripts/setup.sh processes does so; "
          + "ATHANOR_BOTORCH_PYTHON names another Python that has it.")
    }
    let process = GaussianProcess(
      kernel: Kernel(family: .rbf, lengthscales: facts.lengthscales, signalVariance: 1),
      noiseVariance: facts.noise, inputs: inputs, targets: targets.map { $0 - facts.mean })
    try compare(process, peer, facts.version, number)
  }

  private func compare(
    _ process: GaussianProcess, _ peer: PeerProcess, _ version: String, _ number: Int
  ) throws {
    let best = process.targets.max() ?? 0
    for seed in 1...3 {
      var search = JointBoxSearch(
        process, bounds: [ClosedRange<Double>](repeating: 0...1, count: Self.dimensions))
      search.seed = UInt64(seed)
      let start = ownProcessorTime()
      let batch = try search.best(4, over: best)
      let seconds = ownProcessorTime() - start
      let points = (0..<4).map { row in (0..<Self.dimensions).map { batch.points[row, $0] } }
      guard let theirs: Suggestion = decoded(peer.ask("suggest \(seed)")),
        let ourValue = value(points, peer), let theirValue = value(theirs.points, peer)
      else { return skip("BoTorch ended early; the rest is left out.") }
      let name = "acquisition: 4 of 200 in 10 dimensions, task \(number), seed \(seed)"
      Figure.cost(
        name, unit: "s", ours: seconds, peer: theirs.seconds, peerVersion: version
      ).report()
      Figure(
        name: "\(name), log expected improvement", unit: "", ours: ourValue, peer: theirValue,
        peerVersion: version
      ).report()
    }
  }

  private func value(_ points: [[Double]], _ peer: PeerProcess) -> Double? {
    struct Answer: Decodable { var value: Double }
    guard let text = try? JSONEncoder().encode(points) else { return nil }
    let answer: Answer? = decoded(peer.ask("value \(String(decoding: text, as: UTF8.self))"))
    return answer?.value
  }

  private func decoded<T: Decodable>(_ line: String?) -> T? {
    line.flatMap { try? JSONDecoder().decode(T.self, from: Data($0.utf8)) }
  }
}
