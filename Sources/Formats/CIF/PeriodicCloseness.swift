import Matter

/// Tells whether points of a cell lie within a short distance of each other, images included.
///
/// Exact for distances that are short against the cell: the nearest image is then the one that
/// rounding the difference of the fractions gives.
struct PeriodicCloseness {
  let lattice: Lattice

  /// Å.
  let radius: Double

  /// Fractions of the cell that bound the radius along each axis.
  let bounds: SIMD3<Double>

  init(_ lattice: Lattice, radius: Double) {
    self.lattice = lattice
    self.radius = radius
    let (u, v, w) = lattice.reciprocal
    bounds = radius * SIMD3(length(u), length(v), length(w))
  }

  /// The difference to the nearest image, each component within ±½.
  @inline(__always)
  static func shortest(_ difference: SIMD3<Double>) -> SIMD3<Double> {
    // Adding 1.5 · 2⁵² rounds numbers of this size to the nearest integer.
    let magic = SIMD3<Double>(repeating: 6_755_399_441_055_744)
    return difference - ((difference + magic) - magic)
  }

  /// Å², or `nil` where it is above the square of the radius.
  @inline(__always)
  func squaredDistance(_ p: SIMD3<Double>, _ q: SIMD3<Double>) -> Double? {
    let d = Self.shortest(p - q)
    guard abs(d.x) <= bounds.x, abs(d.y) <= bounds.y, abs(d.z) <= bounds.z else { return nil }
    let vector = lattice.cartesian(d)
    let squared = dot(vector, vector)
    return squared <= radius * radius ? squared : nil
  }
}

/// Points of a cell in boxes, to find those near another in constant time.
struct PeriodicBoxes {
  private let counts: SIMD3<Int>
  private let mask: Int
  private var heads: [Int32]
  private var next: [Int32]

  /// - Parameters:
  ///   - bounds: The least width of a box, in fractions of the cell.
  ///   - capacity: How many points will be added.
  init(bounds: SIMD3<Double>, capacity: Int) {
    func count(_ bound: Double) -> Int {
      Int(max(1, min(1_000_000, (1 / max(bound, 1e-9)).rounded(.down))))
    }
    counts = SIMD3(count(bounds.x), count(bounds.y), count(bounds.z))
    var size = 64
    while size < 2 * capacity { size *= 2 }
    mask = size - 1
    heads = [Int32](repeating: -1, count: size)
    next = [Int32](repeating: -1, count: capacity)
  }

  mutating func add(_ point: Int, at position: SIMD3<Double>) {
    let slot = slot(box(position))
    next[point] = heads[slot]
    heads[slot] = Int32(point)
  }

  /// Calls `body` with points in the box of a position and those around it, until it returns true.
  /// A point may come more than once.
  func nearby(_ position: SIMD3<Double>, _ body: (Int) -> Bool) {
    let center = box(position)
    for x in offsets(counts.x) {
      for y in offsets(counts.y) {
        for z in offsets(counts.z) {
          var point = heads[slot(center &+ SIMD3(x, y, z))]
          while point >= 0 {
            if body(Int(point)) { return }
            point = next[Int(point)]
          }
        }
      }
    }
  }

  private func offsets(_ count: Int) -> ClosedRange<Int> {
    count == 1 ? 0...0 : count == 2 ? 0...1 : -1...1
  }

  private func box(_ position: SIMD3<Double>) -> SIMD3<Int> {
    let wrapped = position - position.rounded(.down)
    return SIMD3(
      min(Int(wrapped.x * Double(counts.x)), counts.x - 1),
      min(Int(wrapped.y * Double(counts.y)), counts.y - 1),
      min(Int(wrapped.z * Double(counts.z)), counts.z - 1))
  }

  private func slot(_ box: SIMD3<Int>) -> Int {
    func wrap(_ value: Int, _ count: Int) -> Int {
      value < 0 ? value + count : value >= count ? value - count : value
    }
    let key =
      (wrap(box.x, counts.x) &* 73_856_093) ^ (wrap(box.y, counts.y) &* 19_349_663)
      ^ (wrap(box.z, counts.z) &* 83_492_791)
    return (key ^ key &>> 15) & mask
  }
}
