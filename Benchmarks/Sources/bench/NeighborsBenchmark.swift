import Foundation
import Matter

/// Directed pairs a second of full neighbor lists on one core: many crystals of 5 atoms (perov_5), and
/// 100,000 atoms of a shaken face-centered crystal, in the order of the lattice and in random order; beside vesin, matscipy and pymatgen's compiled
/// routine, whose rounds take turns with ours.
///
/// Peers are asked for i, j and the cell shift; ours gives the same in sorted rows. vesin is measured
/// in both of its orders.
func benchmarkNeighbors() throws {
  let file = FileManager.default.temporaryDirectory.appendingPathComponent("cells-\(UUID()).bin")
  defer { try? FileManager.default.removeItem(at: file) }
  let table = repository.deletingLastPathComponent()
    .appendingPathComponent("shared/data/structure/perov_5/val.csv.gz")
  guard run(peerPython, ["-c", cellScript, file.path, table.path]) != nil,
    let numbers = try? Data(contentsOf: file)
  else {
    skip(
      "neighbors is not measured: perov_5 or NumPy and gemmi (Scripts/setup.sh peers) is absent.")
    return
  }
  let cells = try readCells(numbers)
  guard cells.count > 2 else { return }
  let sets = [
    Array(cells.dropLast(2)), [cells[cells.count - 2]], [cells[cells.count - 1]],
  ]
  var ours: [String: Measured] = [:]
  var peers: [String: [String: Measured]] = [:]
  for _ in 0..<4 {
    for task in neighborTasks {
      let found = try measure(sets[task.cells], cutoff: task.cutoff)
      ours[task.name] = faster(found, ours[task.name])
    }
    guard
      let text = run(
        peerPython, ["-W", "ignore", "-c", peerScript, file.path],
        environment: ["OMP_NUM_THREADS": "1"]),
      let found = try? JSONDecoder().decode(
        [String: [String: Measured]].self, from: Data(text.utf8))
    else { continue }
    for (peer, results) in found {
      for (task, result) in results {
        peers[peer, default: [:]][task] = faster(result, peers[peer]?[task])
      }
    }
  }
  report(ours, peers)
}

private struct Measured: Decodable {
  var seconds: Double
  var pairs: Int

  var rate: Double { Double(pairs) / seconds }
}

/// The sets of cells: many of 5 atoms, the large one, the large one in random order.
private let neighborTasks: [(name: String, cells: Int, cutoff: Double)] = [
  ("5 atoms, 5 Å", 0, 5), ("5 atoms, 6 Å", 0, 6), ("5 atoms, 8 Å", 0, 8),
  ("100000 atoms, 5 Å", 1, 5), ("100000 atoms, 6 Å", 1, 6),
  ("100000 atoms in random order, 5 Å", 2, 5),
]

private func faster(_ found: Measured, _ best: Measured?) -> Measured {
  guard let best, best.seconds < found.seconds else { return found }
  return best
}

private func report(_ ours: [String: Measured], _ peers: [String: [String: Measured]]) {
  if peers.isEmpty { skip("no peer of neighbors is installed (Scripts/setup.sh peers).") }
  for task in neighborTasks {
    guard let mine = ours[task.name] else { continue }
    let name = "neighbor list, \(task.name)"
    if peers.isEmpty { Figure.rate(name, unit: "pairs/s", ours: mine.rate).report() }
    for (peer, results) in peers.sorted(by: { $0.key < $1.key }) {
      guard let theirs = results[task.name] else { continue }
      guard theirs.pairs == mine.pairs else {
        skip("\(peer) finds \(theirs.pairs) pairs where \(mine.pairs) are found here: \(name).")
        continue
      }
      Figure.rate(
        name, unit: "pairs/s", ours: mine.rate, peer: theirs.rate, peerVersion: peer
      ).report()
    }
  }
}

private typealias Cell = (lattice: Lattice, positions: [SIMD3<Double>])

private func measure(_ cells: [Cell], cutoff: Double) throws -> Measured {
  var pairs = 0
  let seconds = try shortestTime(repeats: 3) {
    pairs = 0
    var search = NeighborSearch()
    for cell in cells {
      let list = try search.list(lattice: cell.lattice, positions: cell.positions, cutoff: cutoff)
      pairs += list.pairCount
    }
  }
  return Measured(seconds: seconds, pairs: pairs)
}

/// Cells as the script writes them: the number of sites, three vectors, Cartesian positions.
private func readCells(_ data: Data) throws -> [Cell] {
  let numbers = data.withUnsafeBytes { bytes in
    (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
  }
  func vector(_ place: Int) -> SIMD3<Double> {
    SIMD3(numbers[place], numbers[place + 1], numbers[place + 2])
  }
  var cells: [Cell] = []
  var next = 0
  while next < numbers.count {
    let count = Int(numbers[next])
    let lattice = try Lattice(a: vector(next + 1), b: vector(next + 4), c: vector(next + 7))
    let positions = (0..<count).map { lattice.fractional(vector(next + 10 + 3 * $0)) }
    cells.append((lattice, positions))
    next += 10 + 3 * count
  }
  return cells
}

/// Writes 500 crystals of perov_5 and a block of 25 × 25 × 40 copper cells with shaken sites,
/// twice: as built, and in random order.
private let cellScript = """
  import csv, gzip, sys
  import gemmi, numpy as np
  out = []
  def write(cell, places):
      out.append(np.concatenate([[len(places)], np.ravel(cell), np.ravel(places)]))
  for n, row in enumerate(csv.DictReader(gzip.open(sys.argv[2], "rt"))):
      if n == 500: break
      small = gemmi.make_small_structure_from_block(gemmi.cif.read_string(row["cif"]).sole_block())
      cell = np.array(small.cell.orth.mat.tolist()).T
      sites = small.get_all_unit_cell_sites()
      write(cell, np.array([site.fract.tolist() for site in sites]) @ cell)
  random = np.random.default_rng(0)
  edge = 3.615
  grid = np.stack(np.meshgrid(range(25), range(25), range(40), indexing="ij"), -1).reshape(-1, 1, 3)
  base = np.array([[0, 0, 0], [0, .5, .5], [.5, 0, .5], [.5, .5, 0]])
  places = ((grid + base) * edge).reshape(-1, 3)
  places += random.normal(0, 0.05, places.shape)
  block = np.diag([25 * edge, 25 * edge, 40 * edge])
  write(block, places)
  write(block, random.permutation(places))
  np.concatenate(out).astype("<f8").tofile(sys.argv[1])
  """

/// One round of every peer that is installed: seconds and pairs of each task.
private let peerScript = """
  import json, sys, time
  from importlib.metadata import version
  import numpy as np
  numbers = np.fromfile(sys.argv[1]); cells = []; k = 0
  while k < len(numbers):
      n = int(numbers[k])
      cells.append((numbers[k+1:k+10].reshape(3, 3).copy(),
                    numbers[k+10:k+10+3*n].reshape(n, 3).copy()))
      k += 10 + 3 * n
  peers = {}
  try:
      import vesin
      def make(sort):
          def peer(cutoff):
              list = vesin.NeighborList(cutoff=cutoff, full_list=True, sorted=sort, n_threads=1)
              return lambda c, p: len(list.compute(p, c, True, "ijS", copy=False)[0])
          return peer
      peers["vesin " + version("vesin")] = make(False)
      peers["vesin " + version("vesin") + ", sorted"] = make(True)
  except ImportError: pass
  try:
      from matscipy.neighbours import neighbour_list
      around = np.array([True] * 3)
      peers["matscipy " + version("matscipy")] = lambda cutoff: lambda c, p: len(
          neighbour_list("ijS", cell=c, pbc=around, positions=p, cutoff=cutoff)[0])
  except ImportError: pass
  try:
      from pymatgen.optimization.neighbors import find_points_in_spheres
      ones = np.ones(3, dtype=np.int64)
      peers["pymatgen " + version("pymatgen")] = lambda cutoff: lambda c, p: len(
          find_points_in_spheres(p, p, r=cutoff, pbc=ones, lattice=c, tol=1e-8)[0]) - len(p)
  except ImportError: pass
  result = {}
  for name, peer in peers.items():
      result[name] = {}
      small, built, mixed = cells[:-2], cells[-2:-1], cells[-1:]
      for task, some, cutoff in [("5 atoms, 5 Å", small, 5.0), ("5 atoms, 6 Å", small, 6.0),
              ("5 atoms, 8 Å", small, 8.0), ("100000 atoms, 5 Å", built, 5.0),
              ("100000 atoms, 6 Å", built, 6.0), ("100000 atoms in random order, 5 Å", mixed, 5.0)]:
          search = peer(cutoff); best = None
          for _ in range(2):
              start = time.perf_counter()
              pairs = sum(search(c, p) for c, p in some)
              seconds = time.perf_counter() - start
              best = seconds if best is None else min(best, seconds)
          result[name][task] = dict(seconds=best, pairs=pairs)
  print(json.dumps(result))
  """
