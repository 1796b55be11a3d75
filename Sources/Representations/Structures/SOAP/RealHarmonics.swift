/// Real spherical harmonics of many directions at once, orthonormal on the sphere.
///
/// `Y_lm` is at `l² + l + m`, with the cosines at m > 0 and the sines at m < 0, without the phase
/// of Condon and Shortley. Recursions on the unit sphere without angles, after Limpanuparb and
/// Milthorpe, arXiv:1410.1748, and for the gradients Bigi, Fraux, Browning and Ceriotti, J. Chem.
/// Phys. 159, 064802 (2023).
struct RealHarmonics: Sendable {
  let degree: Int

  /// `P_mm`, a constant each, `[degree + 1]`.
  private let starts: [Double]
  /// `P_lm = up (z P_(l−1)m − back P_(l−2)m)`, at `l (l + 1) / 2 + m`.
  private let up: [Double]
  private let back: [Double]
  /// `∂P_lm/∂z = alongZ P_(l−1)m` and `∂P_lm/∂x = −x across P_(l−1)(m+1)` for solid harmonics.
  private let alongZ: [Double]
  private let across: [Double]

  /// How many harmonics there are.
  var count: Int { (degree + 1) * (degree + 1) }

  /// Numbers that ``gradients(_:_:)`` needs room for.
  var scratchCount: Int { (degree + 1) * (degree + 2) / 2 + 2 * (degree + 1) }

  init(degree: Int) {
    self.degree = degree
    var start = 1 / (4 * Double.pi).squareRoot()
    var starts = [start]
    for m in stride(from: 1, through: degree, by: 1) {
      start *= (Double(2 * m + 1) / Double(2 * m)).squareRoot()
      starts.append(start)
    }
    self.starts = starts
    var (up, back, alongZ, across) = ([Double](), [Double](), [Double](), [Double]())
    for l in 0...degree {
      for m in 0...l {
        let (a, b) = (Double(l * l), Double(m * m))
        up.append(l > m ? ((4 * a - 1) / (a - b)).squareRoot() : 0)
        let before = Double((l - 1) * (l - 1))
        back.append(l > m + 1 ? ((before - b) / (4 * before - 1)).squareRoot() : 0)
        let ratio = l > 0 ? Double(2 * l + 1) / Double(2 * l - 1) : 0
        alongZ.append(l > m ? (ratio * (a - b)).squareRoot() : 0)
        across.append(l > m + 1 ? (ratio * Double((l - m) * (l - m - 1))).squareRoot() : 0)
      }
    }
    (self.up, self.back, self.alongZ, self.across) = (up, back, alongZ, across)
  }

  /// Unit vectors, one array for each component, and room for what is computed of them.
  struct Batch {
    var x: UnsafePointer<Double>
    var y: UnsafePointer<Double>
    var z: UnsafePointer<Double>
    /// Directions, a multiple of 4.
    var count: Int
    /// From one harmonic to the next in every result.
    var stride: Int
  }

  /// Writes `values[lm · stride + direction]`.
  func values(_ batch: Batch, into values: UnsafeMutablePointer<Double>) {
    up.withUnsafeBufferPointer { up in
      back.withUnsafeBufferPointer { back in
        for place in stride(from: 0, to: batch.count, by: 4) {
          let (x, y, z) = (load(batch.x, place), load(batch.y, place), load(batch.z, place))
          var (cosine, sine) = (SIMD4<Double>(repeating: 1), SIMD4<Double>.zero)
          for m in 0...degree {
            var lower = SIMD4<Double>.zero
            var current = SIMD4<Double>(repeating: starts[m])
            var l = m
            while true {
              let middle = values + (l * l + l) * batch.stride + place
              store(current * cosine, to: middle + m * batch.stride)
              if m > 0 { store(current * sine, to: middle - m * batch.stride) }
              l += 1
              if l > degree { break }
              let triangle = l * (l + 1) / 2 + m
              (lower, current) = (
                current, up[triangle] * (z * current - back[triangle] * lower)
              )
            }
            let root = m == 0 ? 2.0.squareRoot() : 1
            (cosine, sine) = (root * (x * cosine - y * sine), root * (x * sine + y * cosine))
          }
        }
      }
    }
  }

  /// Writes the values and `r ∇Y_lm`, the gradient on the unit sphere, component by component.
  ///
  /// - Parameters:
  ///   - gradients: `gradients[(axis · count + lm) · stride + direction]`.
  ///   - scratch: ``scratchCount`` vectors.
  func gradients(
    _ batch: Batch, values: UnsafeMutablePointer<Double>,
    gradients: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<SIMD4<Double>>
  ) {
    let cosines = scratch + (degree + 1) * (degree + 2) / 2
    let sines = cosines + degree + 1
    for place in stride(from: 0, to: batch.count, by: 4) {
      let r = (load(batch.x, place), load(batch.y, place), load(batch.z, place))
      polynomials(r.0, r.1, r.2, into: scratch, cosines: cosines, sines: sines)
      for l in 0...degree {
        for m in 0...l {
          let triangle = l * (l + 1) / 2 + m
          let factor = m == 0 ? 1 : 2.0.squareRoot()
          let p = factor * scratch[triangle]
          let pz = l > m ? factor * alongZ[triangle] * scratch[triangle - l] : .zero
          let pr = l > m + 1 ? -factor * across[triangle] * scratch[triangle - l + 1] : .zero
          let lowered = Double(m) * p
          let (c1, s1) = m == 0 ? (.zero, .zero) : (cosines[m - 1], sines[m - 1])
          let (c, s) = (cosines[m], sines[m])
          let middle = (l * l + l) * batch.stride + place
          let even = (pr * r.0 * c + lowered * c1, pr * r.1 * c - lowered * s1, pz * c)
          write(
            l, p * c, even, r, middle + m * batch.stride, batch.stride, values, gradients)
          guard m > 0 else { continue }
          let odd = (pr * r.0 * s + lowered * s1, pr * r.1 * s + lowered * c1, pz * s)
          write(
            l, p * s, odd, r, middle - m * batch.stride, batch.stride, values, gradients)
        }
      }
    }
  }

  /// The part of the gradient of a solid harmonic that is left on the sphere.
  @inline(__always)
  private func write(
    _ l: Int, _ value: SIMD4<Double>,
    _ solid: (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>),
    _ r: (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>), _ place: Int, _ stride: Int,
    _ values: UnsafeMutablePointer<Double>, _ gradients: UnsafeMutablePointer<Double>
  ) {
    let radial = Double(l) * value
    store(value, to: values + place)
    store(solid.0 - radial * r.0, to: gradients + place)
    store(solid.1 - radial * r.1, to: gradients + place + count * stride)
    store(solid.2 - radial * r.2, to: gradients + place + 2 * count * stride)
  }

  /// `P_lm` and the real and imaginary parts of `(x + i y)^m`.
  private func polynomials(
    _ x: SIMD4<Double>, _ y: SIMD4<Double>, _ z: SIMD4<Double>,
    into p: UnsafeMutablePointer<SIMD4<Double>>,
    cosines: UnsafeMutablePointer<SIMD4<Double>>, sines: UnsafeMutablePointer<SIMD4<Double>>
  ) {
    (cosines[0], sines[0]) = (.one, .zero)
    for m in 0..<degree {
      cosines[m + 1] = x * cosines[m] - y * sines[m]
      sines[m + 1] = x * sines[m] + y * cosines[m]
    }
    for l in 0...degree {
      let row = l * (l + 1) / 2
      for m in 0..<l {
        var value = z * p[row - l + m]
        if l > m + 1 { value -= back[row + m] * p[row - 2 * l + 1 + m] }
        p[row + m] = up[row + m] * value
      }
      p[row + l] = SIMD4(repeating: starts[l])
    }
  }
}

@inline(__always)
private func load(_ pointer: UnsafePointer<Double>, _ place: Int) -> SIMD4<Double> {
  UnsafeRawPointer(pointer + place).loadUnaligned(as: SIMD4<Double>.self)
}

@inline(__always)
private func store(_ value: SIMD4<Double>, to pointer: UnsafeMutablePointer<Double>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: SIMD4<Double>.self)
}
