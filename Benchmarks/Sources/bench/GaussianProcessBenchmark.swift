import DenseMath
import Foundation
import Learning
import Matter

/// Fit and prediction of exact Gaussian processes beside GPyTorch (Benchmarks/pytorch/gaussian_process.py)
/// on the same rows, with the same covariance, in double precision.
///
/// A fit is a search for hyperparameters and the process of all rows. GPyTorch takes so many steps of Adam
/// on all rows that it arrives at the marginal likelihood of ours, or as many as its documentation has; both
/// likelihoods are printed, computed by the same exact code.
///
/// `ATHANOR_GPYTORCH_PYTHON` names the peer's Python, `ATHANOR_GP_ROWS` the numbers of rows (default:
/// 1000,5000), `ATHANOR_GP_THREADS` the peer's threads (default: all cores).
func benchmarkGaussianProcess() throws {
  let environment = ProcessInfo.processInfo.environment
  let counts = (environment["ATHANOR_GP_ROWS"] ?? "1000,5000").split(separator: ",")
    .compactMap { Int($0) }
  for count in counts { try GaussianProcessTask(rows: count).compare() }
}

/// Rows of fifty standardized columns, of which six matter.
private struct GaussianProcessTask {
  let rows: Int
  let columns = 50
  let queries = 1000
  let inputs: [Double]
  let targets: [Double]
  let asked: [Double]

  init(rows: Int) {
    self.rows = rows
    var generator = SplitMix64(seed: 50)
    let (columns, asked) = (columns, queries)
    let inputs = (0..<rows * columns).map { _ in generator.normal() }
    let raw = (0..<rows).map { row -> Double in
      let x = inputs[row * columns..<row * columns + columns].prefix(6).map { $0 }
      return sin(x[0]) + 0.5 * x[1] * x[2] + 0.3 * x[3] * x[3] + 0.4 * x[4] - 0.2 * x[5]
        + 0.2 * generator.normal()
    }
    let scale = TargetStandardization(fitting: raw)
    self.inputs = inputs
    targets = scale(raw)
    self.asked = (0..<asked * columns).map { _ in generator.normal() }
  }

  struct Answer: Decodable {
    var fit: Double
    var predict: Double
    var lengthscale: Double
    var signalVariance: Double
    var noiseVariance: Double
  }

  struct Facts: Decodable {
    var version: String
  }

  private static let steps = 50

  func compare() throws {
    let ours = try own()
    let peer = try peerAnswer()
    let version = peer.map { "\($0.version), \(Self.steps) steps of Adam" }
    Figure.cost(
      "Gaussian process: fit, \(rows) rows of \(columns)", unit: "s", ours: ours.fit,
      peer: peer?.answer.fit, peerVersion: version
    ).report()
    Figure.cost(
      "Gaussian process: prediction of \(queries), \(rows) rows", unit: "s", ours: ours.predict,
      peer: peer?.answer.predict, peerVersion: version
    ).report()
    let other = peer.map { likelihood($0.answer) }
    Figure(
      name: "Gaussian process: log marginal likelihood, \(rows) rows", unit: "nats",
      ours: ours.likelihood, peer: other, peerVersion: version
    ).report()
  }

  private func candidates(_ values: [Double]) -> [Candidate] {
    stride(from: 0, to: values.count, by: columns).map {
      Candidate(variables: Array(values[$0..<$0 + columns]))
    }
  }

  private func own() throws -> (fit: Double, predict: Double, likelihood: Double) {
    var configuration = GaussianProcessTrainer.Configuration()
    configuration.features = .named([])
    let trainer = GaussianProcessTrainer(configuration)
    let (known, asked) = (candidates(inputs), candidates(self.asked))
    var surrogate: GaussianProcessSurrogate?
    let fit = try shortestTime(repeats: rows <= 1000 ? 3 : 1) {
      surrogate = try trainer.fit(candidates: known, targets: targets, seed: 1)
    }
    guard let surrogate else { preconditionFailure("a fit ends with a surrogate") }
    let predict = try shortestTime(repeats: rows <= 1000 ? 3 : 1) {
      _ = try surrogate.predict(asked)
    }
    return (fit, predict, surrogate.process.logMarginalLikelihood)
  }

  /// Under what the peer has learned.
  private func likelihood(_ answer: Answer) -> Double {
    GaussianProcess(
      kernel: Kernel(
        family: .matern52,
        lengthscales: [Double](repeating: answer.lengthscale, count: columns),
        signalVariance: answer.signalVariance), noiseVariance: answer.noiseVariance,
      inputs: Matrix(rows: rows, columns: columns, elements: inputs), targets: targets
    ).logMarginalLikelihood
  }

  /// The faster of the peer's two ways.
  private func peerAnswer() throws -> (version: String, answer: Answer)? {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("bench-process-\(getpid())")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data((inputs + targets + asked).flatMap { withUnsafeBytes(of: $0) { Array($0) } })
      .write(to: file)
    let environment = ProcessInfo.processInfo.environment
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let process = try PeerProcess([
      environment["ATHANOR_GPYTORCH_PYTHON"] ?? peerPython,
      repository.appendingPathComponent("Benchmarks/pytorch/gaussian_process.py").path,
      file.path, "\(rows)", "\(columns)", "\(queries)",
      environment["ATHANOR_GP_THREADS"] ?? "\(cores)",
    ])
    func decoded<Value: Decodable>(_ line: String?) -> Value? {
      line.flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }
    guard let facts: Facts = decoded(process.line()) else {
      skip(
        "GPyTorch is left out: it is not installed. Benchmarks/pytorch/gaussian_process.py says how; "
          + "ATHANOR_GPYTORCH_PYTHON names its Python.")
      return nil
    }
    let answers: [(String, Answer)] = ["cholesky", "iterative"].compactMap { method in
      decoded(process.ask("\(method) \(Self.steps)")).map { (method, $0) }
    }
    return answers.min { $0.1.fit < $1.1.fit }.map { ("\(facts.version), \($0.0)", $0.1) }
  }
}
