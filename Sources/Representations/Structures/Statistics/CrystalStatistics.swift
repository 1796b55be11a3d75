internal import DenseMath
internal import Foundation
internal import Matter

/// What a crystal is like as a whole: packing, symmetry, bonds, angles, distributions of distances,
/// electrostatics, springs and order, in a few hundred numbers.
///
/// Made for trees and forests beside a descriptor of the composition. Everything is computed in the
/// primitive cell, so that no choice of cell, supercell, orientation or order of sites matters.
/// Bonds are the walls of the Voronoi cells, weighted by their solid angles, which changes smoothly
/// where a cutoff would not; as in Ward et al., Phys. Rev. B 96, 024104 (2017). A shared site counts
/// by its shares and has the mean properties of its occupants; partly filled sites within 1 Å that
/// together hold one atom at most are taken for one site. Columns that need what is not known, such
/// as the covalent radius of an element or a neutral set of oxidation states, are NaN.
///
/// Some 10 ms for a crystal of ten atoms, most of it the search for its symmetry.
public struct CrystalStatistics: StructureDescriptor {
  public let name = "structure"
  public let version = 1

  private static let names: [String] = {
    // Any crystal has all columns; this one is there without a file.
    guard let sodium = Element(symbol: "Na"), let chlorine = Element(symbol: "Cl"),
      let lattice = try? Lattice(a: SIMD3(4, 0, 0), b: SIMD3(0, 4, 0), c: SIMD3(0, 0, 4)),
      let crystal = try? Crystal(
        lattice: lattice, elements: [sodium, chlorine],
        positions: [.zero, SIMD3(repeating: 0.5)]),
      let list = try? features(of: AtomicStructure(crystal), collectingNames: true)
    else { preconditionFailure("cesium chloride's structure has no features") }
    return list.names
  }()

  public var columns: [String] { Self.names }

  public init() {}

  /// - Throws: ``StructureDescriptorError`` for structures without a cell and full sites in one
  ///   place; ``NeighborListError`` where the neighbors do not fit.
  public func row(of structure: AtomicStructure) throws -> [Double] {
    try Self.features(of: structure, collectingNames: false).values
  }

  private static func features(
    of structure: AtomicStructure, collectingNames: Bool
  ) throws -> FeatureList {
    let surroundings = try CrystalSurroundings(structure)
    var list = FeatureList(collectingNames: collectingNames)
    PackingFeatures.add(surroundings, to: &list)
    SymmetryFeatures.add(surroundings, to: &list)
    BondFeatures.add(surroundings, to: &list)
    DifferenceFeatures.add(surroundings, to: &list)
    SpringFeatures.add(surroundings, to: &list)
    try DistributionFeatures.add(surroundings, to: &list)
    try ElectrostaticFeatures.add(surroundings, to: &list)
    try ConnectivityFeatures.add(surroundings, to: &list)
    return list
  }
}
