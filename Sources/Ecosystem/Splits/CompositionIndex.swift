internal import DenseMath
public import Matter

/// Finds compositions near others without comparing all pairs.
///
/// Each composition has three coordinates, means over its atoms of fixed random weights in 0...1.
/// Exchanging a share ε of the atoms moves none of them by more than ε, so neighbors lie in the same
/// or in adjoining cells of a grid of width ε.
public struct CompositionIndex: Sendable {
  /// The largest share of exchanged atoms at which two compositions count as near.
  public let tolerance: Double

  private let lists: [FractionList]
  private let points: [SIMD3<Double>]
  private let cells: [SIMD3<Int32>: [Int]]

  /// - Parameter tolerance: Share of atoms, greater than 0 and below 1.
  public init(_ compositions: [Composition], tolerance: Double) {
    precondition(tolerance > 0 && tolerance < 1, "a share of atoms, not \(tolerance)")
    self.tolerance = tolerance
    lists = compositions.map(FractionList.init)
    points = lists.map(Self.point)
    var cells: [SIMD3<Int32>: [Int]] = [:]
    for (place, point) in points.enumerated() {
      cells[Self.cell(point, tolerance), default: []].append(place)
    }
    self.cells = cells
  }

  /// Whether a composition that is near the one at `place`, is not itself, and fulfills a condition
  /// is there.
  public func hasNeighbor(of place: Int, where condition: (Int) -> Bool) -> Bool {
    var found = false
    visit(place) { other in
      found = condition(other)
      return !found
    }
    return found
  }

  /// The places of all others that are near the one at `place`, ascending.
  public func neighbors(of place: Int) -> [Int] {
    var found: [Int] = []
    visit(place) { other in
      found.append(other)
      return true
    }
    return found.sorted()
  }

  /// Calls `body` with each neighbor until it answers false.
  private func visit(_ place: Int, _ body: (Int) -> Bool) {
    let (own, point) = (lists[place], points[place])
    let center = Self.cell(point, tolerance)
    let reach = tolerance * (1 + 1e-9)
    for x in -1...1 as ClosedRange<Int32> {
      for y in -1...1 as ClosedRange<Int32> {
        for z in -1...1 as ClosedRange<Int32> {
          for other in cells[center &+ SIMD3(x, y, z)] ?? [] where other != place {
            let apart = points[other] - point
            guard abs(apart.x) <= reach, abs(apart.y) <= reach, abs(apart.z) <= reach,
              own.distance(to: lists[other]) <= reach
            else { continue }
            guard body(other) else { return }
          }
        }
      }
    }
  }

  private static func cell(_ point: SIMD3<Double>, _ width: Double) -> SIMD3<Int32> {
    // Coordinates lie in 0...1 and the width above 1e-9, so cells fit.
    let scaled = (point / max(width, 1e-9)).rounded(.down)
    return SIMD3(Int32(scaled.x), Int32(scaled.y), Int32(scaled.z))
  }

  private static func point(_ list: FractionList) -> SIMD3<Double> {
    var sum = SIMD3<Double>()
    for (number, fraction) in zip(list.numbers, list.fractions) {
      sum += fraction * weights[number]
    }
    return sum
  }

  /// By atomic number; place 0 is unused.
  private static let weights: [SIMD3<Double>] = {
    var generator = SplitMix64(seed: 2026)
    return (0...Element.count).map { _ in
      SIMD3(generator.uniform(), generator.uniform(), generator.uniform())
    }
  }()
}
