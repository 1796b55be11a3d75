import DenseMath
import Foundation
import Matter

/// From where a cell is looked at: parallel light, the third axis up.
struct CellView {
  /// Unit vectors to the right, up, and towards the eye.
  let right, up, near: SIMD3<Double>

  /// - Parameters:
  ///   - azimuth: Of the eye around the third axis from the first, radians.
  ///   - elevation: Of the eye above the first two axes, radians.
  init(_ lattice: Lattice, azimuth: Double, elevation: Double) {
    let axis = Self.unit(lattice.c)
    var first = lattice.a - axis * dot(lattice.a, axis)
    // A cell has volume: the first two axes are never both along the third.
    if length(first) < 1e-9 { first = lattice.b - axis * dot(lattice.b, axis) }
    let x = Self.unit(first)
    let y = SIMD3(
      axis.y * x.z - axis.z * x.y, axis.z * x.x - axis.x * x.z, axis.x * x.y - axis.y * x.x)
    let side = x * cos(azimuth) + y * sin(azimuth)
    near = side * cos(elevation) + axis * sin(elevation)
    up = axis * cos(elevation) - side * sin(elevation)
    right = y * cos(azimuth) - x * sin(azimuth)
  }

  private static func unit(_ vector: SIMD3<Double>) -> SIMD3<Double> {
    vector / max(length(vector), 1e-12)
  }

  /// On the plane, x to the right and y up, and how near to the eye; Å.
  func seen(_ position: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(dot(position, right), dot(position, up), dot(position, near))
  }

  /// The view in which atoms hide each other least.
  static func clearest(_ scene: CellScene) -> CellView {
    var best: (view: CellView, hidden: Double)?
    for elevation in [0.16, 0.25, 0.35] {
      for step in 1...7 {
        let view = CellView(
          scene.lattice, azimuth: Double(step) * 0.13 - 0.7, elevation: elevation)
        let hidden = view.hidden(scene.atoms)
        if best.map({ hidden < $0.hidden - 1e-9 }) ?? true { best = (view, hidden) }
      }
    }
    return best?.view ?? CellView(scene.lattice, azimuth: -0.3, elevation: 0.25)
  }

  /// Of large cells so many atoms speak for all.
  private static let mostCompared = 120

  /// Circles that lie side by side count as hiding each other a little.
  private static let berth = 1.6

  /// How far circles reach into each other, pair by pair.
  private func hidden(_ atoms: [CellScene.Atom]) -> Double {
    let shown = atoms.prefix(Self.mostCompared).map { ($0.radius, seen($0.position)) }
    var sum = 0.0
    for (place, one) in shown.enumerated() {
      for other in shown[..<place] {
        let way = one.1 - other.1
        let distance = (way.x * way.x + way.y * way.y).squareRoot()
        let touching = Self.berth * (one.0 + other.0)
        sum += max(0, 1 - distance / touching)
      }
    }
    return sum
  }
}
