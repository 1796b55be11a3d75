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
  let sample = formulas.prefix(200).joined(separator: " ")
  guard let words = run(peerPython, ["-c", script, sample])?.split(separator: " "),
    words.count == 2, let rate = Double(words[0])
  else {
    skip("matminer is not installed; featurize has no peer.")
    return nil
  }
  return (rate, "matminer \(words[1].trimmingCharacters(in: .whitespacesAndNewlines))")
}
