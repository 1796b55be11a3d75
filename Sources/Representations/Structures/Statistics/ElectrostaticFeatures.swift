internal import Foundation
internal import Matter

/// The Coulomb energy of a crystal of ions with the likeliest oxidation states.
///
/// NaN where no neutral set of states is known, as for alloys.
enum ElectrostaticFeatures {
  /// e²/(4π ε₀), eV Å; CODATA 2018.
  private static let coulomb = 14.399_645_478

  static func add(_ crystal: CrystalSurroundings, to list: inout FeatureList) throws {
    let composition = try crystal.structure.crystal()?.composition
    let guess = composition.flatMap { composition in
      OxidationGuess(composition).map { (composition.elements, $0) }
    }
    guard let (elements, guess) = guess else {
      for name in ["charge", "electrostatic energy", "Madelung number", "guess"] {
        list.add(name, Double.nan)
      }
      list.add("site energy", WeightedSummary())
      list.add("site potential", WeightedSummary())
      return
    }
    var states = [Double](repeating: 0, count: Element.count + 1)
    for (element, state) in zip(elements, guess.states) { states[element.atomicNumber] = state }
    let charges = (0..<crystal.siteCount).map { site in
      crystal.structure.occupants(of: site).reduce(0) {
        $0 + $1.share * states[$1.element.atomicNumber]
      }
    }
    let sum = try EwaldSum(of: crystal.structure, .coarse)
    let energies = try sum.siteEnergies(of: charges).map { $0 * coulomb }
    let atoms = crystal.atomCount
    let squares = charges.reduce(0) { $0 + $1 * $1 }
    let energy = energies.reduce(0, +)
    let potentials = zip(energies, charges).map { abs($1) > 1e-6 ? 2 * $0 / abs($1) : .nan }
    list.add("charge", charges.reduce(0) { $0 + abs($1) } / atoms)
    list.add("electrostatic energy", energy / atoms)
    list.add(
      "Madelung number",
      squares > 1e-9
        ? energy / squares * cbrt(crystal.lattice.volume / atoms) / coulomb : .nan)
    list.add("guess", guess.logLikelihood)
    list.add("site energy", WeightedSummary(energies, weights: crystal.weights))
    list.add("site potential", WeightedSummary(potentials, weights: crystal.weights))
  }
}
