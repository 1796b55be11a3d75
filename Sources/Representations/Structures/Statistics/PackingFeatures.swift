internal import Foundation
internal import Matter

/// How densely a crystal is filled, and with what.
enum PackingFeatures {
  /// 1 u/Å³ in g/cm³: the atomic mass constant of CODATA 2018.
  private static let gramsPerCubicCentimeter = 1.660_539_066_60

  static func add(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    let volume = crystal.lattice.volume
    let atoms = crystal.atomCount
    let share = crystal.weights.map { $0 / atoms }
    func mean(_ property: (Element) -> Double) -> Double {
      zip(crystal.means(property), share).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let mass = mean(\.mass)
    list.add("density", mass * atoms / volume * gramsPerCubicCentimeter)
    list.add("volume per atom", volume / atoms)
    list.add("atom spacing", cbrt(volume / atoms))
    let spheres = mean { 4 / 3 * Double.pi * pow($0.covalentRadius ?? .nan, 3) }
    list.add("packing fraction", spheres * atoms / volume)
    let elemental = mean { $0.value(of: .groundStateVolume) ?? .nan }
    list.add("volume to elements", volume / atoms / elemental)
    let electrons = mean { $0.value(of: .valence) ?? .nan }
    list.add("valence electron density", electrons * atoms / volume)
    list.add("mass frequency", 1 / (mass.squareRoot() * cbrt(volume / atoms)))
    let relative = zip(crystal.cellVolumes, crystal.radii).map { $0 / pow($1, 3) }
    list.add("site volume", WeightedSummary(crystal.cellVolumes, weights: crystal.weights))
    list.add("site volume to radius", WeightedSummary(relative, weights: crystal.weights))
    let radii = WeightedSummary(crystal.radii, weights: crystal.weights)
    list.add("radius spread", radii.deviation / radii.mean)
  }
}
