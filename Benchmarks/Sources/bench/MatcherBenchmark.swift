import Formats
import Foundation
import Matter

/// Pairs of crystals compared a second on one core, beside pymatgen's `StructureMatcher` with the same
/// tolerances, whose rounds take turns with ours. Of 200 pairs half are one crystal of mp_20, shaken by
/// 0.05 Å, with its sites in another order and its origin elsewhere; half are two with one formula.
///
/// Both begin with two structures in memory and end with a verdict; pairs on which the verdicts differ
/// are counted on the way.
func benchmarkMatcher() throws {
  let file = FileManager.default.temporaryDirectory.appendingPathComponent("pairs-\(UUID()).json")
  defer { try? FileManager.default.removeItem(at: file) }
  let table = repository.deletingLastPathComponent()
    .appendingPathComponent("shared/data/structure/mp_20_biternary/val.csv.gz")
  guard run(peerPython, ["-W", "ignore", "-c", pairScript, file.path, table.path]) != nil else {
    skip("matcher is not measured: mp_20 or pymatgen (Scripts/setup.sh peers) is absent.")
    return
  }
  let bytes = Array(try Data(contentsOf: file))
  let crystals = try StructureJSON.structures(bytes, file: "pairs.json").compactMap(\.crystal)
  let pairs = stride(from: 0, to: crystals.count - 1, by: 2).map { ($0, $0 + 1) }
  let matcher = StructureMatcher()
  var verdicts: [Bool] = []
  var ours = Double.infinity
  var peer: MatcherRound?
  for _ in 0..<3 {
    let seconds = try shortestTime(repeats: 3) {
      verdicts = try pairs.map { try matcher.matches(crystals[$0.0], crystals[$0.1]) }
    }
    ours = min(ours, seconds)
    guard
      let text = run(
        peerPython, ["-W", "ignore", "-c", matcherScript, file.path],
        environment: ["OMP_NUM_THREADS": "1"]),
      let round = try? JSONDecoder().decode(MatcherRound.self, from: Data(text.utf8))
    else { continue }
    if round.seconds < peer?.seconds ?? .infinity { peer = round }
  }
  report(pairs.count, ours: ours, verdicts, peer)
}

private struct MatcherRound: Decodable {
  var seconds: Double
  var version: String
  var verdicts: [Bool]
}

private func report(_ count: Int, ours: Double, _ verdicts: [Bool], _ peer: MatcherRound?) {
  let pairs = Double(count)
  let name = "structure matcher, \(count) pairs of mp_20"
  guard let peer, peer.verdicts.count == count else {
    skip("pymatgen does not answer; matcher has no peer.")
    Figure.rate(name, unit: "pairs/s", ours: pairs / ours).report()
    return
  }
  let differing = zip(verdicts, peer.verdicts).count { $0 != $1 }
  skip("the matchers differ on \(differing) of \(count) pairs.")
  Figure.rate(
    name, unit: "pairs/s", ours: pairs / ours, peer: pairs / peer.seconds,
    peerVersion: "pymatgen \(peer.version)"
  ).report()
}

/// Writes 200 pairs of structures, one behind the other.
private let pairScript = """
  import csv, gzip, json, sys
  import numpy as np
  from pymatgen.core import Lattice, Structure
  random = np.random.default_rng(5)
  rows = list(csv.DictReader(gzip.open(sys.argv[2], "rt")))
  found = [Structure.from_str(row["cif"], fmt="cif") for row in rows[:1500]]
  by_formula = {}
  for s in found: by_formula.setdefault(s.formula, []).append(s)
  twins = [(g[0], g[1]) for g in by_formula.values() if len(g) > 1][:100]
  def moved(s):
      order = random.permutation(len(s)); shift = random.random(3)
      places = s.cart_coords[order] + random.normal(0, 0.05 / 3**.5, (len(s), 3))
      return Structure(s.lattice, [s.species[i] for i in order],
          s.lattice.get_fractional_coords(places) + shift)
  same = [(s, moved(s)) for s in found[:200 - len(twins)]]
  out = [s.as_dict() for pair in same + twins for s in pair]
  json.dump(out, open(sys.argv[1], "w"))
  """

/// One round of pymatgen: seconds and verdicts.
private let matcherScript = """
  import json, sys, time
  from importlib.metadata import version
  from pymatgen.core import Structure
  from pymatgen.analysis.structure_matcher import StructureMatcher
  found = [Structure.from_dict(d) for d in json.load(open(sys.argv[1]))]
  matcher = StructureMatcher()
  start = time.perf_counter()
  verdicts = [bool(matcher.fit(a, b)) for a, b in zip(found[::2], found[1::2])]
  seconds = time.perf_counter() - start
  print(json.dumps(dict(seconds=seconds, version=version("pymatgen"), verdicts=verdicts)))
  """
