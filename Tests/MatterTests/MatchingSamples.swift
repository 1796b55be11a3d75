import DenseMath
import Matter
import Testing

/// Crystals for the tests of matching and fingerprints, and other descriptions of the same crystal.
enum MatchingSamples {
  static func crystal(
    _ lattice: Lattice, _ symbols: [String], _ positions: [SIMD3<Double>]
  ) throws -> Crystal {
    try Crystal(
      lattice: lattice, elements: symbols.map { try #require(Element(symbol: $0)) },
      positions: positions)
  }

  /// Rutile, TiO2; x of oxygen 0.3053 (Meagher and Lager, Can. Mineral. 17, 77 (1979)).
  static func rutile(_ symbols: (String, String) = ("Ti", "O")) throws -> Crystal {
    let u = 0.3053
    return try crystal(
      Lattice(a: SIMD3(4.594, 0, 0), b: SIMD3(0, 4.594, 0), c: SIMD3(0, 0, 2.958)),
      [symbols.0, symbols.0, symbols.1, symbols.1, symbols.1, symbols.1],
      [
        .zero, SIMD3(0.5, 0.5, 0.5), SIMD3(u, u, 0), SIMD3(1 - u, 1 - u, 0),
        SIMD3(0.5 + u, 0.5 - u, 0.5), SIMD3(0.5 - u, 0.5 + u, 0.5),
      ])
  }

  /// Anatase, TiO2, in its tetragonal cell (Horn et al., Z. Kristallogr. 136, 273 (1972)).
  static func anatase() throws -> Crystal {
    let z = 0.2081
    let titanium = [SIMD3(0, 0, 0), SIMD3(0.5, 0.5, 0.5), SIMD3(0, 0.5, 0.25), SIMD3(0.5, 0, 0.75)]
    let oxygen = titanium.flatMap { [$0 + SIMD3(0, 0, z), $0 - SIMD3(0, 0, z)] }
    return try crystal(
      Lattice(a: SIMD3(3.785, 0, 0), b: SIMD3(0, 3.785, 0), c: SIMD3(0, 0, 9.514)),
      [String](repeating: "Ti", count: 4) + [String](repeating: "O", count: 8), titanium + oxygen)
  }

  /// The same crystal in another cell, turned, with another origin and another order of sites.
  static func redescribed(_ crystal: Crystal, using rng: inout SplitMix64) throws -> Crystal {
    let (a, b, c) = (crystal.lattice.a, crystal.lattice.b, crystal.lattice.c)
    func whole() -> Double { Double(rng.index(below: 3)) - 1 }
    let (p, q, r) = (whole(), whole(), whole())
    let vectors = [a + p * b, b + q * c, c + r * (a + p * b)]
    let turn = rotation(using: &rng)
    let skewed = try Lattice(a: vectors[0], b: vectors[1], c: vectors[2])
    let lattice = try Lattice(a: turn(vectors[0]), b: turn(vectors[1]), c: turn(vectors[2]))
    let shift = SIMD3(rng.uniform(), rng.uniform(), rng.uniform())
    let order = rng.shuffled(Array(crystal.positions.indices))
    return try Crystal(
      lattice: lattice,
      occupants: order.flatMap { Array(crystal.occupants(of: $0)) },
      counts: order.map { crystal.occupants(of: $0).count },
      positions: order.map {
        skewed.fractional(crystal.lattice.cartesian(crystal.positions[$0])) + shift
      })
  }

  /// `nx × ny × nz` cells.
  static func repeated(_ crystal: Crystal, _ n: SIMD3<Int>) throws -> Crystal {
    var positions: [SIMD3<Double>] = []
    var occupants: [Occupant] = []
    var counts: [Int] = []
    let size = SIMD3<Double>(n)
    for i in 0..<n.x {
      for j in 0..<n.y {
        for k in 0..<n.z {
          for site in crystal.positions.indices {
            let cell = SIMD3(Double(i), Double(j), Double(k))
            positions.append((crystal.positions[site] + cell) / size)
            occupants += crystal.occupants(of: site)
            counts.append(crystal.occupants(of: site).count)
          }
        }
      }
    }
    let l = crystal.lattice
    return try Crystal(
      lattice: Lattice(a: size.x * l.a, b: size.y * l.b, c: size.z * l.c), occupants: occupants,
      counts: counts, positions: positions)
  }

  /// Sites moved by up to `size` Å in a random direction each.
  static func shaken(
    _ crystal: Crystal, _ size: Double, using rng: inout SplitMix64
  ) throws -> Crystal {
    let positions = crystal.positions.map { position in
      var step = SIMD3<Double>()
      repeat {
        step = 2 * SIMD3(rng.uniform() - 0.5, rng.uniform() - 0.5, rng.uniform() - 0.5)
      } while dot(step, step) > 1
      return position + crystal.lattice.fractional(size * step)
    }
    return try Crystal(
      lattice: crystal.lattice, occupants: crystal.occupants,
      counts: crystal.positions.indices.map { crystal.occupants(of: $0).count },
      positions: positions)
  }

  /// A random rotation, from a random unit quaternion.
  private static func rotation(
    using rng: inout SplitMix64
  ) -> (SIMD3<Double>) -> SIMD3<Double> {
    var q = SIMD4<Double>()
    repeat {
      q = SIMD4(rng.uniform(), rng.uniform(), rng.uniform(), rng.uniform()) - 0.5
    } while (q * q).sum() < 0.01
    q /= (q * q).sum().squareRoot()
    let (axis, w) = (SIMD3(q.x, q.y, q.z), q.w)
    return { v in
      let t = 2 * cross(axis, v)
      return v + w * t + cross(axis, t)
    }
  }
}
