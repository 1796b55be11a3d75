/// Pairs two sets of sites in one cell.
struct SiteFit {
  let lattice: Lattice

  /// The cube root of the volume for each site, Å.
  let unit: Double

  /// Sites whose fractions differ by more than this are not paired.
  let box: SIMD3<Double>

  let placed: [SIMD3<Double>]
  let placedKinds: [Int]
  let placedOrigins: [Int]
  let targetKinds: [Int]

  private static let forbidden = 1e12

  /// The assignment with the smallest sum of squared distances, with the mean displacement taken out.
  ///
  /// - Parameter target: Fractions of the other sites, `[sites]`.
  /// - Returns: Distances in ``unit``; `nil` when some site has no partner in reach.
  func superpose(
    _ target: [SIMD3<Double>]
  ) -> (rms: Double, maximum: Double, partners: [Int])? {
    guard let single = candidates(target) else { return nil }
    let count = target.count
    let partners: [Int]
    if let single {
      partners = single
    } else {
      var costs = [Double](repeating: Self.forbidden, count: count * count)
      for i in 0..<count {
        for j in 0..<count where mayPair(target[i], i, j) {
          let vector = shortest(placed[j] - target[i])
          costs[i * count + j] = dot(vector, vector)
        }
      }
      partners = assignment(costs, count: count)
      for (i, j) in partners.enumerated() where costs[i * count + j] >= Self.forbidden {
        return nil
      }
    }
    var vectors: [SIMD3<Double>] = []
    vectors.reserveCapacity(count)
    for (i, j) in partners.enumerated() { vectors.append(shortest(placed[j] - target[i])) }
    let mean = vectors.reduce(SIMD3<Double>(), +) / Double(count)
    var (sum, largest) = (0.0, 0.0)
    for vector in vectors {
      let d = vector - mean
      sum += dot(d, d)
      largest = max(largest, dot(d, d))
    }
    return (
      (sum / Double(count)).squareRoot() / unit, largest.squareRoot() / unit,
      partners.map { placedOrigins[$0] }
    )
  }

  /// `nil` when a site has no partner; otherwise the partners where each has just one, all distinct,
  /// or an empty optional where there is a choice.
  private func candidates(_ target: [SIMD3<Double>]) -> [Int]?? {
    var partners: [Int] = []
    partners.reserveCapacity(target.count)
    var isSingle = true
    for i in target.indices {
      var found = -1
      for j in placed.indices where mayPair(target[i], i, j) {
        if found >= 0 {
          isSingle = false
          break
        }
        found = j
      }
      guard found >= 0 else { return nil }
      partners.append(found)
    }
    guard isSingle else { return .some(nil) }
    var isTaken = [Bool](repeating: false, count: placed.count)
    for partner in partners {
      if isTaken[partner] { return nil }
      isTaken[partner] = true
    }
    return .some(partners)
  }

  @inline(__always)
  private func mayPair(_ position: SIMD3<Double>, _ i: Int, _ j: Int) -> Bool {
    guard targetKinds[i] == placedKinds[j] else { return false }
    let d = SiteCell.shortest(placed[j] - position)
    return abs(d.x) < box.x && abs(d.y) < box.y && abs(d.z) < box.z
  }

  /// The shortest vector between two sites over all images, Å.
  ///
  /// The cell is compact, so the nearest image is among the nearest fractions and their neighbors.
  private func shortest(_ difference: SIMD3<Double>) -> SIMD3<Double> {
    let near = lattice.cartesian(SiteCell.shortest(difference))
    var best = near
    var least = dot(near, near)
    for i in [-1.0, 0, 1] {
      for j in [-1.0, 0, 1] {
        for k in [-1.0, 0, 1] {
          let other = near + i * lattice.a + j * lattice.b + k * lattice.c
          let size = dot(other, other)
          if size < least {
            least = size
            best = other
          }
        }
      }
    }
    return best
  }
}
