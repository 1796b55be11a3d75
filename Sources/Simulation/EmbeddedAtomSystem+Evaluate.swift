import Matter

extension EmbeddedAtomSystem {
  /// Computes ``energy``, ``forces`` and ``stress`` for the atoms as they stand.
  ///
  /// Two passes over half of the pairs: densities, pair energies and slopes first, forces once
  /// the embedding slopes are known. Distances are compared without a branch and only pairs
  /// within the cutoff reach the polynomials.
  public func evaluate() {
    let table = EmbeddedAtomTable.shared
    for i in 0..<density.count { density[i] = 0 }
    let pairEnergy = table.coefficients.withUnsafeBufferPointer { coefficients in
      sumPairs(coefficients)
    }
    foldDensity()
    energy = pairEnergy + embed()
    spreadDensity()
    for i in 0..<force.count { force[i] = .zero }
    sumForces()
    sumStress()
    foldForces()
  }

  /// First pass: densities, slopes of each pair's functions; returns the pair energy.
  private func sumPairs(_ table: UnsafeBufferPointer<SIMD2<Double>>) -> Double {
    let isPure = kinds.allSatisfy { $0 == kinds[0] }
    let count = count
    let limit = cutoff * cutoff
    return places.withUnsafeBufferPointer { places in
      rowEntries.withUnsafeBufferPointer { entries in
        pairs.withUnsafeMutableBufferPointer { pairs in
          squares.withUnsafeMutableBufferPointer { squares in
            density.withUnsafeMutableBufferPointer { density in
              slopes.withUnsafeMutableBufferPointer { slopes in
                tables.withUnsafeBufferPointer { tables in
                  var energy = 0.0
                  var end = 0
                  for i in 0..<count {
                    let start = end
                    let here = places[i]
                    for row in Int(rowStarts[i])..<Int(rowStarts[i + 1]) {
                      let j = entries[row]
                      let d = places[Int(j)] - here
                      let q = d * d
                      let square = q.x + q.y + q.z
                      pairs[end] = j
                      squares[end &- start] = square
                      end &+= square < limit ? 1 : 0
                    }
                    pairStarts[i + 1] = Int32(end)
                    let own = table.baseAddress.unsafelyUnwrapped + Int(tables[i])
                    var sum = 0.0
                    if isPure {
                      for pair in start..<end {
                        let (v, s) = Self.functions(own, squares[pair &- start])
                        sum += v.x
                        density[Int(pairs[pair])] += v.x
                        energy += v.x * v.y
                        slopes[3 &* pair] = s.x * v.y + v.x * s.y
                        slopes[3 &* pair &+ 1] = s.x
                        slopes[3 &* pair &+ 2] = s.x
                      }
                    } else {
                      for pair in start..<end {
                        let j = Int(pairs[pair])
                        let square = squares[pair &- start]
                        let other = table.baseAddress.unsafelyUnwrapped + Int(tables[j])
                        let (v, s) = Self.functions(own, square)
                        let (w, t) = Self.functions(other, square)
                        sum += w.x
                        density[j] += v.x
                        energy += 0.5 * (v.x * w.y + w.x * v.y)
                        slopes[3 &* pair] =
                          0.5 * (s.x * w.y + v.x * t.y + t.x * v.y + w.x * s.y)
                        slopes[3 &* pair &+ 1] = s.x
                        slopes[3 &* pair &+ 2] = t.x
                      }
                    }
                    density[i] += sum
                  }
                  return energy
                }
              }
            }
          }
        }
      }
    }
  }

  /// Values of `(f, g)` and their derivatives by `r² / width` at a squared distance.
  @inline(__always)
  private static func functions(
    _ table: UnsafePointer<SIMD2<Double>>, _ square: Double
  ) -> (value: SIMD2<Double>, slope: SIMD2<Double>) {
    let position = square * (1 / EmbeddedAtomTable.width)
    // Adding 1.5·2⁵² leaves the nearest integer in the low bits: no conversion, no check.
    let shifted = position + 0x1.8p52
    let piece = Int(truncatingIfNeeded: Int32(truncatingIfNeeded: shifted.bitPattern))
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

  /// Replaces densities by embedding slopes; returns the embedding energy.
  private func embed() -> Double {
    var energy = 0.0
    for i in 0..<count {
      let (value, slope) = functions[kinds[i]].embedding(density[i])
      energy += value
      density[i] = slope
    }
    return energy
  }

  /// Second pass: the force of every pair on both of its atoms.
  private func sumForces() {
    let count = count
    let scale = 2 / EmbeddedAtomTable.width
    places.withUnsafeBufferPointer { places in
      pairs.withUnsafeBufferPointer { pairs in
        density.withUnsafeBufferPointer { embedding in
          slopes.withUnsafeBufferPointer { slopes in
            force.withUnsafeMutableBufferPointer { force in
              for i in 0..<count {
                let here = places[i]
                let slope = embedding[i]
                var sum = SIMD4<Double>.zero
                for pair in Int(pairStarts[i])..<Int(pairStarts[i + 1]) {
                  let j = Int(pairs[pair])
                  let d = places[j] - here
                  let strength =
                    scale
                    * (slopes[3 &* pair] + embedding[j] * slopes[3 &* pair &+ 1]
                      + slope * slopes[3 &* pair &+ 2])
                  let f = strength * d
                  sum += f
                  force[j] -= f
                }
                force[i] += sum
              }
            }
          }
        }
      }
    }
  }

  /// The virial as `−Σ r ⊗ f` over atoms and copies before the copies' forces are folded back.
  private func sumStress() {
    var w = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for i in 0..<force.count {
      let (r, f) = (places[i], force[i])
      w.0 += r.x * f.x
      w.1 += r.y * f.y
      w.2 += r.z * f.z
      w.3 += r.y * f.z
      w.4 += r.x * f.z
      w.5 += r.x * f.y
    }
    let v = -1 / lattice.volume
    stress = Stress(
      xx: w.0 * v, yy: w.1 * v, zz: w.2 * v, yz: w.3 * v, xz: w.4 * v, xy: w.5 * v)
  }
}
