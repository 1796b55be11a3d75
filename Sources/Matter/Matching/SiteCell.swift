/// A cell whose sites are of numbered kinds, while it is being made smaller.
struct SiteCell {
  private(set) var lattice: Lattice
  private(set) var positions: [SIMD3<Double>]
  private(set) var kinds: [Int]
  private(set) var origins: [Int]

  init(lattice: Lattice, positions: [SIMD3<Double>], kinds: [Int], origins: [Int]) {
    self.lattice = lattice
    self.positions = positions
    self.kinds = kinds
    self.origins = origins
  }

  /// Expresses the sites in the Niggli-reduced basis of the same lattice.
  mutating func reduce() {
    let reduced = lattice.niggliReduced().lattice
    positions = positions.map { Self.wrap(reduced.fractional(lattice.cartesian($0))) }
    lattice = reduced
  }

  // MARK: - Primitive cells

  /// Divides the cell by translations that carry every site onto one of its kind.
  ///
  /// One translation of prime order at a time, until there is none: each step replaces a cell vector
  /// by the translation and every set of sites that have become one by their mean.
  ///
  /// - Parameter tolerance: Sites are one when they differ by less along each new cell vector, Å.
  mutating func makePrimitive(tolerance: Double) {
    while let smaller = divided(tolerance) {
      self = smaller
      reduce()
    }
  }

  private func divided(_ tolerance: Double) -> SiteCell? {
    let groups = Dictionary(grouping: positions.indices) { kinds[$0] }
    let common = groups.values.reduce(0) { Self.divisor($0, $1.count) }
    guard common > 1,
      let rarest = groups.values.min(by: { ($0.count, $0[0]) < ($1.count, $1[0]) })
    else { return nil }
    let lengths = SIMD3(length(lattice.a), length(lattice.b), length(lattice.c))
    for prime in Self.primes(of: common) {
      let order = Double(prime)
      var tried: Set<SIMD3<Double>> = []
      for site in rarest.dropFirst() {
        let step = positions[site] - positions[rarest[0]]
        let multiple = (step * order).rounded(.toNearestOrAwayFromZero)
        let error = (step - multiple / order) * lengths
        guard max(abs(error.x), abs(error.y), abs(error.z)) < tolerance else { continue }
        let numerators = multiple - order * (multiple / order).rounded(.down)
        guard numerators != .zero, tried.insert(numerators).inserted else { continue }
        if let smaller = divided(by: SIMD3<Int>(numerators), prime, groups, tolerance) {
          return smaller
        }
      }
    }
    return nil
  }

  /// The cell with one vector replaced by the translation `numerators / prime`.
  private func divided(
    by numerators: SIMD3<Int>, _ prime: Int, _ groups: [Int: [Int]], _ tolerance: Double
  ) -> SiteCell? {
    // A multiple of the translation with 1/prime along the axis that it replaces.
    guard let axis = (0..<3).last(where: { numerators[$0] != 0 }),
      let inverse = (1..<prime).first(where: { numerators[axis] * $0 % prime == 1 })
    else { return nil }
    var step = SIMD3<Double>()
    for k in 0..<3 {
      var share = numerators[k] * inverse % prime
      if 2 * share > prime { share -= prime }
      step[k] = Double(share) / Double(prime)
    }
    var vectors = [lattice.a, lattice.b, lattice.c]
    vectors[axis] = lattice.cartesian(step)
    guard let smaller = try? Lattice(a: vectors[0], b: vectors[1], c: vectors[2]) else {
      return nil
    }
    let moved = positions.map { position in
      let along = position[axis] * Double(prime)
      var result = position - along * step
      result[axis] = along
      return result
    }
    let lengths = SIMD3(length(vectors[0]), length(vectors[1]), length(vectors[2]))
    var merged = SiteCell(lattice: smaller, positions: [], kinds: [], origins: [])
    for kind in groups.keys.sorted() {
      guard var open = groups[kind] else { continue }
      while let first = open.first {
        let orbit = open.filter {
          let d = abs(Self.shortest(moved[$0] - moved[first]) * lengths)
          return d.max() < tolerance
        }
        guard orbit.count == prime, areApart(orbit, tolerance) else { return nil }
        let mean = orbit.reduce(SIMD3<Double>()) { $0 + Self.shortest(moved[$1] - moved[first]) }
        merged.positions.append(Self.wrap(moved[first] + mean / Double(prime)))
        merged.kinds.append(kind)
        merged.origins.append(orbit.map { origins[$0] }.min() ?? first)
        open.removeAll(where: orbit.contains)
      }
    }
    return merged
  }

  /// Whether no two of the sites lie near each other in this cell: such sites are not translations
  /// of each other.
  private func areApart(_ sites: [Int], _ tolerance: Double) -> Bool {
    let lengths = SIMD3(length(lattice.a), length(lattice.b), length(lattice.c))
    for (index, site) in sites.enumerated() {
      for other in sites[..<index] {
        let d = abs(Self.shortest(positions[site] - positions[other]) * lengths)
        if d.max() <= 2 * tolerance { return false }
      }
    }
    return true
  }

  // MARK: - Small steps

  /// The fractional difference with each component in −½…½.
  static func shortest(_ difference: SIMD3<Double>) -> SIMD3<Double> {
    difference - difference.rounded(.toNearestOrEven)
  }

  static func wrap(_ fraction: SIMD3<Double>) -> SIMD3<Double> {
    fraction - fraction.rounded(.down)
  }

  private func abs(_ v: SIMD3<Double>) -> SIMD3<Double> {
    pointwiseMax(v, -v)
  }

  private func abs(_ value: Double) -> Double { value.magnitude }

  /// The greatest common divisor.
  static func divisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  private static func primes(of number: Int) -> [Int] {
    var rest = number
    var primes: [Int] = []
    var candidate = 2
    while candidate * candidate <= rest {
      if rest % candidate == 0 { primes.append(candidate) }
      while rest % candidate == 0 { rest /= candidate }
      candidate += 1
    }
    return rest > 1 ? primes + [rest] : primes
  }
}
