import Foundation
import Learning
import Matter

/// Networks over formulas, and trees on their descriptions, beside CrabNet and Roost as their
/// authors publish them (Benchmarks/pytorch/composition_peers.py), on the first official fold of
/// Matbench's measured band gaps: one thread each, all times those of the processor.
///
/// The peers' Pythons are named by `ATHANOR_CRABNET_PYTHON` and `ATHANOR_ROOST_PYTHON` (default:
/// that of the set-up). Their whole training takes many minutes: `ATHANOR_PEER_SECONDS` says how
/// long they may train (75). Where that is not enough, the time of a whole training is counted up
/// from the passes that were made, and the error to reach is the published one, if there is one.
func benchmarkCompositionPeers() throws {
  let data = repository.deletingLastPathComponent()
    .appendingPathComponent("shared/data/composition/matbench").path
  guard FileManager.default.fileExists(atPath: data) else {
    return skip("\(data) is absent; the composition models are left out.")
  }
  let fold = try PeerFold(task: BenchmarkTask(matbench: "expt_gap", in: data))
  let file = FileManager.default.temporaryDirectory
    .appendingPathComponent("bench-fold-\(getpid()).json")
  defer { try? FileManager.default.removeItem(at: file) }
  try fold.write(to: file)
  let peers = try [
    // Matbench's own mean over the five folds; Roost has none there.
    CompositionPeer("crabnet", fold: file, publishedError: 0.3463),
    CompositionPeer("roost", fold: file, publishedError: nil),
  ].compactMap { $0 }
  let ours = try OurNetworks(fold)
  ours.report()
  let forest = try OurForest(fold)
  for peer in peers {
    try compareInference(ours, peer, fold)
    try compareTraining(ours, forest, peer)
  }
}

/// Formulas a second from parsed compositions, in turn; the best of the rounds.
private func compareInference(
  _ ours: OurNetworks, _ peer: CompositionPeer, _ fold: PeerFold
) throws {
  var (one, all, other) = (Double.infinity, Double.infinity, Double.infinity)
  for _ in 0..<7 {
    one = min(one, try ours.predictionTime(members: 1))
    all = min(all, try ours.predictionTime(members: ours.members.count))
    guard let time = peer.predictionTime() else { return peer.skipped("prediction") }
    other = min(other, time)
  }
  let count = Double(fold.test.count)
  for (name, time) in [("one network", one), ("ensemble of \(ours.members.count)", all)] {
    Figure.rate(
      "composition models: inference, \(name)", unit: "formulas/s", ours: count / time,
      peer: count / other, peerVersion: peer.version
    ).report()
  }
}

/// The time to the error that the peer ends at, and the error in the time that the peer trained.
private func compareTraining(
  _ ours: OurNetworks, _ forest: OurForest, _ peer: CompositionPeer
) throws {
  let limit = ProcessInfo.processInfo.environment["ATHANOR_PEER_SECONDS"].flatMap(Double.init) ?? 75
  guard let training = peer.train(seconds: limit) else { return peer.skipped("training") }
  let passes = "\(training.passes) of \(peer.facts.passes) passes"
  Figure.rate(
    "composition models: training, one network", unit: "samples/s", ours: ours.trainingRate,
    peer: Double(training.rows) / training.seconds, peerVersion: peer.version
  ).report()
  if let member = ours.curve.last(where: { $0.seconds <= training.seconds }) {
    Figure.cost(
      "composition models: error of fold 0 after \(Int(training.seconds)) s (\(passes))",
      unit: "eV", ours: member.error, peer: training.error, peerVersion: peer.version
    ).report()
  }
  let isWhole = training.passes == peer.facts.passes
  let whole = training.seconds * Double(peer.facts.passes) / Double(training.passes)
  guard let wanted = isWhole ? training.error : peer.publishedError else {
    return skip("\(peer.version) made \(passes): no error to reach is known.")
  }
  let origin = isWhole ? "its own" : "its published mean over folds, time counted up from \(passes)"
  let member = ours.curve.first { $0.error <= wanted }
  var learned = [("trees", forest.seconds, forest.error)]
  if let member { learned.append(("\(member.members) networks", member.seconds, member.error)) }
  for (name, seconds, error) in learned where error <= wanted {
    Figure.cost(
      "composition models: training to an error of \(String(format: "%.4f", wanted)) eV, "
        + "\(origin); ours \(name) at \(String(format: "%.4f", error)) eV",
      unit: "s", ours: seconds, peer: whole, peerVersion: peer.version
    ).report()
  }
  if member == nil, forest.error > wanted {
    skip("nothing of ours reaches the error of \(peer.version), \(wanted) eV.")
  }
}

/// One forest, as `--with trees` grows it, formulas described anew.
struct OurForest {
  let seconds: Double
  let error: Double

  init(_ fold: PeerFold) throws {
    let start = ownProcessorTime()
    let forest = try StandardLearners.forest(kind: .regression).train(
      candidates: fold.train.map(\.candidate), targets: fold.train.map(\.target), seed: 0)
    seconds = ownProcessorTime() - start
    error = fold.error(try forest.predict(fold.test.map(\.candidate)).map(\.mean))
    Figure.cost(
      "composition models: error of fold 0, trees after \(String(format: "%.1f", seconds)) s",
      unit: "eV", ours: error
    ).report()
  }
}

/// The rows of one fold.
struct PeerFold {
  let train: [(candidate: Candidate, target: Double)]
  let test: [(candidate: Candidate, target: Double)]

  init(task: BenchmarkTask) {
    train = task.training[0].map { (task.candidates[$0], task.targets[$0]) }
    test = task.folds[0].map { (task.candidates[$0], task.targets[$0]) }
  }

  private struct Part: Encodable {
    var formulas: [String]
    var targets: [Double]

    init(_ rows: [(candidate: Candidate, target: Double)]) {
      formulas = rows.map(\.candidate.composition.formula)
      targets = rows.map(\.target)
    }
  }

  private struct File: Encodable {
    var train: Part
    var test: Part
    var mat2vec: String
  }

  func write(to file: URL) throws {
    let vectors = repository.deletingLastPathComponent()
      .appendingPathComponent("shared/data/elements/embeddings/mat2vec.csv").path
    let content = File(train: Part(train), test: Part(test), mat2vec: vectors)
    try JSONEncoder().encode(content).write(to: file)
  }

  /// The mean absolute error of predictions of the test rows.
  func error(_ means: [Double]) -> Double {
    zip(means, test).reduce(0) { $0 + abs($1.0 - $1.1.target) } / Double(test.count)
  }
}

/// The standard networks, trained one after the other.
final class OurNetworks {
  /// An ensemble of the first members.
  struct Point {
    var members: Int
    var seconds: Double
    var error: Double
  }

  private(set) var members: [any Surrogate] = []
  private(set) var curve: [Point] = []
  private let fold: PeerFold
  private var samples = 0

  init(_ fold: PeerFold) throws {
    self.fold = fold
    let trainer = StandardLearners.networks(kind: .regression, members: 1)
    let (candidates, targets) = (fold.train.map(\.candidate), fold.train.map(\.target))
    let settings = trainer.configuration.training
    samples = settings.steps(forRows: targets.count) * settings.batchSize(forRows: targets.count)
    var sums = [Double](repeating: 0, count: fold.test.count)
    var seconds = 0.0
    for seed in 0..<8 {
      let start = ownProcessorTime()
      let member = try trainer.train(candidates: candidates, targets: targets, seed: UInt64(seed))
      seconds += ownProcessorTime() - start
      members.append(member)
      let answers = try member.predict(fold.test.map(\.candidate))
      for (row, answer) in answers.enumerated() { sums[row] += answer.mean }
      let count = Double(members.count)
      curve.append(
        Point(
          members: members.count, seconds: seconds, error: fold.error(sums.map { $0 / count })))
    }
  }

  /// Rows that one network is shown in a second of its training.
  var trainingRate: Double {
    Double(samples * members.count) / (curve.last?.seconds ?? .infinity)
  }

  func report() {
    for point in curve {
      Figure.cost(
        "composition models: error of fold 0, ensemble of \(point.members) after "
          + "\(String(format: "%.1f", point.seconds)) s",
        unit: "eV", ours: point.error
      ).report()
    }
  }

  /// Seconds for all test rows.
  func predictionTime(members count: Int) throws -> Double {
    let candidates = fold.test.map(\.candidate)
    let start = ownProcessorTime()
    for member in members.prefix(count) { _ = try member.predict(candidates) }
    return ownProcessorTime() - start
  }
}
