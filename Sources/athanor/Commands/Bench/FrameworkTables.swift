import Ecosystem
import Formats
import Learning
import Matter

/// Xe/Kr selectivities of covalent organic frameworks by Henry coefficients and by grand-canonical Monte
/// Carlo, with the time that each simulation took: Gantzler et al., Digit. Discov. 2, 1937 (2023).
struct FrameworkTables {
  /// What the methods say of one framework.
  struct Framework {
    let name: String
    let candidate: Candidate

    /// Henry, Monte Carlo.
    let selectivities: [Double]

    /// Of both gases together, hours.
    let hours: [Double]
  }

  static let methods = ["Henry", "GCMC"]
  let frameworks: [Framework]

  init(folder: String) throws {
    let methods = try [
      Self.simulations("\(folder)/henry_calculations.csv.gz"),
      Self.simulations("\(folder)/gcmc_calculations.csv.gz"),
    ]
    let descriptors = try DataFile.table("\(folder)/cof_descriptors.csv")
    let names = try descriptors.strings("crystal_name")
    let columns = try descriptors.columns.filter { $0 != "crystal_name" }.map {
      try descriptors.doubles($0)
    }
    frameworks = names.indices.compactMap { row in
      let found = methods.compactMap { $0[names[row]] }
      guard found.count == methods.count else { return nil }
      return Framework(
        name: names[row].replacing("_ddec.cif", with: ""),
        candidate: Candidate(variables: columns.map { $0[row] }),
        selectivities: found.map(\.selectivity), hours: found.map(\.hours))
    }
    guard !frameworks.isEmpty else {
      throw CommandError("\(folder): no framework has descriptors and both selectivities.")
    }
  }

  /// Selectivity and time of each framework by its name; the times of both gases are added.
  private static func simulations(
    _ path: String
  ) throws -> [String: (selectivity: Double, hours: Double)] {
    let table = try DataFile.table(path)
    let names = try table.strings("xtal")
    // Where nothing was adsorbed there is no selectivity.
    let values = try table.strings("selectivity Xe/Kr").map { Double($0) ?? .nan }
    let minutes = try table.doubles("elapsed time (min)")
    var result: [String: (selectivity: Double, hours: Double)] = [:]
    for row in names.indices where values[row] > 0 {
      let hours = minutes[row] / 60 + (result[names[row]]?.hours ?? 0)
      result[names[row]] = (values[row], hours)
    }
    return result
  }
}
