/// Arithmetic on parts of flat arrays of single-precision numbers.
enum FloatRows {
  /// The sum of products of `count` numbers; eight sums side by side need not wait for one another.
  static func product(
    _ one: [Float], at start: Int, _ other: [Float], at second: Int, count: Int
  ) -> Float {
    let one = one.span
    let other = other.span
    var sums = SIMD8<Float>()
    var place = 0
    while place + 8 <= count {
      var (left, right) = (SIMD8<Float>(), SIMD8<Float>())
      for lane in 0..<8 {
        left[lane] = one[start + place + lane]
        right[lane] = other[second + place + lane]
      }
      sums.addProduct(left, right)
      place += 8
    }
    var sum = sums.sum()
    while place < count {
      sum += one[start + place] * other[second + place]
      place += 1
    }
    return sum
  }

  /// Adds `factor` times `count` numbers to others.
  static func add(
    _ factor: Float, _ values: [Float], at start: Int, to sums: inout [Float], at second: Int,
    count: Int
  ) {
    let values = values.span
    var sums = sums.mutableSpan
    for place in 0..<count { sums[second + place] += factor * values[start + place] }
  }
}
