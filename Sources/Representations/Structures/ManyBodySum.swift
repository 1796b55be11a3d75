internal import Foundation
internal import Matter

/// The numbers of one term in the making.
struct ManyBodySum {
  var result: PositionDerivatives
  private let term: ManyBodyTerm
  private let grid: SmearedGrid
  private let height: Double
  private let withSlopes: Bool

  init(_ term: ManyBodyTerm, width: Int, sites: Int) {
    result = PositionDerivatives(row: [Double](repeating: 0, count: width), sites: sites)
    self.term = term
    grid = term.grid
    height = term.normalizesGaussians ? 1 : term.smearing * (2 * Double.pi).squareRoot()
    withSlopes = sites > 0
  }

  mutating func add(number: Double, block: Int, weight: Double) {
    grid.spread(number) { bin, density, _ in
      result.row[block * grid.count + bin] += height * weight * density
    }
  }

  mutating func add(_ neighbor: AtomicNeighbor, from site: Int, block: Int, weight: Double) {
    let r = neighbor.distance
    let (value, rate) = term.geometry == .distance ? (r, 1) : (1 / r, -1 / (r * r))
    let (share, shareRate) = pairWeight(r)
    guard share > 0 else { return }
    let direction = neighbor.vector / r
    grid.spread(value) { bin, density, slope in
      let column = block * grid.count + bin
      result.row[column] += height * weight * share * density
      guard withSlopes else { return }
      let move = height * weight * (share * slope * rate + shareRate * density) * direction
      result.add(move, to: column, site: neighbor.site)
      result.add(-move, to: column, site: site)
    }
  }

  mutating func add(
    _ triple: ManyBodyTriple, block: Int, weight: Double, sites: (Int, Int, Int)
  ) {
    let scale = height * weight
    grid.spread(triple.value) { bin, density, slope in
      let column = block * grid.count + bin
      result.row[column] += scale * triple.weight * density
      guard withSlopes else { return }
      let a =
        scale
        * (triple.weight * slope * triple.slopes.0 + density * triple.weightSlopes.0)
      let b =
        scale
        * (triple.weight * slope * triple.slopes.1 + density * triple.weightSlopes.1)
      result.add(a, to: column, site: sites.1)
      result.add(b, to: column, site: sites.2)
      result.add(-(a + b), to: column, site: sites.0)
    }
  }

  private func pairWeight(_ distance: Double) -> (Double, Double) {
    switch term.weighting {
    case .exponential(let scale, _):
      let weight = exp(-scale * distance)
      return (weight, -scale * weight)
    case .inverseSquare:
      let weight = 1 / (distance * distance)
      return (weight, -2 * weight / distance)
    case .none, .smoothCutoff: return (1, 0)
    }
  }
}

/// Two neighbors of an atom as a term sees them.
struct ManyBodyTriple {
  /// Degrees or the cosine.
  let value: Double

  /// Of the value, by the positions of the two neighbors.
  let slopes: (SIMD3<Double>, SIMD3<Double>)

  /// 0 where the three are left out.
  let weight: Double
  let weightSlopes: (SIMD3<Double>, SIMD3<Double>)

  init(_ first: AtomicNeighbor, _ second: AtomicNeighbor, _ term: ManyBodyTerm) {
    let angle = BondAngle(first, second)
    if term.geometry == .angle {
      value = acos(angle.cosine) * 180 / .pi
      let sine = (1 - angle.cosine * angle.cosine).squareRoot()
      let rate = sine > 1e-7 ? -180 / .pi / sine : 0
      slopes = (rate * angle.slopes.0, rate * angle.slopes.1)
    } else {
      value = angle.cosine
      slopes = angle.slopes
    }
    (weight, weightSlopes) = Self.weight(first, second, term.weighting)
  }

  private static func weight(
    _ first: AtomicNeighbor, _ second: AtomicNeighbor, _ weighting: ManyBodyTerm.Weighting
  ) -> (Double, (SIMD3<Double>, SIMD3<Double>)) {
    let (a, b) = (first.vector / first.distance, second.vector / second.distance)
    switch weighting {
    case .exponential(let scale, let threshold):
      let side = first.vector - second.vector
      let third = length(side)
      let weight = exp(-scale * (first.distance + second.distance + third))
      guard weight >= threshold else { return (0, (.zero, .zero)) }
      let c = third > 0 ? side / third : .zero
      return (weight, (-scale * weight * (a + c), -scale * weight * (b - c)))
    case .smoothCutoff(let cutoff, let sharpness):
      func fade(_ distance: Double) -> (Double, Double) {
        let x = distance / cutoff
        let power = pow(x, sharpness - 1)
        let slope = sharpness * (sharpness + 1) * (power * x - power) / cutoff
        return (1 + power * x * (sharpness * x - (sharpness + 1)), slope)
      }
      let (f, g) = (fade(first.distance), fade(second.distance))
      return (f.0 * g.0, (f.1 * g.0 * a, f.0 * g.1 * b))
    case .none, .inverseSquare: return (1, (.zero, .zero))
    }
  }
}

extension PositionDerivatives {
  /// Multiplies each column by a number.
  mutating func scale(_ factor: (Int) -> Double) {
    let width = row.count
    for column in 0..<width {
      let number = factor(column)
      row[column] *= number
      for start in stride(from: column, to: slopes.count, by: width) { slopes[start] *= number }
    }
  }

  /// Gives the row the length 1, where it has any.
  mutating func divideByLength() {
    let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0 else { return }
    let width = row.count
    for column in 0..<width { row[column] /= length }
    for start in stride(from: 0, to: slopes.count, by: width) {
      var along = 0.0
      for column in 0..<width { along += row[column] * slopes[start + column] }
      for column in 0..<width {
        slopes[start + column] = (slopes[start + column] - along * row[column]) / length
      }
    }
  }
}
