internal import Foundation
internal import Matter

/// Symmetry functions in the making.
struct ACSFSum {
  var values: [Double]

  /// `nil` where slopes are not wanted.
  var slopes: PositionDerivatives?

  /// - Parameter slope: With the position of site `site`; that of `center` takes the opposite.
  mutating func add(
    _ value: Double, to column: Int, slope: SIMD3<Double>, at site: Int, from center: Int
  ) {
    values[column] += value
    guard slopes != nil else { return }
    slopes?.add(slope, to: column, site: site)
    slopes?.add(-slope, to: column, site: center)
  }
}

/// Two neighbors of an atom, with what the angular functions share.
struct ACSFTriple {
  private let first: AtomicNeighbor
  private let second: AtomicNeighbor
  private let angle: BondAngle
  private let between: SIMD3<Double>
  private let betweenSquare: Double
  private let fades: (CosineFade, CosineFade, CosineFade)

  init(_ first: AtomicNeighbor, _ second: AtomicNeighbor, cutoff: Double) {
    (self.first, self.second) = (first, second)
    angle = BondAngle(first, second)
    between = first.vector - second.vector
    betweenSquare = dot(between, between)
    fades = (
      CosineFade(first.distance, cutoff: cutoff), CosineFade(second.distance, cutoff: cutoff),
      CosineFade(betweenSquare.squareRoot(), cutoff: cutoff)
    )
  }

  /// Adds all G4, then all G5.
  func add(
    _ configuration: ACSF.Configuration, _ weight: Double, to sum: inout ACSFSum, column: Int,
    sites: (Int, Int, Int)
  ) {
    var column = column
    if fades.2.value > 0 {
      for function in configuration.g4 {
        add(function, isClosed: true, weight, to: &sum, column: column, sites: sites)
        column += 1
      }
    } else {
      column += configuration.g4.count
    }
    for function in configuration.g5 {
      add(function, isClosed: false, weight, to: &sum, column: column, sites: sites)
      column += 1
    }
  }

  /// - Parameter isClosed: Whether the third side counts: G4.
  private func add(
    _ function: ACSF.Angular, isClosed: Bool, _ weight: Double, to sum: inout ACSFSum,
    column: Int, sites: (Int, Int, Int)
  ) {
    let base = max(0, 1 + function.lambda * angle.cosine)
    let bend = pow(base, function.zeta)
    let squares =
      first.distance * first.distance + second.distance * second.distance
      + (isClosed ? betweenSquare : 0)
    let bell = weight * pow(2, 1 - function.zeta) * exp(-function.eta * squares)
    let third = isClosed ? fades.2.value : 1
    let fade = fades.0.value * fades.1.value * third
    sum.values[column] += bell * bend * fade
    guard sum.slopes != nil else { return }
    let rate = function.lambda * function.zeta * pow(base, function.zeta - 1)
    let side = isClosed ? between : .zero
    let betweenDistance = max(betweenSquare.squareRoot(), 1e-12)
    let sideSlope =
      isClosed
      ? fades.0.value * fades.1.value * fades.2.slope / betweenDistance * between : .zero
    func slope(
      _ own: AtomicNeighbor, _ ownFade: CosineFade, _ otherFade: CosineFade,
      _ turn: SIMD3<Double>, sign: Double
    ) -> SIMD3<Double> {
      let shrink = -2 * function.eta * fade * (own.vector + sign * side)
      let leave = ownFade.slope / own.distance * otherFade.value * third * own.vector
      return bell * (rate * fade * turn + bend * (shrink + leave + sign * sideSlope))
    }
    let a = slope(first, fades.0, fades.1, angle.slopes.0, sign: 1)
    let b = slope(second, fades.1, fades.0, angle.slopes.1, sign: -1)
    sum.slopes?.add(a, to: column, site: sites.1)
    sum.slopes?.add(b, to: column, site: sites.2)
    sum.slopes?.add(-(a + b), to: column, site: sites.0)
  }
}
