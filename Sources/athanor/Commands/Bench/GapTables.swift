import DenseMath
import Ecosystem
import Formats
import Foundation
import Learning
import Matter

/// Band gaps by several methods: those of Chen et al., Nat. Comput. Sci. 1, 46 (2021), whose identifiers
/// have a formula among the non-metals of the Materials Project, and the experimental ones of Zhuo et al.,
/// J. Phys. Chem. Lett. 9, 1668 (2018).
struct GapTables {
  let methods: [LowerFidelities.Level]

  init(folder: String) throws {
    let formulas = try DataFile.table("\(folder)/mp-non-metals.csv.gz")
    let compositions = Dictionary(
      zip(
        try formulas.strings("material_id"), try Dataset.compositions(formulas, "composition")),
      uniquingKeysWith: { first, _ in first })
    let path = "\(folder)/data_no_structs.json.gz"
    let bytes = try Gzip.decompress(AtomicFile.read(path), file: path)
    let gaps = try JSONDecoder().decode([String: [String: Double]].self, from: Data(bytes))
    let names = [("PBE", "pbe"), ("HSE", "hse"), ("GLLB-SC", "gllb-sc"), ("SCAN", "scan")]
    let measured = try DataFile.table("\(folder)/expt-non-metals.csv")
    methods =
      names.map { name, key in
        let rows = (gaps[key] ?? [:]).filter { compositions[$0.key] != nil }
          .sorted { $0.key < $1.key }
        return LowerFidelities.Level(
          name, candidates: rows.compactMap { compositions[$0.key].map { Candidate($0) } },
          targets: rows.map(\.value))
      } + [
        LowerFidelities.Level(
          "experiment",
          candidates: try Dataset.compositions(measured, "composition").map { Candidate($0) },
          targets: try measured.doubles("Eg"))
      ]
  }

  /// The rows of a method, a fifth of its formulas held out.
  func split(
    _ method: String, seed: UInt64
  ) -> (training: LowerFidelities.Level, test: LowerFidelities.Level) {
    guard let all = methods.first(where: { $0.name == method }) else {
      preconditionFailure("there is no method \(method)")
    }
    let formulas = Set(all.candidates.map(\.composition.reducedFormula)).sorted()
    var generator = SplitMix64(seed: seed, stream: 0x6A95)
    let test = Set(generator.shuffled(formulas).prefix(formulas.count / 5))
    return (all.without(test), all.without(Set(formulas).subtracting(test)))
  }
}

extension LowerFidelities.Level {
  /// The rows of all formulas but these.
  func without(_ formulas: Set<String>) -> LowerFidelities.Level {
    let kept = candidates.indices.filter {
      !formulas.contains(candidates[$0].composition.reducedFormula)
    }
    return LowerFidelities.Level(
      name, candidates: kept.map { candidates[$0] }, targets: kept.map { targets[$0] })
  }
}
