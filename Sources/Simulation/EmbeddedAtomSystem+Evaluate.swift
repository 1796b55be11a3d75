import Matter

extension EmbeddedAtomSystem {
  /// Computes ``energy``, ``forces`` and ``stress`` for the atoms as they stand.
  ///
  /// Two passes over half of the pairs: densities, pair energies and slopes first, forces once
  /// the embedding slopes are known. Distances are compared without a branch and only pairs
  /// within the cutoff reach the polynomials.
  public func evaluate() {
    pairs.densities.fill(0)
    let pairEnergy = EmbeddedAtomTable.shared.coefficients.withUnsafeBufferPointer { table in
      // The table is never empty.
      pairs.sumPairs(table.baseAddress.unsafelyUnwrapped, cutoff: cutoff, isPure: isPure)
    }
    pairs.foldDensities()
    energy = pairEnergy + embed()
    pairs.spreadSlopes()
    pairs.forces.fill(.zero)
    pairs.sumForces()
    let virial = pairs.virial()
    let scale = -1 / lattice.volume
    stress = Stress(
      xx: scale * virial.xx, yy: scale * virial.yy, zz: scale * virial.zz,
      yz: scale * virial.yz, xz: scale * virial.xz, xy: scale * virial.xy)
    pairs.foldForces()
  }

  /// Replaces densities by embedding slopes; returns the embedding energy.
  private func embed() -> Double {
    let densities = pairs.densities.base
    var energy = 0.0
    functions.withUnsafeBufferPointer { functions in
      for (atom, kind) in kinds.enumerated() {
        let (value, slope) = functions[kind].embedding(densities[atom])
        energy += value
        densities[atom] = slope
      }
    }
    return energy
  }
}

extension PairList {
  /// First pass: densities, slopes of each pair's functions; returns the pair energy.
  func sumPairs(
    _ table: UnsafePointer<SIMD2<Double>>, cutoff: Double, isPure: Bool
  ) -> Double {
    let (starts, ends, tables) = (starts.base, ends.base, tables.base)
    let limit = cutoff * cutoff
    var energy = 0.0
    var end = 0
    for atom in 0..<count {
      let start = end
      end = compact(Int(starts[atom])..<Int(starts[atom &+ 1]), around: atom, limit, from: start)
      ends[atom] = Int32(truncatingIfNeeded: end)
      let own = table + Int(tables[atom])
      energy += isPure ? addPure(start, end, own, atom) : addMixed(start, end, own, atom, table)
    }
    return energy
  }

  /// Copies the entries of a row that are within the cutoff to ``partners``, and their squared
  /// distances to ``squares``; returns where the row ends.
  ///
  /// Every candidate is written and only a near one advances the end: no branch to mispredict.
  @inline(__always)
  private func compact(
    _ row: Range<Int>, around atom: Int, _ limit: Double, from start: Int
  ) -> Int {
    let (places, entries) = (places.base, entries.base)
    let (partners, squares) = (partners.base, squares.base)
    let here = places[atom]
    var end = start
    for entry in row {
      let partner = entries[entry]
      let d = places[Int(partner)] - here
      let q = d * d
      let square = q.x + q.y + q.z
      partners[end] = partner
      squares[end &- start] = square
      end &+= square < limit ? 1 : 0
    }
    return end
  }

  /// Pairs of one metal: `φ = f g`, one look-up a pair.
  @inline(__always)
  private func addPure(
    _ start: Int, _ end: Int, _ own: UnsafePointer<SIMD2<Double>>, _ atom: Int
  ) -> Double {
    let (partners, squares) = (partners.base, squares.base)
    let (densities, slopes) = (densities.base, slopes.base)
    var (energy, sum) = (0.0, 0.0)
    for pair in start..<end {
      let (v, s) = Self.functions(own, squares[pair &- start])
      sum += v.x
      densities[Int(partners[pair])] += v.x
      energy += v.x * v.y
      slopes[3 &* pair] = s.x * v.y + v.x * s.y
      slopes[3 &* pair &+ 1] = s.x
      slopes[3 &* pair &+ 2] = s.x
    }
    densities[atom] += sum
    return energy
  }

  /// Pairs of any metals: `φ = ½ (f_b g_a + f_a g_b)`.
  @inline(__always)
  private func addMixed(
    _ start: Int, _ end: Int, _ own: UnsafePointer<SIMD2<Double>>, _ atom: Int,
    _ table: UnsafePointer<SIMD2<Double>>
  ) -> Double {
    let (partners, squares, tables) = (partners.base, squares.base, tables.base)
    let (densities, slopes) = (densities.base, slopes.base)
    var (energy, sum) = (0.0, 0.0)
    for pair in start..<end {
      let partner = Int(partners[pair])
      let square = squares[pair &- start]
      let (v, s) = Self.functions(own, square)
      let (w, t) = Self.functions(table + Int(tables[partner]), square)
      sum += w.x
      densities[partner] += v.x
      energy += 0.5 * (v.x * w.y + w.x * v.y)
      slopes[3 &* pair] = 0.5 * (s.x * w.y + v.x * t.y + t.x * v.y + w.x * s.y)
      slopes[3 &* pair &+ 1] = s.x
      slopes[3 &* pair &+ 2] = t.x
    }
    densities[atom] += sum
    return energy
  }

  /// Values of `(f, g)` and their derivatives by `r² / width` at a squared distance.
  @inline(__always)
  private static func functions(
    _ table: UnsafePointer<SIMD2<Double>>, _ square: Double
  ) -> (value: SIMD2<Double>, slope: SIMD2<Double>) {
    let position = square * (1 / EmbeddedAtomTable.width)
    // Adding 1.5·2⁵² leaves the nearest integer in the low bits: no conversion, no check.
    let shifted = position + 0x1.8p52
    let piece = Int(Int32(truncatingIfNeeded: shifted.bitPattern))
    let t = SIMD2(repeating: position - (shifted - 0x1.8p52))
    let c = table + piece &* EmbeddedAtomTable.coefficientsPerPiece
    var slope = c[5]
    var value = c[5] * t + c[4]
    slope = slope * t + value
    value = value * t + c[3]
    slope = slope * t + value
    value = value * t + c[2]
    slope = slope * t + value
    value = value * t + c[1]
    slope = slope * t + value
    value = value * t + c[0]
    return (value, slope)
  }

  /// Second pass: the force of every pair on both of its atoms.
  func sumForces() {
    let (places, forces, embedding) = (places.base, forces.base, densities.base)
    let (partners, slopes, ends) = (partners.base, slopes.base, ends.base)
    let scale = 2 / EmbeddedAtomTable.width
    var start = 0
    for atom in 0..<count {
      let here = places[atom]
      let slope = embedding[atom]
      var sum = SIMD4<Double>.zero
      let end = Int(ends[atom])
      for pair in start..<end {
        let partner = Int(partners[pair])
        let d = places[partner] - here
        let strength =
          scale
          * (slopes[3 &* pair] + embedding[partner] * slopes[3 &* pair &+ 1]
            + slope * slopes[3 &* pair &+ 2])
        let f = strength * d
        sum += f
        forces[partner] -= f
      }
      forces[atom] += sum
      start = end
    }
  }

  /// `Σ r ⊗ f` over atoms and copies, eV; before the copies' forces are folded back.
  func virial() -> Stress {
    let (places, forces) = (places.base, forces.base)
    var w = Stress(xx: 0, yy: 0, zz: 0, yz: 0, xz: 0, xy: 0)
    for place in 0..<self.places.count {
      let (r, f) = (places[place], forces[place])
      w.xx += r.x * f.x
      w.yy += r.y * f.y
      w.zz += r.z * f.z
      w.yz += r.y * f.z
      w.xz += r.x * f.z
      w.xy += r.x * f.y
    }
    return w
  }
}
