public import DenseMath
import Foundation

/// How alike structures are by the features of their centers.
///
/// Both forms are normalized: a structure is 1 to itself. De, Bartók, Csányi and Ceriotti, Phys.
/// Chem. Chem. Phys. 18, 13754 (2016).
///
/// Laws: symmetric; the average kernel is positive semidefinite; the match of greatest entropy
/// (γ → ∞) is the mean over all pairs of centers, that of none (γ → 0) the best assignment.
public enum StructureKernel: Codable, Hashable, Sendable {
  /// `(p̄ · p̄′)^ζ` of the means over centers, at length 1.
  case average(exponent: Int)

  /// `Σ P_ij (p̂_i · p̂_j)^ζ` with the match `P` of centers that is best but for `entropy` γ times
  /// what it lacks in entropy, by Sinkhorn's iteration; then normalized.
  case regularizedMatch(exponent: Int, entropy: Double)

  /// The kernel of all pairs within a set of structures, `[structures, structures]`.
  ///
  /// - Parameter structures: Features of the centers of each, `[centers, features]`, as of
  ///   ``SOAP/rows(of:centers:threads:)``.
  /// - Throws: ``StructureKernelError``.
  public func matrix(of structures: [Matrix], threads: Int = 1) throws -> Matrix {
    let units = try prepared(structures)
    let count = units.count
    let rows = try parallelMap(Array(0..<count), threads: threads) { row in
      (0...row).map { raw(units[row], units[$0]) }
    }
    var matrix = Matrix(rows: count, columns: count)
    for row in 0..<count {
      for column in 0...row {
        let value = Self.normalized(rows[row][column], rows[row][row], rows[column][column])
        matrix[row, column] = value
        matrix[column, row] = value
      }
    }
    return matrix
  }

  /// The kernel between two sets of structures, `[structures, others]`.
  ///
  /// - Throws: ``StructureKernelError``.
  public func matrix(
    between structures: [Matrix], and others: [Matrix], threads: Int = 1
  ) throws -> Matrix {
    let all = try prepared(structures + others)
    let (units, otherUnits) = (all.prefix(structures.count), all.dropFirst(structures.count))
    let own = otherUnits.map { raw($0, $0) }
    let rows = try parallelMap(Array(units), threads: threads) { unit in
      let norm = raw(unit, unit)
      return zip(otherUnits, own).map { Self.normalized(raw(unit, $0), norm, $1) }
    }
    return Matrix(rows: units.count, columns: otherUnits.count, elements: rows.flatMap { $0 })
  }

  /// - Throws: ``StructureKernelError``.
  private func prepared(_ structures: [Matrix]) throws -> [Matrix] {
    if let first = structures.first,
      let odd = structures.first(where: { $0.columns != first.columns })
    {
      throw StructureKernelError.widths(first.columns, odd.columns)
    }
    return try structures.enumerated().map { try prepared($1, place: $0) }
  }

  /// Rows of length 1; for the average a single one.
  private func prepared(_ features: Matrix, place: Int) throws -> Matrix {
    guard features.rows > 0 else { throw StructureKernelError.noCenters(structure: place) }
    guard features.elements.allSatisfy(\.isFinite) else {
      throw StructureKernelError.notFinite(structure: place)
    }
    switch self {
    case .average(let exponent):
      guard exponent >= 1 else { throw StructureKernelError.exponent(exponent) }
      var mean = [Double](repeating: 0, count: features.columns)
      for row in 0..<features.rows {
        for (column, value) in features.row(row).enumerated() {
          mean[column] += value / Double(features.rows)
        }
      }
      return Self.unitRows(Matrix(rows: 1, columns: features.columns, elements: mean))
    case .regularizedMatch(let exponent, let entropy):
      guard exponent >= 1 else { throw StructureKernelError.exponent(exponent) }
      guard entropy.isFinite, entropy > 0 else { throw StructureKernelError.entropy(entropy) }
      return Self.unitRows(features)
    }
  }

  /// Rows of nothing but 0 stay as they are.
  private static func unitRows(_ matrix: Matrix) -> Matrix {
    var result = matrix
    for row in 0..<matrix.rows {
      let length = matrix.row(row).reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else { continue }
      for column in 0..<matrix.columns { result[row, column] /= length }
    }
    return result
  }

  private func raw(_ a: Matrix, _ b: Matrix) -> Double {
    var pairs = a.multiplied(byTransposeOf: b)
    switch self {
    case .average(let exponent):
      return pow(pairs[0, 0], Double(exponent))
    case .regularizedMatch(let exponent, let entropy):
      for place in pairs.elements.indices {
        pairs.elements[place] = pow(pairs.elements[place], Double(exponent))
      }
      return OptimalMatch(of: pairs, entropy: entropy).value
    }
  }

  /// 0 where a structure has nothing around its centers.
  private static func normalized(_ value: Double, _ first: Double, _ second: Double) -> Double {
    first > 0 && second > 0 ? value / (first * second).squareRoot() : 0
  }
}

/// Why structures cannot be compared.
public enum StructureKernelError: Error, Hashable, Sendable, CustomStringConvertible {
  case exponent(Int)
  case entropy(Double)
  case noCenters(structure: Int)
  case notFinite(structure: Int)
  case widths(Int, Int)

  public var description: String {
    switch self {
    case .exponent(let exponent):
      "A kernel exponent of \(exponent) is not usable; give a whole number of 1 or more."
    case .entropy(let entropy):
      "An entropy of \(entropy) is not usable for matching structures; give a number greater than 0."
    case .noCenters(let structure):
      "Structure \(structure + 1) has no centers to compare."
    case .notFinite(let structure):
      "Structure \(structure + 1) has a feature that is not a finite number."
    case .widths(let first, let second):
      "Structures with \(first) and with \(second) features cannot be compared; describe them alike."
    }
  }
}
