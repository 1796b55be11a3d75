import DenseMath
import Testing

@Suite("Cholesky factors of anything")
struct CholeskyRegularizedTests {
  private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var generator = SplitMix64(seed: seed)
    return Matrix(
      rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in generator.normal() })
  }

  private func definite(_ order: Int, seed: UInt64) -> Matrix {
    let root = random(order, order, seed: seed)
    var result = root.multiplied(byTransposeOf: root)
    for row in 0..<order { result[row, row] += 0.5 }
    return result
  }

  @Test("What can be factored is factored as it is")
  func plain() throws {
    let matrix = definite(12, seed: 1)
    let factor = Cholesky(regularizing: matrix)
    let expected = try Cholesky(matrix).lower
    #expect(factor.lower == expected && factor.jitter == 0)
  }

  @Test("Eigenvalues below zero are raised, the others stay", arguments: UInt64(0)..<8)
  func indefinite(seed: UInt64) {
    var matrix = definite(9, seed: seed)
    for row in 0..<9 { matrix[row, row] -= 4 }
    let factor = Cholesky(regularizing: matrix)
    let before = SymmetricEigen(matrix).values
    let after = SymmetricEigen(factor.lower.multiplied(byTransposeOf: factor.lower)).values
    let floor = 1e-8 * before[0]
    for (old, new) in zip(before, after) {
      #expect(abs(new - max(old, floor)) < 1e-9 * before[0])
    }
    #expect(abs(factor.jitter - max(0, floor - before[8])) < 1e-6)
  }

  @Test("Zeros, negative matrices, large indefinite ones and what is no number have factors")
  func anything() {
    var large = definite(230, seed: 3)
    for row in 0..<230 { large[row, row] -= 60 }
    var unknown = definite(4, seed: 2)
    unknown[2, 1] = .nan
    unknown[3, 3] = .infinity
    let all = [
      Matrix(rows: 3, columns: 3), Matrix(rows: 0, columns: 0),
      Matrix(diagonal: [-1, -2]), unknown, large,
      Matrix(rows: 2, columns: 2, elements: [1e-300, 0, 1e-300, 1e-300]),
      Matrix(rows: 2, columns: 2, elements: [1, 1e8, 1e8, 1]),
    ]
    for matrix in all {
      let factor = Cholesky(regularizing: matrix)
      #expect(factor.lower.elements.allSatisfy { $0.isFinite })
      #expect(factor.lower.diagonal.allSatisfy { $0 > 0 })
      #expect(factor.order == matrix.rows)
    }
  }

  @Test(
    "The norm of the inverse is estimated from below, nearly exactly", arguments: UInt64(0)..<20)
  func norm(seed: UInt64) throws {
    let factor = try Cholesky(definite(5 + Int(seed), seed: seed))
    let inverse = factor.inverse
    let exact =
      (0..<inverse.rows).map { row in
        inverse.row(row).reduce(0) { $0 + abs($1) }
      }.max() ?? 0
    #expect(factor.inverseNormEstimate <= exact * (1 + 1e-10))
    #expect(factor.inverseNormEstimate >= 0.5 * exact)
  }

  @Test("Rows can be appended", arguments: [1, 3, 6])
  func appending(count: Int) throws {
    let matrix = definite(15, seed: 9)
    let old = 15 - count
    let part = Matrix(
      rows: old, columns: old, elements: (0..<old).flatMap { matrix.row($0).prefix(old) })
    let cross = Matrix(
      rows: count, columns: old, elements: (old..<15).flatMap { matrix.row($0).prefix(old) })
    let own = Matrix(
      rows: count, columns: count, elements: (old..<15).flatMap { matrix.row($0).suffix(count) })
    let grown = try Cholesky(part).appending(cross: cross, own: own)
    let whole = try Cholesky(matrix)
    #expect(
      zip(grown.lower.elements, whole.lower.elements).allSatisfy { abs($0 - $1) < 1e-10 })
    // The same row again says nothing new.
    let again = grown.appending(
      cross: matrix.rows(3..<4), own: Matrix(rows: 1, columns: 1, elements: [matrix[3, 3]]))
    #expect(again.lower.elements.allSatisfy { $0.isFinite } && again.lower[15, 15] > 0)
  }
}
