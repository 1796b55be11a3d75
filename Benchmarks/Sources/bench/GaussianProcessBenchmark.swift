import DenseMath
import Foundation
import Learning
import Matter

/// Fit and prediction of exact Gaussian processes beside GPyTorch (Benchmarks/pytorch/gaussian_process.py)
/// on the same rows, with the same covariance, in double precision; a thread each, times those of the
/// processor.
///
/// A fit is a search for hyperparameters and the process of all rows. GPyTorch takes 50 steps of Adam on all
/// rows, as its documentation has it, or 100 or 200 where it needs these to come within a nat of the marginal
/// likelihood that ours arrives at; both likelihoods are of all rows and computed by the same code.
///
/// `ATHANOR_GPYTORCH_PYTHON` names the peer's Python, `ATHANOR_GP_ROWS` the numbers of rows (default:
/// 1000,5000), `ATHANOR_GP_STEPS` other numbers of steps for it.
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

  func compare() throws {
    let ours = try own()
    let peer = try peerAnswer(like: ours.likelihood)
    let version = peer?.version
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
    var begun = ownProcessorTime()
    let surrogate = try trainer.fit(candidates: known, targets: targets, seed: 1)
    let fit = ownProcessorTime() - begun
    begun = ownProcessorTime()
    _ = try surrogate.predict(asked)
    let predict = ownProcessorTime() - begun
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

  /// The peer's way to a marginal likelihood, or near it.
  private func peerAnswer(like wanted: Double) throws -> (version: String, answer: Answer)? {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("bench-process-\(getpid())")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data((inputs + targets + asked).flatMap { withUnsafeBytes(of: $0) { Array($0) } })
      .write(to: file)
    let environment = ProcessInfo.processInfo.environment
    let process = try PeerProcess([
      environment["ATHANOR_GPYTORCH_PYTHON"]
        ?? repository.appendingPathComponent(".deps/processes/bin/python").path,
      repository.appendingPathComponent("Benchmarks/pytorch/gaussian_process.py").path,
      file.path, "\(rows)", "\(columns)", "\(queries)", "1",
    ])
    func decoded<Value: Decodable>(_ line: String?) -> Value? {
      line.flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }
    guard let facts: Facts = decoded(process.line()) else {
      skip(
        "GPyTorch is left out: it is not installed. Scripts/setup.sh processes does so; "
          + "ATHANOR_GPYTORCH_PYTHON names another Python that has it.")
      return nil
    }
    var last: (version: String, answer: Answer)?
    let steps = (environment["ATHANOR_GP_STEPS"] ?? "50,100,200").split(separator: ",").compactMap {
      Int($0)
    }
    for steps in steps {
      guard let answer: Answer = decoded(process.ask("\(steps)")) else { break }
      last = ("\(facts.version), \(steps) steps of Adam", answer)
      if likelihood(answer) > wanted - 1 { break }
    }
    return last
  }
}
