internal import DenseMath
import Matter

/// Differences as a sum over elements: `d ≈ base + Σ fractionₑ · shiftₑ`, shifts drawn to zero by a
/// ridge, large residuals weighed down (Huber).
///
/// Corrections of this form: Wang et al., Sci. Rep. 11, 15496 (2021), who fit them by least squares.
struct ElementShifts: Codable, Hashable, Sendable {
  /// The shift of a material of no element in particular: the median difference.
  let base: Double

  /// By symbol, alphabetical.
  let shifts: [Shift]

  /// The ridge, in units of residual variance over shift variance.
  let ridge: Double

  struct Shift: Codable, Hashable, Sendable {
    let element: String
    let value: Double

    /// Of the posterior for a normal prior of the ridge's width.
    let standardError: Double

    /// Materials that hold the element.
    let materials: Int
  }

  init(_ compositions: [Composition], _ differences: [Double], ridge: Double) {
    let base = Statistics.median(differences)
    let elements = Set(compositions.flatMap(\.elements)).sorted { $0.symbol < $1.symbol }
    let place = Dictionary(uniqueKeysWithValues: elements.enumerated().map { ($1, $0) })
    let rows = compositions.map { composition in
      zip(composition.elements, composition.fractions).map { (place[$0] ?? 0, $1) }
    }
    let targets = differences.map { $0 - base }
    var weights = [Double](repeating: 1, count: targets.count)
    var values = [Double](repeating: 0, count: elements.count)
    var errors = values
    for _ in 0..<6 {
      var normal = Matrix(diagonal: [Double](repeating: ridge, count: elements.count))
      var right = [Double](repeating: 0, count: elements.count)
      for (row, target) in zip(rows.indices, targets) {
        for (i, a) in rows[row] {
          right[i] += weights[row] * a * target
          for (j, b) in rows[row] { normal[i, j] += weights[row] * a * b }
        }
      }
      guard let factor = try? Cholesky(normal) else { break }
      values = factor.solve(right)
      let residuals = zip(rows, targets).map { row, target in
        target - row.reduce(0) { $0 + $1.1 * values[$1.0] }
      }
      let scale = RobustEstimates.spread(residuals)
      errors = elements.indices.map { index in
        var unit = [Double](repeating: 0, count: elements.count)
        unit[index] = 1
        return scale * max(0, factor.solve(unit)[index]).squareRoot()
      }
      guard scale > 0 else { break }
      weights = residuals.map { RobustEstimates.huberWeight($0 / scale) }
    }
    var counts = [Int](repeating: 0, count: elements.count)
    for row in rows { for (index, _) in row { counts[index] += 1 } }
    self.base = base
    self.ridge = ridge
    shifts = elements.indices.map {
      Shift(
        element: elements[$0].symbol, value: values[$0], standardError: errors[$0],
        materials: counts[$0])
    }
  }

  /// The difference to expect of a composition; unseen elements have no shift of their own.
  func predict(_ composition: Composition) -> Double {
    zip(composition.elements, composition.fractions).reduce(base) { sum, part in
      sum + part.1 * (shifts.first { $0.element == part.0.symbol }?.value ?? 0)
    }
  }
}
