public import Matter
public import Simulation

/// Answers from the virtual laboratory.
///
/// The spread of a property is its standard deviation over the random cells; of one random cell
/// alone it is not known. A pure metal has one cell only, and no spread.
public struct VirtualLaboratoryOracle: Oracle {
  public let laboratory: VirtualLaboratory

  public init(_ laboratory: VirtualLaboratory) {
    self.laboratory = laboratory
  }

  /// What it measures, with units as printed.
  public static let units = [
    "formationEnergyPerAtom": "eV/atom", "latticeParameter": "Å", "density": "g/cm³",
    "bulkModulusGPa": "GPa", "latticeDistortion": "", "c11GPa": "GPa", "c12GPa": "GPa",
    "c44GPa": "GPa",
  ]

  /// What is measured only where the configuration asks for elastic constants.
  static let elastic: Set<String> = ["c11GPa", "c12GPa", "c44GPa"]

  public func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
    let found = try laboratory.measure(candidate.composition, seed: seed)
    let estimates: [String: Estimate?] = [
      "formationEnergyPerAtom": found.formationEnergyPerAtom,
      "latticeParameter": found.latticeParameter, "density": found.density,
      "bulkModulusGPa": found.bulkModulusGPa, "latticeDistortion": found.latticeDistortion,
      "c11GPa": found.c11GPa, "c12GPa": found.c12GPa, "c44GPa": found.c44GPa,
    ]
    var values: [String: MeasuredValue] = [:]
    for (property, estimate) in estimates {
      guard let estimate else { continue }
      let isSpreadKnown = found.cells > 1 || found.elements.count == 1
      // `+ 0` turns −0 into 0.
      values[property] = MeasuredValue(
        estimate.mean + 0, spread: isSpreadKnown ? estimate.spread : nil,
        unit: Self.units[property])
    }
    return Observation(values)
  }
}
