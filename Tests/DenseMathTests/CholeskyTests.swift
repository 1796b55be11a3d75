import DenseMath
import Testing

@Suite("Matrices and Cholesky factors")
struct CholeskyTests {
  /// `B Bᵀ + n I` with normal entries in `B`.
  private func randomPositiveDefinite(_ order: Int, seed: UInt64) -> Matrix {
    var random = SplitMix64(seed: seed)
    let root = Matrix(
      rows: order, columns: order,
      elements: (0..<order * order).map { _ in random.normal() })
    var result = root.multiplied(byTransposeOf: root)
    for place in 0..<order { result[place, place] += Double(order) }
    return result
  }

  private func largestDifference(_ a: Matrix, _ b: Matrix) -> Double {
    zip(a.elements, b.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test("Agrees with NumPy 2.4.6 on a matrix of order 3")
  func small() throws {
    let factor = try Cholesky(
      Matrix(rows: 3, columns: 3, elements: [4, 2, 0.6, 2, 5, 1.5, 0.6, 1.5, 3]))
    let expected = [2, 0, 0, 1, 2, 0, 0.3, 0.6, 1.5968719422671311]
    for (value, reference) in zip(factor.lower.elements, expected) {
      #expect(abs(value - reference) < 1e-15)
    }
    #expect(abs(factor.logDeterminant - 3.708682081410116) < 1e-14)
    let solution = factor.solve([1, 2, 3])
    for (value, reference) in zip(
      solution, [0.0625, 0.09264705882352943, 0.9411764705882353])
    {
      #expect(abs(value - reference) < 1e-15)
    }
  }

  @Test(
    "Factor, inverse and solutions give the matrix back",
    arguments: [1, 2, 3, 4, 5, 7, 8, 13, 31, 32, 33, 37, 64, 67, 130])
  func laws(order: Int) throws {
    let matrix = randomPositiveDefinite(order, seed: UInt64(order))
    let factor = try Cholesky(matrix)
    let product = factor.lower.multiplied(by: factor.lower.transposed)
    #expect(largestDifference(product, matrix) < 1e-12 * Double(order * order))
    let identity = Matrix(diagonal: [Double](repeating: 1, count: order))
    let inverse = factor.inverse
    #expect(largestDifference(matrix.multiplied(by: inverse), identity) < 1e-12)
    #expect(inverse == inverse.transposed)

    var random = SplitMix64(seed: 9)
    let sides = Matrix(
      rows: 6, columns: order, elements: (0..<6 * order).map { _ in random.normal() })
    let solved = factor.solveLower(rows: sides)
    let back = solved.multiplied(byTransposeOf: factor.lower)
    #expect(largestDifference(back, sides) < 1e-11)
    let upper = factor.solveUpper(Array(sides.row(0)))
    let returned = factor.lower.transposed.multiplied(by: upper)
    #expect(zip(returned, sides.row(0)).allSatisfy { abs($0 - $1) < 1e-11 })
  }

  @Test("An indefinite matrix is refused with its pivot")
  func indefinite() {
    let matrix = Matrix(rows: 2, columns: 2, elements: [1, 2, 2, 1])
    #expect(throws: CholeskyError.notPositiveDefinite(order: 2, pivot: 1, jitter: 0)) {
      try Cholesky(matrix)
    }
    #expect(throws: CholeskyError.self) { try Cholesky(addingJitterTo: matrix) }
    #expect(throws: CholeskyError.self) {
      try Cholesky(Matrix(rows: 1, columns: 1, elements: [.nan]))
    }
  }

  @Test("Jitter factors a singular matrix")
  func singular() throws {
    let ones = Matrix(rows: 5, columns: 5, repeating: 2)
    #expect(throws: CholeskyError.self) { try Cholesky(ones) }
    let factor = try Cholesky(addingJitterTo: ones)
    #expect(factor.jitter == 2e-10)
    #expect(try Cholesky(addingJitterTo: Matrix(diagonal: [1, 2])).jitter == 0)
  }
}
