import DenseMath
import Foundation
import Matter
import Representations
import Torch

/// CGCNN, MEGNet and ALIGNN as they are published (Benchmarks/pytorch/crystal_peers.py) beside the same
/// networks here: graphs made, crystals learned from and predicted in a second, on the same rows in
/// batches of the same size; one thread each, all times those of the processor.
///
/// Both sides work in turn, so that what else the machine does meets both alike; a figure is the
/// median of the rounds. Ours work on whole graphs, which name every site and neighbor as the peers'
/// do, and on folded ones, which are the default. Structures are in memory when graphs are made,
/// graphs are when batches are; batches are put together anew each time.
///
/// `ATHANOR_CGCNN_PYTHON`, `ATHANOR_MEGNET_PYTHON` and `ATHANOR_ALIGNN_PYTHON` name the peers' Pythons
/// (default: that of the set-up).
func benchmarkCrystalPeers() throws {
  let file = FileManager.default.temporaryDirectory
    .appendingPathComponent("bench-crystals-\(getpid()).json")
  defer { try? FileManager.default.removeItem(at: file) }
  let sets = try [
    CrystalRows("perov_5", target: "heat_all"),
    CrystalRows("mp_20_biternary", target: "formation_energy_per_atom"),
  ].compactMap { $0 }
  for set in sets {
    for (name, count) in [(CrystalPeer.Name.cgcnn, 1024), (.megnet, 1024), (.alignn, 64)] {
      let rows = set.sample(count)
      try rows.write(to: file)
      guard let peer = try CrystalPeer(name, rows: file) else { continue }
      try CrystalComparison(rows, peer).report(rounds: name == .alignn ? 3 : 7)
    }
  }
}

/// One peer and the same network here, on the same rows.
private struct CrystalComparison {
  let rows: CrystalRows
  let peer: CrystalPeer
  let sides: [CrystalSide]

  init(_ rows: CrystalRows, _ peer: CrystalPeer) throws {
    (self.rows, self.peer) = (rows, peer)
    sides = try [false, true].map {
      try CrystalSide(rows, peer.name.architecture, batch: peer.facts.batch, isFolded: $0)
    }
  }

  func report(rounds: Int) throws {
    guard let (_, edges) = peer.graphs(rows.train.count) else { return left("graphs") }
    let size = "\(rows.name), \(peer.facts.batch) at once"
    for side in sides {
      let count = Double(rows.train.count)
      Figure.cost(
        "crystal networks: edges of a crystal of \(rows.name), \(side.title)", unit: "edges",
        ours: Double(side.edges) / count, peer: Double(edges) / count, peerVersion: peer.version
      ).report()
    }
    Figure.cost(
      "crystal networks: parameters", unit: "numbers",
      ours: Double(sides[0].network.parameterCount),
      peer: Double(peer.facts.parameters), peerVersion: peer.version
    ).report()
    try compare("graphs of \(rows.name)", unit: "graphs/s", rounds: rounds) {
      peer.graphs(rows.train.count).map { Double(rows.train.count) / $0.seconds }
    } ours: {
      try $0.graphRate()
    }
    let batches = (rows.train.count + peer.facts.batch - 1) / peer.facts.batch
    for work in CrystalPeer.Work.allCases {
      try compare(
        "\(work == .train ? "training" : "inference") on \(size)", unit: "crystals/s",
        rounds: rounds
      ) {
        peer.rate(work, batches: batches)
      } ours: {
        try $0.rate(work)
      }
    }
  }

  private func left(_ what: String) {
    skip("\(peer.facts.version) ended early; its \(what) on \(rows.name) are left out.")
  }

  /// A round before those that count warms both sides up.
  private func compare(
    _ what: String, unit: String, rounds: Int, theirs: () -> Double?,
    ours: (CrystalSide) throws -> Double
  ) throws {
    var (own, others): ([[Double]], [Double]) = (sides.map { _ in [] }, [])
    for _ in 0...rounds {
      for (place, side) in sides.enumerated() { own[place].append(try ours(side)) }
      guard let rate = theirs() else { return left(what) }
      others.append(rate)
    }
    for (rates, side) in zip(own, sides) {
      Figure.rate(
        "crystal networks: \(what), \(side.title)", unit: unit, ours: median(rates.dropFirst()),
        peer: median(others.dropFirst()), peerVersion: peer.version
      ).report()
    }
  }

  private func median(_ values: ArraySlice<Double>) -> Double {
    values.sorted()[values.count / 2]
  }
}

/// A network of ours on graphs of one kind.
private struct CrystalSide {
  let title: String
  let network: CrystalNetwork
  let edges: Int
  private let rows: CrystalRows
  private let settings: GraphSettings
  private let graphs: [CrystalGraph]
  private let optimizer: AdamW
  private let batch: Int

  init(
    _ rows: CrystalRows, _ architecture: CrystalEncoder.Architecture, batch: Int, isFolded: Bool
  ) throws {
    let configuration = CrystalEncoder.Configuration(architecture)
    var settings = configuration.graphs
    (settings.foldsSites, settings.foldsEdges) = (isFolded, isFolded)
    (self.rows, self.settings, self.batch) = (rows, settings, batch)
    title = "ours \(isFolded ? "folded" : "whole")"
    graphs = try rows.train.map { try CrystalGraph(of: $0.crystal, settings) }
    edges = graphs.reduce(0) { $0 + $1.edgeCount }
    var generator = SplitMix64(seed: 1)
    network = try CrystalNetwork(configuration, using: &generator)
    optimizer = try AdamW(network.parameters)
  }

  func graphRate() throws -> Double {
    let start = ownProcessorTime()
    for row in rows.train { _ = try CrystalGraph(of: row.crystal, settings) }
    return Double(rows.train.count) / (ownProcessorTime() - start)
  }

  func rate(_ work: CrystalPeer.Work) throws -> Double {
    let start = ownProcessorTime()
    for first in stride(from: 0, to: graphs.count, by: batch) {
      let part = first..<min(first + batch, graphs.count)
      let packed = try PackedCrystals(CrystalBatch(graphs[part]))
      switch work {
      case .predict:
        _ = try noGrad { () throws(TorchError) in try network(packed).doubles() }
      case .train:
        let targets = try Tensor(
          rows.train[part].map { Float($0.target) }, shape: [part.count, 1])
        try Loss.meanSquaredError(try network(packed, isTraining: true), targets).backward()
        try optimizer.step()
      }
    }
    return Double(graphs.count) / (ownProcessorTime() - start)
  }
}
