import Formats
import Foundation
import Matter
import Representations

/// Formulas a second from bytes to 132 element statistics in single precision, on one core.
func benchmarkFeaturize() throws {
  let formulas = realFormulas()
  let bytes = formulas.map { Array($0.utf8) }
  let descriptor = MagpieDescriptor()
  var rows = [Float](repeating: 0, count: formulas.count * descriptor.columns.count)
  let seconds = try shortestTime {
    var compositions: [Composition] = []
    compositions.reserveCapacity(bytes.count)
    for formula in bytes { compositions.append(try Composition(utf8: formula.span)) }
    var span = rows.mutableSpan
    try descriptor.encode(compositions, into: &span)
  }
  let peer = matminerRate(formulas)
  Figure.rate(
    "featurize: formula text to 132 element statistics", unit: "formulas/s",
    ours: Double(formulas.count) / seconds, peer: peer?.rate, peerVersion: peer?.version
  ).report()
  try benchmarkAllColumns(formulas)
  try benchmarkOxidation(formulas)
}

/// Every column of the library, from parsed compositions, on one core.
private func benchmarkAllColumns(_ formulas: [String]) throws {
  let compositions = try formulas.map { try Composition(formula: $0) }
  let descriptor = Descriptors.all
  let seconds = try shortestTime { _ = try descriptor.matrix(compositions) }
  Figure.rate(
    "featurize: compositions to all \(descriptor.columns.count) columns", unit: "formulas/s",
    ours: Double(formulas.count) / seconds
  ).report()
}

/// Oxidation states beside pymatgen's `oxi_state_guesses` on the first 100 formulas.
private func benchmarkOxidation(_ formulas: [String]) throws {
  let compositions = try formulas.map { try Composition(formula: $0) }
  let seconds = shortestTime { for composition in compositions { _ = OxidationGuess(composition) } }
  let script = """
    import sys, time, importlib.metadata as m
    from pymatgen.core import Composition
    formulas = [f for f in sys.argv[1].split() if "." not in f]
    Composition("Fe2O3").oxi_state_guesses()
    start = time.perf_counter()
    for formula in formulas: Composition(formula).oxi_state_guesses()
    print(len(formulas) / (time.perf_counter() - start), m.version("pymatgen"))
    """
  let peer = peerRate(script, Array(formulas.prefix(100)), name: "pymatgen")
  Figure.rate(
    "featurize: oxidation states", unit: "formulas/s", ours: Double(formulas.count) / seconds,
    peer: peer?.rate, peerVersion: peer?.version
  ).report()
}

/// The formulas of a published data set beside the repository, or random oxides where it is absent.
private func realFormulas() -> [String] {
  let file = repository.deletingLastPathComponent()
    .appendingPathComponent("shared/data/composition/matbench/matbench_expt_gap.json")
  if let data = try? Data(contentsOf: file),
    let table = try? Table(json: Array(data), file: file.lastPathComponent),
    let formulas = try? table.strings("composition")
  {
    return formulas
  }
  let metals = Element.all.filter {
    [3, 12, 20, 22, 25, 26, 27, 28, 38, 56].contains($0.atomicNumber)
  }
  return metals.flatMap { first in
    metals.flatMap { second in (1...20).map { "\(first)\(second)\($0)(SiO4)\(21 - $0)" } }
  }
}

/// matminer on the first 200 formulas, where it is installed.
private func matminerRate(_ formulas: [String]) -> (rate: Double, version: String)? {
  let script = """
    import sys, time, importlib.metadata as m
    from pymatgen.core import Composition
    from matminer.featurizers.composition import ElementProperty
    f = ElementProperty.from_preset("magpie", impute_nan=False)
    formulas = sys.argv[1].split()
    f.featurize(Composition("Fe2O3"))
    start = time.perf_counter()
    for formula in formulas: f.featurize(Composition(formula))
    print(len(formulas) / (time.perf_counter() - start), m.version("matminer"))
    """
  return peerRate(script, Array(formulas.prefix(200)), name: "matminer")
}

/// What a script prints about some formulas: its rate and the peer's version.
///
/// The Python is that of the set-up, or the one that `ATHANOR_PEER_PYTHON` names.
private func peerRate(
  _ script: String, _ formulas: [String], name: String
) -> (rate: Double, version: String)? {
  let python = ProcessInfo.processInfo.environment["ATHANOR_PEER_PYTHON"] ?? peerPython
  let sample = formulas.joined(separator: " ")
  guard let words = run(python, ["-c", script, sample])?.split(separator: " "),
    words.count == 2, let rate = Double(words[0])
  else {
    skip("\(name) is not installed; its figure of featurize has no peer.")
    return nil
  }
  return (rate, "\(name) \(words[1].trimmingCharacters(in: .whitespacesAndNewlines))")
}
