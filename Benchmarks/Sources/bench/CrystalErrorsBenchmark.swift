import Foundation
import Learning
import Matter
import Representations

/// Errors on crystals that were not learned from against the processor time of training, ours beside
/// those published (Benchmarks/pytorch/crystal_peers.py), on the same rows.
///
/// Times are of one thread each and without the graphs, which both sides make once and keep. The
/// peers train by their publications for `ATHANOR_PEER_SECONDS` (75) at most; CGCNN's whole training
/// takes some 1,200 s. Only sets whose name or target holds `ATHANOR_CRYSTAL_TASK` are run, where it is
/// set.
func benchmarkCrystalErrors() throws {
  let variables = ProcessInfo.processInfo.environment
  let limit = variables["ATHANOR_PEER_SECONDS"].flatMap(Double.init) ?? 75
  let tasks = [
    ("mp_20_biternary", "formation_energy_per_atom"), ("mp_20_biternary", "band_gap"),
    ("perov_5", "heat_all"),
  ].filter { name, target in
    variables["ATHANOR_CRYSTAL_TASK"].map("\(name) \(target)".contains) ?? true
  }
  let file = FileManager.default.temporaryDirectory
    .appendingPathComponent("bench-crystals-\(getpid()).json")
  defer { try? FileManager.default.removeItem(at: file) }
  for (name, target) in tasks {
    guard let rows = try CrystalRows(name, target: target) else { continue }
    try CrystalLearning(rows).report()
    try rows.write(to: file)
    for name in [CrystalPeer.Name.cgcnn, .megnet] {
      guard let peer = try CrystalPeer(name, rows: file) else { continue }
      guard let points = peer.learn(seconds: limit) else {
        skip("\(peer.version) ended early; its training is left out.")
        continue
      }
      for point in points {
        Figure.cost(
          "crystals: error on \(rows.name) \(rows.target), \(peer.version), "
            + "\(point.passes) of \(peer.facts.passes) passes, after \(seconds(point.seconds))",
          unit: "eV", ours: point.error
        ).report()
      }
    }
  }
}

private func seconds(_ time: Double) -> String { String(format: "%.1f s", time) }

/// What learners of ours make of a set.
private struct CrystalLearning {
  let rows: CrystalRows
  let train, test: [Candidate]

  init(_ rows: CrystalRows) {
    self.rows = rows
    train = rows.train.map { Candidate($0.crystal) }
    test = rows.test.map { Candidate($0.crystal) }
  }

  func report() throws {
    let mean = rows.train.map(\.target).reduce(0, +) / Double(rows.train.count)
    report("mean of the training rows", 0, error(test.map { _ in mean }))
    try measure("trees on formula and structure", forest)
    for passes in [5, 15, nil] { try measure(.compact, passes: passes) }
    for passes in [5, 15] { try measure(.cgcnn, passes: passes) }
    for budget in [60.0, 300] { try measure(stack: budget, crystals: true) }
    try measure(stack: 300, crystals: false)
  }

  private var forest: any SurrogateTrainer {
    StandardLearners.forest(kind: .regression, features: StandardLearners.crystalFeatures)
  }

  /// Networks one after the other, and the mean of their answers.
  private func measure(_ architecture: CrystalEncoder.Architecture, passes: Int?) throws {
    var trainer = StandardLearners.crystalNetworks(
      kind: .regression, members: 1, encoder: architecture)
    let batch = trainer.configuration.training.batchSize(forRows: train.count)
    trainer.configuration.training.steps = passes.map { $0 * train.count / batch }
    let steps = trainer.configuration.training.steps(forRows: train.count)
    let made = max(1, (steps * batch + train.count / 2) / train.count)
    // Graphs are made before the clock starts.
    let crystals = train.compactMap(\.crystal)
    _ = try GraphCache.shared.graphs(
      of: crystals, CrystalEncoder.Configuration(architecture).graphs)
    var (sums, time) = ([Double](repeating: 0, count: test.count), 0.0)
    for seed in 0..<(passes == nil ? 4 : 1) {
      let start = ownProcessorTime()
      let member = try trainer.train(
        candidates: train, targets: rows.train.map(\.target), seed: UInt64(seed))
      time += ownProcessorTime() - start
      for (row, answer) in try member.predict(test).enumerated() { sums[row] += answer.mean }
      report(
        "\(seed + 1) of \(architecture.rawValue), \(made) passes", time,
        error(sums.map { $0 / Double(seed + 1) }))
    }
  }

  private func measure(stack budget: Double, crystals: Bool) throws {
    try measure(
      "auto\(crystals ? "" : " on formulas") with \(Int(budget)) s",
      StandardLearners.stack(
        rows: train.count, kind: .regression, crystals: crystals, budget: budget, threads: 1),
      readsCrystals: crystals)
  }

  private func measure(
    _ name: String, _ trainer: any SurrogateTrainer, readsCrystals: Bool = true
  ) throws {
    func seen(_ list: [Candidate]) -> [Candidate] {
      readsCrystals ? list : list.map { Candidate($0.composition) }
    }
    let start = ownProcessorTime()
    let model = try trainer.train(
      candidates: seen(train), targets: rows.train.map(\.target), seed: 0)
    let time = ownProcessorTime() - start
    report(name, time, error(try model.predict(seen(test)).map(\.mean)))
  }

  private func error(_ answers: [Double]) -> Double {
    zip(answers, rows.test).reduce(0) { $0 + abs($1.0 - $1.1.target) } / Double(rows.test.count)
  }

  private func report(_ name: String, _ time: Double, _ error: Double) {
    Figure.cost(
      "crystals: error on \(rows.name) \(rows.target), ours, \(name), after \(seconds(time))",
      unit: "eV", ours: error
    ).report()
  }
}
