import DenseMath
import Foundation
import Matter
import Representations

/// SOAP beside DScribe and featomic (Benchmarks/pytorch/descriptor_peers.py): centers a second on one
/// thread, all times those of the processor, in turn; the best of the rounds.
///
/// Where rows are long, most of the time goes into memory that is touched first: the same rows given
/// out one by one, in memory that is used again, are measured as well.
///
/// `ATHANOR_DESCRIPTORS_PYTHON` names the peers' Python (default: that of the set-up).
func benchmarkDescriptors() throws {
  let tasks = try DescriptorTask.all()
  let file = FileManager.default.temporaryDirectory
    .appendingPathComponent("bench-descriptors-\(getpid()).json")
  defer { try? FileManager.default.removeItem(at: file) }
  try DescriptorTask.write(tasks, to: file)
  let peers = try ["dscribe", "featomic"].compactMap { try DescriptorPeer($0, structures: file) }
  for task in tasks {
    for peer in peers { task.compareValues(with: peer) }
    try task.compareSpeed(with: peers)
  }
}

/// What is described, and how.
private struct DescriptorTask {
  var name: String
  var title: String
  var structure: AtomicStructure
  var soap: SOAP
  var asksDerivatives: Bool

  private static let rounds = 7

  static func all() throws -> [DescriptorTask] {
    let silicon = [14]
    let twelve = Array(3...14)
    return try [
      DescriptorTask("silicon", "216 Si, periodic", copies: 3, elements: silicon),
      DescriptorTask("twelve", "216 atoms of 12 elements, periodic", copies: 3, elements: twelve),
      DescriptorTask(
        "cluster", "derivatives, 64 Si, finite", copies: 2, elements: silicon, isFinite: true,
        asksDerivatives: true),
      DescriptorTask(
        "cell", "derivatives, 64 Si, periodic", copies: 2, elements: silicon,
        asksDerivatives: true),
    ]
  }

  /// Diamond cells side by side, every atom a little off its place.
  init(
    _ name: String, _ title: String, copies: Int, elements: [Int], isFinite: Bool = false,
    asksDerivatives: Bool = false
  ) throws {
    let base = [
      SIMD3(0, 0, 0), SIMD3(0, 0.5, 0.5), SIMD3(0.5, 0, 0.5), SIMD3(0.5, 0.5, 0),
      SIMD3(0.25, 0.25, 0.25), SIMD3(0.25, 0.75, 0.75), SIMD3(0.75, 0.25, 0.75),
      SIMD3(0.75, 0.75, 0.25),
    ]
    var rng = SplitMix64(seed: 3)
    let edge = 5.43 * Double(copies)
    var places: [SIMD3<Double>] = []
    for cell in 0..<copies * copies * copies {
      let corner = SIMD3(
        Double(cell % copies), Double(cell / copies % copies), Double(cell / copies / copies))
      for site in base {
        let push = SIMD3<Double>.random(in: -0.01...0.01, using: &rng)
        places.append((corner + site + push) / Double(copies))
      }
    }
    let symbols = places.indices.compactMap {
      Element(atomicNumber: elements[$0 * 7 % elements.count])
    }
    let lattice = try Lattice(a: SIMD3(edge, 0, 0), b: SIMD3(0, edge, 0), c: SIMD3(0, 0, edge))
    structure =
      isFinite
      ? AtomicStructure(
        try Molecule(elements: symbols, positions: places.map(lattice.cartesian)))
      : AtomicStructure(try Crystal(lattice: lattice, elements: symbols, positions: places))
    soap = try SOAP(elements: Array(Set(symbols)))
    (self.name, self.title, self.asksDerivatives) = (name, title, asksDerivatives)
  }

  private struct File: Encodable {
    struct Structure: Encodable {
      var symbols: [String]
      var positions: [[Double]]
      var cell: [[Double]]?
    }
    var cutoff: Double
    var nMax: Int
    var lMax: Int
    var sigma: Double
    var structures: [String: Structure]
  }

  static func write(_ tasks: [DescriptorTask], to file: URL) throws {
    func numbers(_ vector: SIMD3<Double>) -> [Double] { [vector.x, vector.y, vector.z] }
    let settings = SOAP.Configuration()
    let structures = tasks.map { task in
      (
        task.name,
        File.Structure(
          symbols: task.structure.occupants.map(\.element.symbol),
          positions: task.structure.positions.map(numbers),
          cell: task.structure.lattice.map { [$0.a, $0.b, $0.c].map(numbers) })
      )
    }
    let content = File(
      cutoff: settings.cutoff, nMax: settings.nMax, lMax: settings.lMax, sigma: settings.sigma,
      structures: Dictionary(uniqueKeysWithValues: structures))
    try JSONEncoder().encode(content).write(to: file)
  }

  /// Says where a peer means something else by the same settings.
  func compareValues(with peer: DescriptorPeer) {
    guard peer.name == "dscribe", let theirs = peer.firstRow(name),
      let ours = try? soap.rows(of: structure, centers: .sites([0])).elements
    else { return }
    let scale = theirs.reduce(0) { max($0, abs($1)) }
    let difference = zip(ours, theirs).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
    if ours.count != theirs.count || difference > 1e-6 {
      skip("\(peer.version) gives other features of \(title): they differ by \(difference).")
    }
  }

  func compareSpeed(with peers: [DescriptorPeer]) throws {
    var ours = Double.infinity
    var streamed = Double.infinity
    var theirs = [Double](repeating: .infinity, count: peers.count)
    for _ in 0..<Self.rounds {
      for (place, peer) in peers.enumerated() {
        // DScribe has no analytic derivatives of periodic structures.
        if peer.name == "dscribe", asksDerivatives, structure.lattice != nil { continue }
        guard let time = peer.time(asksDerivatives ? "derivatives" : "rows", name) else {
          peer.skipped(title)
          continue
        }
        theirs[place] = min(theirs[place], time)
      }
      ours = min(ours, try time())
      streamed = min(streamed, try streamingTime())
    }
    let count = Double(structure.siteCount)
    for (how, own) in [("", ours), (", one by one", streamed)] {
      let name = "SOAP, n-max 8, l-max 6, cutoff 6 Å, sigma 0.5 Å: \(title)\(how)"
      for (peer, time) in zip(peers, theirs) where time.isFinite {
        Figure.rate(
          name, unit: "centers/s", ours: count / own, peer: count / time,
          peerVersion: "\(peer.version), one thread"
        ).report()
      }
      guard theirs.allSatisfy(\.isInfinite) else { continue }
      Figure.rate(name, unit: "centers/s", ours: count / own).report()
    }
  }

  private func time() throws -> Double {
    let start = ownProcessorTime()
    if asksDerivatives {
      _ = try soap.derivatives(of: structure)
    } else {
      _ = try soap.rows(of: structure)
    }
    return ownProcessorTime() - start
  }

  private func streamingTime() throws -> Double {
    let start = ownProcessorTime()
    if asksDerivatives {
      try soap.forEachGradient(of: structure) { _, _, _ in }
    } else {
      try soap.forEachRow(of: structure) { _, _ in }
    }
    return ownProcessorTime() - start
  }
}

/// DScribe or featomic in a Python of its own.
private final class DescriptorPeer {
  let name: String
  let version: String
  private let process: PeerProcess

  /// `nil`, with a sentence, where the peer is not installed.
  init?(_ name: String, structures: URL) throws {
    struct Facts: Decodable {
      var version: String
    }
    let variable = "ATHANOR_DESCRIPTORS_PYTHON"
    process = try PeerProcess(
      [
        ProcessInfo.processInfo.environment[variable] ?? peerPython,
        repository.appendingPathComponent("Benchmarks/pytorch/descriptor_peers.py").path, name,
        structures.path,
      ], environment: ["OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"])
    guard let line = process.line(),
      let facts = try? JSONDecoder().decode(Facts.self, from: Data(line.utf8))
    else {
      skip(
        "\(name) is left out: it is not installed. Benchmarks/pytorch/descriptor_peers.py says how; "
          + "\(variable) names its Python.")
      return nil
    }
    (self.name, version) = (name, facts.version)
  }

  func skipped(_ what: String) {
    skip("\(version) ended early; \(what) is left out.")
  }

  func time(_ question: String, _ structure: String) -> Double? {
    struct Answer: Decodable {
      var seconds: Double
    }
    let answer: Answer? = decoded(process.ask("\(question) \(structure)"))
    return answer?.seconds
  }

  func firstRow(_ structure: String) -> [Double]? {
    struct Answer: Decodable {
      var features: [Double]
    }
    let answer: Answer? = decoded(process.ask("first \(structure)"))
    return answer?.features
  }

  private func decoded<T: Decodable>(_ line: String?) -> T? {
    line.flatMap { try? JSONDecoder().decode(T.self, from: Data($0.utf8)) }
  }
}
