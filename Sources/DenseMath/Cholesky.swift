import Foundation

/// The factor `L` of a symmetric positive definite matrix `A = L Lᵀ`.
///
/// Left-looking and blocked; O(n³/3). Only the lower triangle of the matrix is read.
public struct Cholesky: Sendable {
  /// `L`, with zeros above the diagonal.
  public let lower: Matrix

  /// What was added to the diagonal before the matrix could be factored; 0 as a rule.
  public let jitter: Double

  public var order: Int { lower.rows }

  /// - Throws: ``CholeskyError`` when a pivot is not positive (relative to rounding).
  /// - Precondition: `matrix` is square.
  public init(_ matrix: Matrix) throws(CholeskyError) {
    try self.init(matrix, jitter: 0)
  }

  /// - Parameter lower: Zero above the diagonal, positive on it.
  init(lower: Matrix, jitter: Double) {
    self.lower = lower
    self.jitter = jitter
  }

  init(_ matrix: Matrix, jitter: Double) throws(CholeskyError) {
    precondition(
      matrix.rows == matrix.columns, "\(matrix.rows) × \(matrix.columns) is not square")
    var factor = matrix
    let order = matrix.rows
    for place in 0..<order { factor[place, place] += jitter }
    let largest = factor.diagonal.max() ?? 0
    let smallestPivot = Double(order) * Double.ulpOfOne * largest
    let failed = factor.elements.withUnsafeMutableBufferPointer { buffer -> Int? in
      guard let base = buffer.baseAddress else { return nil }
      return factorInPlace(base, order: order, smallestPivot: smallestPivot)
    }
    if let failed {
      throw CholeskyError.notPositiveDefinite(order: order, pivot: failed, jitter: jitter)
    }
    lower = factor
    self.jitter = jitter
  }

  /// Factors a matrix that rounding may have made indefinite: adds 0, then 1e-10, 1e-9, …
  /// 1e-4 times the mean of the diagonal to it until it can be factored.
  ///
  /// - Throws: ``CholeskyError`` when even the last step fails.
  public init(addingJitterTo matrix: Matrix) throws(CholeskyError) {
    let mean = matrix.diagonal.reduce(0, +) / Double(max(matrix.rows, 1))
    var failure = CholeskyError.notPositiveDefinite(order: matrix.rows, pivot: 0, jitter: 0)
    for relative in Cholesky.jitterLadder {
      do {
        self = try Cholesky(matrix, jitter: relative * mean)
        return
      } catch {
        failure = error
      }
    }
    throw failure
  }

  static let jitterLadder = [0, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4]

  /// `log |A|`.
  public var logDeterminant: Double {
    2 * lower.diagonal.reduce(0) { $0 + log($1) }
  }

  /// `A⁻¹`, complete and symmetric; O(n³).
  public var inverse: Matrix {
    let order = order
    var columns = Matrix(rows: order, columns: order)
    var result = columns
    lower.elements.withUnsafeBufferPointer { lower in
      columns.elements.withUnsafeMutableBufferPointer { columns in
        result.elements.withUnsafeMutableBufferPointer { result in
          guard let lower = lower.baseAddress, let columns = columns.baseAddress,
            let result = result.baseAddress
          else { return }
          invertLower(lower, into: columns, order: order)
          multiplyUpper(columns, into: result, order: order)
        }
      }
    }
    return result
  }
}

extension Cholesky {
  /// `x` with `A x = b`.
  public func solve(_ b: [Double]) -> [Double] {
    solveUpper(solveLower(b))
  }

  /// `x` with `L x = b`.
  public func solveLower(_ b: [Double]) -> [Double] {
    solveLower(rows: Matrix(rows: 1, columns: b.count, elements: b)).elements
  }

  /// `x` with `Lᵀ x = b`.
  public func solveUpper(_ b: [Double]) -> [Double] {
    precondition(b.count == order, "order \(order), but \(b.count) numbers on the right")
    var x = b
    let order = order
    lower.elements.withUnsafeBufferPointer { lower in
      x.withUnsafeMutableBufferPointer { x in
        for k in stride(from: order - 1, through: 0, by: -1) {
          x[k] /= lower[k * order + k]
          let value = x[k]
          for j in 0..<k { x[j] -= value * lower[k * order + j] }
        }
      }
    }
    return x
  }

  /// Solves `L x = b` for many right-hand sides at once.
  ///
  /// - Parameter rows: `[m, n]`, one right-hand side a row.
  /// - Returns: `[m, n]`, one solution a row; O(m n²/2).
  public func solveLower(rows: Matrix) -> Matrix {
    precondition(
      rows.columns == order, "order \(order), but \(rows.columns) numbers on the right")
    var solution = rows
    let order = order
    lower.elements.withUnsafeBufferPointer { lower in
      solution.elements.withUnsafeMutableBufferPointer { solution in
        guard let lower = lower.baseAddress, let solution = solution.baseAddress else { return }
        solveLowerRows(lower, order: order, rows: solution, count: rows.rows)
      }
    }
    return solution
  }

  /// `L z`: gives a draw with covariance `A` when `z` holds independent standard normals.
  public func multiplyLower(_ z: [Double]) -> [Double] {
    lower.multiplied(by: z)
  }
}

/// Why a matrix has no Cholesky factor.
public enum CholeskyError: Error, Hashable, Sendable {
  case notPositiveDefinite(order: Int, pivot: Int, jitter: Double)
}

extension CholeskyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notPositiveDefinite(let order, let pivot, let jitter):
      "A matrix of order \(order) is not positive definite: pivot \(pivot) is not positive after "
        + "\(jitter) was added to the diagonal. Remove repeated or non-finite rows, or raise the "
        + "noise."
    }
  }
}
