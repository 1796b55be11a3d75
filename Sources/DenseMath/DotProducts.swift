// The inner loops of the dense kernels. Everything is a sum of products along contiguous rows;
// sums run in a fixed order, so results are equal on every run.

@inline(__always)
private func pair(_ pointer: UnsafePointer<Double>, _ place: Int) -> SIMD2<Double> {
  UnsafeRawPointer(pointer + place).loadUnaligned(as: SIMD2<Double>.self)
}

@inline(__always)
private func quad(_ pointer: UnsafePointer<Double>, _ place: Int) -> SIMD4<Double> {
  UnsafeRawPointer(pointer + place).loadUnaligned(as: SIMD4<Double>.self)
}

/// `Σ a[k] b[k]` over `count` terms.
@inline(__always)
func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
  var first = SIMD4<Double>.zero
  var second = SIMD4<Double>.zero
  var k = 0
  while k + 8 <= count {
    first += quad(a, k) * quad(b, k)
    second += quad(a, k + 4) * quad(b, k + 4)
    k += 8
  }
  var sum = (first + second).sum()
  while k < count {
    sum += a[k] * b[k]
    k += 1
  }
  return sum
}

/// `Σ a[k] b[k]`, rounded exactly as each of the sums of ``dotFour(_:_:stride:_:)`` is.
@inline(__always)
func dotOne(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
  var lanes = SIMD4<Double>.zero
  var k = 0
  while k + 4 <= count {
    lanes += quad(a, k) * quad(b, k)
    k += 4
  }
  var sum = lanes.sum()
  while k < count {
    sum += a[k] * b[k]
    k += 1
  }
  return sum
}

/// `Σ a[k] b[row + k]` for four rows of `b`, which lie `stride` apart.
@inline(__always)
func dotFour(
  _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, stride: Int, _ count: Int
) -> SIMD4<Double> {
  let (b0, b1, b2, b3) = (b, b + stride, b + 2 * stride, b + 3 * stride)
  var s0 = SIMD4<Double>.zero
  var s1 = s0
  var s2 = s0
  var s3 = s0
  var k = 0
  while k + 4 <= count {
    let x = quad(a, k)
    s0 += x * quad(b0, k)
    s1 += x * quad(b1, k)
    s2 += x * quad(b2, k)
    s3 += x * quad(b3, k)
    k += 4
  }
  var sums = SIMD4(s0.sum(), s1.sum(), s2.sum(), s3.sum())
  while k < count {
    sums += a[k] * SIMD4(b0[k], b1[k], b2[k], b3[k])
    k += 1
  }
  return sums
}

/// The eight dot products of two rows of `a` with four rows of `b`.
@inline(__always)
private func dotTwoByFour(
  _ a: UnsafePointer<Double>, _ aStride: Int, _ b: UnsafePointer<Double>, _ bStride: Int,
  _ count: Int
) -> (SIMD4<Double>, SIMD4<Double>) {
  let a1 = a + aStride
  let (b1, b2, b3) = (b + bStride, b + 2 * bStride, b + 3 * bStride)
  var s00 = SIMD2<Double>.zero
  var (s01, s02, s03) = (s00, s00, s00)
  var (s10, s11, s12, s13) = (s00, s00, s00, s00)
  var k = 0
  while k + 2 <= count {
    let (x, y) = (pair(a, k), pair(a1, k))
    let (p, q, r, s) = (pair(b, k), pair(b1, k), pair(b2, k), pair(b3, k))
    s00 += x * p
    s01 += x * q
    s02 += x * r
    s03 += x * s
    s10 += y * p
    s11 += y * q
    s12 += y * r
    s13 += y * s
    k += 2
  }
  var top = SIMD4(s00.sum(), s01.sum(), s02.sum(), s03.sum())
  var bottom = SIMD4(s10.sum(), s11.sum(), s12.sum(), s13.sum())
  if k < count {
    let last = SIMD4(b[k], b1[k], b2[k], b3[k])
    top += a[k] * last
    bottom += a1[k] * last
  }
  return (top, bottom)
}

/// Adds `sign · left[i, terms] · right[j, terms]` to `out[i, j]` for all given rows.
///
/// - Parameters:
///   - out: Row `i`, column `j` lies at `i * stride + j`.
///   - terms: The columns of `left` and `right` that are summed over.
func accumulateProducts(
  into out: UnsafeMutablePointer<Double>, stride: Int, sign: Double,
  left: UnsafePointer<Double>, leftStride: Int, leftRows: Range<Int>,
  right: UnsafePointer<Double>, rightStride: Int, rightRows: Range<Int>, terms: Range<Int>
) {
  var i = leftRows.lowerBound
  while i + 2 <= leftRows.upperBound {
    let a = left + i * leftStride + terms.lowerBound
    var j = rightRows.lowerBound
    while j + 4 <= rightRows.upperBound {
      let b = right + j * rightStride + terms.lowerBound
      let (top, bottom) = dotTwoByFour(a, leftStride, b, rightStride, terms.count)
      for lane in 0..<4 {
        out[i * stride + j + lane] += sign * top[lane]
        out[(i + 1) * stride + j + lane] += sign * bottom[lane]
      }
      j += 4
    }
    while j < rightRows.upperBound {
      let b = right + j * rightStride + terms.lowerBound
      out[i * stride + j] += sign * dot(a, b, terms.count)
      out[(i + 1) * stride + j] += sign * dot(a + leftStride, b, terms.count)
      j += 1
    }
    i += 2
  }
  guard i < leftRows.upperBound else { return }
  let a = left + i * leftStride + terms.lowerBound
  for j in rightRows {
    out[i * stride + j] += sign * dot(a, right + j * rightStride + terms.lowerBound, terms.count)
  }
}
