/// How well two sides of a split hold together; rows move from the right to the left one by one.
///
/// The score is Σ (weighted sum of targets)² / weight over both sides and outputs: the squared
/// error, or the Gini impurity of classes, falls by as much as it rises.
protocol SplitScore {
  /// Weight, and weight · (target − mean), of each row. Of two classes, 0 and 1, the moments' squares
  /// rank splits as the impurity does; of more, thresholds are not drawn.
  var splitTerms: UnsafePointer<SIMD2<Double>> { get }

  var score: Double { get }

  /// The score while all rows are on one side.
  var wholeScore: Double { get }

  /// All rows of a node on the right.
  mutating func begin(_ rows: Slice<UnsafeBufferPointer<UInt32>>)
  mutating func moveLeft(_ row: Int)
}

/// Targets are numbers.
struct MeasuredScore: SplitScore {
  /// Weight, and weight · (target − mean), of each row.
  let terms: UnsafePointer<SIMD2<Double>>
  private var left = SIMD2<Double>()
  private var total = SIMD2<Double>()

  init(terms: UnsafePointer<SIMD2<Double>>) { self.terms = terms }

  var splitTerms: UnsafePointer<SIMD2<Double>> { terms }

  var score: Double {
    let right = total - left
    return left.y * left.y / left.x + right.y * right.y / right.x
  }

  var wholeScore: Double { total.y * total.y / total.x }

  mutating func begin(_ rows: Slice<UnsafeBufferPointer<UInt32>>) {
    left = .zero
    total = .zero
    for row in rows { total += terms[Int(row)] }
  }

  @inline(__always)
  mutating func moveLeft(_ row: Int) { left += terms[row] }
}

/// Targets are classes.
struct ClassScore: SplitScore {
  let terms: UnsafePointer<SIMD2<Double>>
  let classes: UnsafePointer<Int32>
  let count: Int

  /// Weight of each class on either side; the caller's memory.
  let left: UnsafeMutablePointer<Double>
  let right: UnsafeMutablePointer<Double>
  private var leftWeight = 0.0
  private var rightWeight = 0.0
  private var leftSquares = 0.0
  private var rightSquares = 0.0

  /// - Parameter room: For twice `count` numbers.
  init(
    terms: UnsafePointer<SIMD2<Double>>, classes: UnsafePointer<Int32>, count: Int,
    room: UnsafeMutablePointer<Double>
  ) {
    self.terms = terms
    self.classes = classes
    self.count = count
    left = room
    right = room + count
  }

  var splitTerms: UnsafePointer<SIMD2<Double>> { terms }

  var score: Double { leftSquares / leftWeight + rightSquares / rightWeight }
  var wholeScore: Double { rightSquares / rightWeight }

  mutating func begin(_ rows: Slice<UnsafeBufferPointer<UInt32>>) {
    left.update(repeating: 0, count: count)
    right.update(repeating: 0, count: count)
    for row in rows { right[Int(classes[Int(row)])] += terms[Int(row)].x }
    (leftWeight, leftSquares, rightWeight, rightSquares) = (0, 0, 0, 0)
    for place in 0..<count {
      rightWeight += right[place]
      rightSquares += right[place] * right[place]
    }
  }

  mutating func moveLeft(_ row: Int) {
    let (place, weight) = (Int(classes[row]), terms[row].x)
    leftSquares += weight * (2 * left[place] + weight)
    rightSquares += weight * (weight - 2 * right[place])
    left[place] += weight
    right[place] -= weight
    leftWeight += weight
    rightWeight -= weight
  }
}
