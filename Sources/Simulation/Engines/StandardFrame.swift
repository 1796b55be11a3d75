import Matter

/// The axes in which the first cell vector of a crystal lies along x and the second in the xy plane,
/// written in the crystal's own axes.
///
/// The third has a positive z component: a left-handed crystal is mirrored, which changes no energy.
struct StandardFrame: Hashable, Sendable {
  let x: SIMD3<Double>
  let y: SIMD3<Double>
  let z: SIMD3<Double>

  init(_ lattice: Lattice) {
    let (a, b, c) = (lattice.a, lattice.b, lattice.c)
    x = a / length(a)
    var z = cross(a, b)
    z /= length(z)
    if dot(z, c) < 0 { z = -z }
    let up = b - dot(b, x) * x
    y = up / length(up)
    self.z = z
  }

  func rotated(_ vector: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(dot(vector, x), dot(vector, y), dot(vector, z))
  }

  /// The inverse of ``rotated(_:)``.
  func unrotated(_ vector: SIMD3<Double>) -> SIMD3<Double> {
    vector.x * x + vector.y * y + vector.z * z
  }

  func unrotated(_ stress: Stress) -> Stress {
    let turn = StrainMatrix(x, y, z)
    let m = turn * stress.matrix * turn.transposed
    return Stress(xx: m.x.x, yy: m.y.y, zz: m.z.z, yz: m.y.z, xz: m.x.z, xy: m.x.y)
  }

  func unrotated(_ evaluation: Evaluation) -> Evaluation {
    Evaluation(
      energy: evaluation.energy, forces: evaluation.forces.map { unrotated($0) },
      stress: unrotated(evaluation.stress))
  }

  /// The crystal in these axes; components that vanish are exactly zero.
  func rotated(_ crystal: Crystal) -> Crystal {
    let (a, b, c) = (crystal.lattice.a, crystal.lattice.b, crystal.lattice.c)
    do {
      let lattice = try Lattice(
        a: SIMD3(dot(a, x), 0, 0), b: SIMD3(dot(b, x), dot(b, y), 0), c: rotated(c))
      return try Crystal(
        lattice: lattice, occupants: crystal.occupants, positions: crystal.positions)
    } catch {
      // A rotation keeps volumes, and these positions are those of a crystal.
      preconditionFailure("a rotated crystal is a crystal: \(error)")
    }
  }
}
