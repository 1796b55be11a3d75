/// The campaign of `athanor demo`: a light and stiff alloy from the virtual laboratory.
enum AlloyDemo {
  static let question =
    "Which alloy of sixteen metals is stiffest for its weight, mixes willingly and keeps its lattice?"

  static let file = "alloys.yaml"

  /// The recipe, as anybody could write it.
  static let recipe = """
    # Which alloy of at most five of sixteen metals has the highest bulk modulus per density, mixes
    # willingly and keeps its lattice? Measured by embedded-atom potentials.
    name: Stiff and light alloys
    seed: 0
    space:
      elements: [Mg, Al, Ti, Fe, Co, Ni, Cu, Zr, Mo, Pd, Ag, Ta, W, Pt, Au, Pb]
      step: 0.05
      maximumElements: 5
    objective:
      maximize: bulkModulusGPa / density
    limits:
      - {property: formationEnergyPerAtom, atMost: 0.02}
      - {property: latticeDistortion, atMost: 0.05}
    surrogate: {kind: gp, features: fractions}
    acquisition: {kind: convex, alpha: 0.3}
    initial: 24
    budget: 64
    compare: [log-ei, thompson, random]
    repeats: 6
    oracle:
      virtualLaboratory: {atoms: 80, cells: 2}

    """

  /// The recipe with another seed or number of runs.
  static func recipe(seed: UInt64, repeats: Int) -> String {
    recipe.replacing("seed: 0\n", with: "seed: \(seed)\n")
      .replacing("repeats: 6\n", with: "repeats: \(repeats)\n")
  }
}
