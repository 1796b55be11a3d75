import DenseMath
import Foundation
import Matter

/// Random crystals of known symmetry, for laws.
enum ArbitraryCrystal {
  /// A crystal of a space group in its first setting: one general orbit each of two or three
  /// elements, which leave no further symmetry.
  static func make(number: Int, seed: UInt64) throws -> Crystal {
    guard let setting = SpaceGroupSetting(number: number) else {
      throw SymmetryError.notFound(tolerance: 0)
    }
    var rng = SplitMix64(seed: seed)
    let lattice = try lattice(setting.crystalSystem, &rng)
    let elements = Element.all[10..<(setting.operations.count > 48 ? 12 : 13)]
    while true {
      let unit = try Crystal(
        lattice: lattice, elements: Array(elements),
        positions: elements.map { _ in SIMD3(rng.uniform(), rng.uniform(), rng.uniform()) })
      let crystal = try unit.expanded(by: setting.operations, mergingWithin: 1e-6)
      // A position near a symmetry element would be another Wyckoff position within tolerance.
      let close = try NeighborList(of: crystal, cutoff: 0.15, kind: .half)
      if close.pairCount == 0 { return crystal }
    }
  }

  private static func lattice(
    _ system: CrystalSystem, _ rng: inout SplitMix64
  ) throws -> Lattice {
    let (a, b, c) = (9 + rng.uniform(), 10.5 + rng.uniform(), 12 + rng.uniform())
    func angle() -> Double { (80 + 7 * rng.uniform()) * .pi / 180 }
    let right = Double.pi / 2
    switch system {
    case .triclinic:
      return try Lattice(
        Lattice.Parameters(a: a, b: b, c: c, alpha: angle(), beta: angle(), gamma: angle()))
    case .monoclinic:
      return try Lattice(
        Lattice.Parameters(a: a, b: b, c: c, alpha: right, beta: .pi - angle(), gamma: right))
    case .orthorhombic:
      return try Lattice(
        Lattice.Parameters(a: a, b: b, c: c, alpha: right, beta: right, gamma: right))
    case .tetragonal:
      return try Lattice(
        Lattice.Parameters(a: a, b: a, c: c, alpha: right, beta: right, gamma: right))
    case .trigonal, .hexagonal:
      return try Lattice(
        Lattice.Parameters(a: a, b: a, c: c, alpha: right, beta: right, gamma: .pi * 2 / 3))
    case .cubic:
      return try Lattice(
        Lattice.Parameters(a: c, b: c, c: c, alpha: right, beta: right, gamma: right))
    }
  }

  /// The same crystal turned and shifted, with its sites in another order.
  static func moved(_ crystal: Crystal, using rng: inout SplitMix64) throws -> Crystal {
    let axes = orthonormal(&rng)
    func turned(_ v: SIMD3<Double>) -> SIMD3<Double> {
      SIMD3(dot(axes[0], v), dot(axes[1], v), dot(axes[2], v))
    }
    let shift = SIMD3(rng.uniform(), rng.uniform(), rng.uniform())
    let order = rng.shuffled(Array(crystal.positions.indices))
    let lattice = crystal.lattice
    return try Crystal(
      lattice: Lattice(a: turned(lattice.a), b: turned(lattice.b), c: turned(lattice.c)),
      occupants: order.flatMap { crystal.occupants(of: $0) },
      counts: order.map { crystal.occupants(of: $0).count },
      positions: order.map { crystal.positions[$0] + shift })
  }

  private static func orthonormal(_ rng: inout SplitMix64) -> [SIMD3<Double>] {
    let u = SIMD3(rng.normal(), rng.normal(), rng.normal())
    let v = SIMD3(rng.normal(), rng.normal(), rng.normal())
    let x = u / length(u)
    let across = cross(x, v)
    let y = across / length(across)
    return [x, y, cross(x, y)]
  }
}
