import Formats
import Foundation

/// Structures a second from the text of a CIF to a crystal, on one core, beside gemmi and pymatgen on
/// the same texts; the rounds of all three take turns.
func benchmarkCIF() throws {
  for (name, files) in [
    ("mp_20 biternary", ["mp_20_biternary/val.csv.gz", "mp_20_biternary/test_dev.csv.gz"]),
    ("mpts_52", ["mpts_52/val.csv.gz"]),
    ("perov_5", ["perov_5/val.csv.gz", "perov_5/test_dev.csv.gz"]),
  ] {
    try measureCIF(name, files)
  }
}

private func measureCIF(_ name: String, _ files: [String]) throws {
  let data = repository.deletingLastPathComponent().appendingPathComponent("shared/data/structure")
  let paths = files.map { data.appendingPathComponent($0).path }
  let json = FileManager.default.temporaryDirectory.appendingPathComponent("cif-\(UUID()).json")
  defer { try? FileManager.default.removeItem(at: json) }
  guard run(peerPython, ["-c", extractScript, json.path] + paths) != nil,
    let texts = try JSONSerialization.jsonObject(with: Data(contentsOf: json)) as? [String]
  else {
    skip("the texts of \(name) are absent; cif is not measured on them.")
    return
  }
  let bytes = texts.map { Array($0.utf8) }
  var ours = Double.infinity
  var peers: [String: (seconds: Double, version: String)] = [:]
  for _ in 0..<5 {
    ours = min(
      ours,
      try shortestTime(repeats: 2) {
        for text in bytes { _ = try CIF.structures(text, file: name) }
      })
    for peer in ["gemmi", "pymatgen"] {
      guard
        let words = run(peerPython, ["-c", peerScript, peer, json.path])?.split(separator: " "),
        words.count == 2, let seconds = Double(words[0])
      else { continue }
      let version = words[1].trimmingCharacters(in: .whitespacesAndNewlines)
      peers[peer] = (min(seconds, peers[peer]?.seconds ?? .infinity), version)
    }
  }
  let rate = Double(bytes.count) / ours
  if peers.isEmpty {
    skip("gemmi and pymatgen are not installed; cif has no peer.")
    Figure.rate("cif: text to crystal, \(name)", unit: "structures/s", ours: rate).report()
  }
  for (peer, found) in peers.sorted(by: { $0.key < $1.key }) {
    Figure.rate(
      "cif: text to crystal, \(name)", unit: "structures/s", ours: rate, peer: 1 / found.seconds,
      peerVersion: "\(peer) \(found.version)"
    ).report()
  }
}

/// Writes the `cif` columns of packed tables as a list.
private let extractScript = """
  import csv, gzip, io, json, sys
  csv.field_size_limit(10**9)
  texts = [row["cif"] for path in sys.argv[2:]
           for row in csv.DictReader(io.TextIOWrapper(gzip.open(path), newline=""))]
  json.dump(texts, open(sys.argv[1], "w"))
  """

/// Seconds for each text: gemmi on all of them, pymatgen on 150.
private let peerScript = """
  import json, sys, time, warnings, importlib.metadata as m
  warnings.simplefilter("ignore")
  texts = json.load(open(sys.argv[2]))
  if sys.argv[1] == "gemmi":
      import gemmi
      def read(text):
          block = gemmi.cif.read_string(text).sole_block()
          return gemmi.make_small_structure_from_block(block)
  else:
      from pymatgen.core import Structure
      texts = texts[:150]
      def read(text): return Structure.from_str(text, fmt="cif")
  read(texts[0])
  best = 1e9
  for _ in range(2):
      start = time.perf_counter()
      for text in texts: read(text)
      best = min(best, time.perf_counter() - start)
  print(best / len(texts), m.version(sys.argv[1]))
  """
