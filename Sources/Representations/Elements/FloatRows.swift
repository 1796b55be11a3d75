/// Arithmetic on parts of flat arrays of single-precision numbers.
///
/// The innermost loops of skip-gram and of the networks that test vectors. Bounds are checked once for
/// a row, not once for a number.
enum FloatRows {
  /// The sum of products of `count` numbers; eight sums side by side need not wait for one another.
  static func product(
    _ one: [Float], at start: Int, _ other: [Float], at second: Int, count: Int
  ) -> Float {
    precondition(fits(start, count, in: one.count) && fits(second, count, in: other.count))
    return one.withUnsafeBytes { one in
      other.withUnsafeBytes { other in
        var sums = SIMD8<Float>()
        var place = 0
        while place + 8 <= count {
          sums.addProduct(
            one.loadUnaligned(fromByteOffset: 4 * (start + place), as: SIMD8<Float>.self),
            other.loadUnaligned(fromByteOffset: 4 * (second + place), as: SIMD8<Float>.self))
          place += 8
        }
        var sum = sums.sum()
        while place < count {
          sum +=
            one.loadUnaligned(fromByteOffset: 4 * (start + place), as: Float.self)
            * other.loadUnaligned(fromByteOffset: 4 * (second + place), as: Float.self)
          place += 1
        }
        return sum
      }
    }
  }

  /// Adds `factor` times `count` numbers to others.
  static func add(
    _ factor: Float, _ values: [Float], at start: Int, to sums: inout [Float], at second: Int,
    count: Int
  ) {
    precondition(fits(start, count, in: values.count) && fits(second, count, in: sums.count))
    values.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { sums in
        guard let values = values.baseAddress, let sums = sums.baseAddress else { return }
        for place in 0..<count { sums[second + place] += factor * values[start + place] }
      }
    }
  }

  private static func fits(_ start: Int, _ count: Int, in all: Int) -> Bool {
    start >= 0 && count >= 0 && start <= all - count
  }
}
