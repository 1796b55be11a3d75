import DenseMath
import Foundation
import Matter

/// One million formulas with a target from CSV into a new store, by the program itself.
func benchmarkImport() throws {
  let program = Bundle.main.executableURL?.deletingLastPathComponent()
    .appendingPathComponent("athanor").path
  guard let program, FileManager.default.isExecutableFile(atPath: program) else {
    return skip("the import is not measured: build athanor first (make build).")
  }
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("athanor import \(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let table = folder.appendingPathComponent("formulas.csv")
  try Data(importTable(rows: 1_000_000).utf8).write(to: table)
  let before = processorTime()
  var peak = 0.0
  let wall = shortestTime(repeats: 1) {
    peak = spawn(program, ["data", "import", table.path, "--store", folder.path + "/s.sqlite"])
  }
  let name = "import of 1,000,000 formulas"
  Figure.cost("\(name): time", unit: "s", ours: wall).report()
  Figure.cost("\(name): processor time", unit: "s", ours: processorTime() - before).report()
  Figure.cost("\(name): peak memory", unit: "MiB", ours: peak).report()
}

/// Formulas of two to five elements with amounts of 1 to 9, and a number each.
private func importTable(rows: Int) -> String {
  var rng = SplitMix64(seed: 1)
  var text = "formula,formation energy (eV/atom)\n"
  for _ in 0..<rows {
    var elements: Set<Int> = []
    let count = 2 + rng.index(below: 4)
    while elements.count < count { elements.insert(rng.index(below: 94)) }
    for element in elements.sorted() {
      text += "\(Element.all[element].symbol)\(1 + rng.index(below: 9))"
    }
    text += ",\(-Double(rng.index(below: 4_000_000)) / 1e6)\n"
  }
  return text
}

/// Of all children that have ended, seconds.
private func processorTime() -> Double {
  var usage = rusage()
  getrusage(RUSAGE_CHILDREN.rawValue, &usage)
  return [usage.ru_utime, usage.ru_stime].reduce(0.0) {
    $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
  }
}
