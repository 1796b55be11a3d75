import DenseMath
import Ecosystem
import Foundation
import Learning
import Matter

@testable import Service

/// A store, spectra and a model for a service under test.
enum ServiceMaterials {
  static let saltCIF = """
    data_NaCl
    _cell_length_a 5.64
    _cell_length_b 5.64
    _cell_length_c 5.64
    _cell_angle_alpha 90
    _cell_angle_beta 90
    _cell_angle_gamma 90
    _symmetry_space_group_name_H-M 'F m -3 m'
    loop_
    _symmetry_equiv_pos_as_xyz
    'x,y,z'
    'x,y+1/2,z+1/2'
    'x+1/2,y,z+1/2'
    'x+1/2,y+1/2,z'
    loop_
    _atom_site_label
    _atom_site_type_symbol
    _atom_site_fract_x
    _atom_site_fract_y
    _atom_site_fract_z
    Na1 Na 0 0 0
    Cl1 Cl 0.5 0.5 0.5

    """

  /// Three oxides, two other compositions, one of which has no usable value, and a crystal.
  static func fill(_ folder: String) throws {
    let table = """
      id,formula,gap (eV)
      m1,TiO2,3.05
      m2,ZnO,3.3
      m3,MgO,7.8
      m4,GaAs,1.43
      m5,Si,n/a

      """
    try Data(table.utf8).write(to: URL(fileURLWithPath: folder + "/gaps.csv"))
    try Data(saltCIF.utf8).write(to: URL(fileURLWithPath: folder + "/salt.cif"))
    let store = try RecordStore(path: folder + "/store.sqlite")
    for file in ["gaps.csv", "salt.cif"] {
      _ = try DataImport(errorRule: .stop, threads: 1).run(folder + "/" + file, into: store)
    }
    let spectra = folder + "/spectra"
    try FileManager.default.createDirectory(
      atPath: spectra, withIntermediateDirectories: true)
    let lines = (0..<9000).map { "\(Double($0) / 100) \($0 == 4321 ? 1000 : 10)\n" }
    try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: spectra + "/m1.xy"))
    try Data("no spectrum\n".utf8).write(to: URL(fileURLWithPath: spectra + "/TiO2.xy"))
    try FileManager.default.createSymbolicLink(
      atPath: spectra + "/m2.xy", withDestinationPath: folder + "/tokens.json")
  }

  /// Hardness of alloys of nickel with copper or silver, at a temperature.
  static let model: Model? = {
    var rng = SplitMix64(seed: 11)
    let rows = (0..<40).compactMap { index -> Dataset.Row? in
      let share = 0.05 + 0.9 * rng.uniform()
      guard let first = Element(symbol: "Ni"),
        let second = Element(symbol: index % 2 == 0 ? "Cu" : "Ag"),
        let composition = try? Composition([first: share, second: 1 - share])
      else { return nil }
      let temperature = 300 + 700 * rng.uniform()
      return Dataset.Row(
        identifier: "row \(index + 1)",
        candidate: Candidate(composition, variables: [temperature]),
        target: 10 * share + temperature / 500 + 0.1 * rng.normal())
    }
    guard
      let dataset = try? Dataset(
        source: "alloys.csv", rows: rows, targetName: "hardness", unit: "GPa",
        variableNames: ["temperature"]),
      let outcome = try? TrainingPipeline(.init(folds: 3), threads: 1).run(
        candidates: dataset.candidates, targets: dataset.targets,
        trainer: GaussianProcessTrainer(), seed: 5),
      let surrogate = outcome.surrogate as? any StorableSurrogate
    else { return nil }
    let card = ModelCard(
      dataset: dataset, formulaColumn: "formula", surrogate: "gp", settings: "{}", seed: 5,
      versions: ["athanor": "0.1"], quality: outcome.quality)
    return Model(
      surrogate: surrogate, calibration: outcome.calibration, card: card,
      training: TrainingRows(dataset))
  }()

  /// A service that shows all of it.
  static func service() async throws -> TestService {
    try await TestService(
      prepare: { folder in
        try fill(folder)
        try FileManager.default.createDirectory(
          atPath: folder + "/models", withIntermediateDirectories: true)
        try model?.write(to: folder + "/models/hardness.safetensors")
        try Data("no model".utf8).write(
          to: URL(fileURLWithPath: folder + "/models/broken.safetensors"))
        try FileManager.default.createSymbolicLink(
          atPath: folder + "/models/link.safetensors",
          withDestinationPath: folder + "/models/hardness.safetensors")
      },
      configure: { configuration in
        configuration.store = configuration.folder + "/store.sqlite"
        configuration.spectra = configuration.folder + "/spectra"
        configuration.models = configuration.folder + "/models"
      })
  }
}
