// The inner loops of the dense kernels. Everything is a sum of products along contiguous rows;
// sums run in a fixed order, so results are equal on every run and every processor.

import CDenseMath

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
  athanor_accumulate_products(
    out + leftRows.lowerBound * stride + rightRows.lowerBound, stride, sign,
    left + leftRows.lowerBound * leftStride + terms.lowerBound, leftStride, leftRows.count,
    right + rightRows.lowerBound * rightStride + terms.lowerBound, rightStride, rightRows.count,
    terms.count)
}
