internal import Foundation
internal import Matter

/// Facts of the space group that are numbers, and how many different sites there are.
///
/// The number of a space group is a name, so it is not among them.
enum SymmetryFeatures {
  static func add(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    let setting = crystal.symmetry?.setting
    for system in CrystalSystem.allCases {
      list.add(system.rawValue, setting.map { $0.crystalSystem == system ? 1 : 0 } ?? .nan)
    }
    let rotations = setting.map { Set($0.operations.map(\.rotation)) }
    list.add("point group order", rotations.map { Double($0.count) } ?? .nan)
    let centrings = setting.map { $0.operations.count(where: \.isPureTranslation) }
    list.add("lattice points", centrings.map(Double.init) ?? .nan)
    let inversion = IntegerMatrix(diagonal: SIMD3(-1, -1, -1))
    list.add("centrosymmetric", rotations.map { $0.contains(inversion) ? 1 : 0 } ?? .nan)
    list.add("chiral", rotations.map { $0.allSatisfy { $0.determinant > 0 } ? 1 : 0 } ?? .nan)
    list.add("polar", rotations.map { isPolar($0) ? 1 : 0 } ?? .nan)
    list.add("symmorphic", setting.map { isSymmorphic($0) ? 1 : 0 } ?? .nan)
    addOrbits(crystal, to: &list)
    addDisorder(crystal, to: &list)
  }

  /// Whether some direction stays as it is under all operations: the sum of the rotations projects
  /// on it.
  private static func isPolar(_ rotations: Set<IntegerMatrix>) -> Bool {
    let probes = [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
    return probes.contains { probe in
      let sum = rotations.reduce(SIMD3<Double>.zero) { $0 + $1 * SIMD3<Double>(probe) }
      return dot(sum, sum) > 0.5
    }
  }

  /// Whether the operations of the standard setting are rotations about its origin, up to centrings.
  private static func isSymmorphic(_ setting: SpaceGroupSetting) -> Bool {
    let centrings = setting.operations.filter(\.isPureTranslation).map(\.translation)
    return setting.operations.allSatisfy { centrings.contains($0.translation) }
  }

  /// Krivovichev, Angew. Chem. Int. Ed. 53, 654 (2014): bits of information per atom and per cell.
  private static func addOrbits(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    guard let symmetry = crystal.symmetry else {
      for name in ["sites", "distinct sites", "distinct share", "complexity", "cell complexity"] {
        list.add(name, Double.nan)
      }
      return
    }
    var counts: [Int: Double] = [:]
    for first in symmetry.crystallographicOrbits { counts[first, default: 0] += 1 }
    let total = Double(symmetry.crystallographicOrbits.count)
    let complexity = counts.sorted { $0.key < $1.key }.reduce(0) { sum, orbit in
      sum - orbit.value / total * log2(orbit.value / total)
    }
    let sites = Double(symmetry.primitiveSiteCount)
    list.add("sites", sites)
    list.add("distinct sites", Double(counts.count))
    list.add("distinct share", Double(counts.count) / sites)
    list.add("complexity", complexity)
    list.add("cell complexity", complexity * sites)
  }

  private static func addDisorder(_ crystal: CrystalSurroundings, to list: inout FeatureList) {
    var (disordered, vacant, entropy) = (0.0, 0.0, 0.0)
    for (site, weight) in crystal.weights.enumerated() {
      let occupants = crystal.structure.occupants(of: site)
      let vacancy = max(0, 1 - weight)
      if occupants.count > 1 || vacancy > 0.001 { disordered += 1 }
      vacant += vacancy
      for share in occupants.map(\.share) + [vacancy] where share > 0 {
        entropy -= share * log(share)
      }
    }
    let sites = Double(crystal.siteCount)
    list.add("disordered sites", disordered / sites)
    list.add("vacancies", vacant / sites)
    list.add("configurational entropy", max(0, entropy) / crystal.atomCount)
  }
}
