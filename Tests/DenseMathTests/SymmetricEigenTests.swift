import DenseMath
import Foundation
import Testing

@Suite("Eigenvalues of symmetric matrices")
struct SymmetricEigenTests {
  private func random(_ order: Int, rank: Int, seed: UInt64) -> Matrix {
    var generator = SplitMix64(seed: seed)
    let root = Matrix(
      rows: order, columns: rank,
      elements: (0..<order * rank).map { _ in generator.normal() })
    return root.multiplied(byTransposeOf: root)
  }

  /// −1, 2, −1 on the diagonals: 2 − 2 cos(k π / (n + 1)), k = n … 1.
  @Test("The vibrating chain has the eigenvalues of its formula", arguments: [1, 2, 5, 40])
  func chain(order: Int) {
    var matrix = Matrix(rows: order, columns: order)
    for place in 0..<order {
      matrix[place, place] = 2
      if place + 1 < order { (matrix[place, place + 1], matrix[place + 1, place]) = (-1, -1) }
    }
    let eigen = SymmetricEigen(matrix)
    for (place, value) in eigen.values.enumerated() {
      let expected = 2 - 2 * cos(Double(order - place) * .pi / Double(order + 1))
      #expect(abs(value - expected) < 1e-13)
    }
  }

  @Test(
    "Values and vectors give the matrix back; vectors are orthonormal", arguments: [2, 7, 30, 90])
  func roundTrip(order: Int) {
    let matrix = random(order, rank: order + 2, seed: UInt64(order))
    let eigen = SymmetricEigen(matrix)
    let size = eigen.values[0]
    let scaled = Matrix(diagonal: eigen.values).multiplied(by: eigen.vectors)
    let back = eigen.vectors.transposed.multiplied(by: scaled)
    let unit = eigen.vectors.multiplied(byTransposeOf: eigen.vectors)
    for row in 0..<order {
      for column in 0..<order {
        #expect(abs(back[row, column] - matrix[row, column]) < 1e-13 * size * Double(order))
        #expect(abs(unit[row, column] - (row == column ? 1 : 0)) < 1e-13)
      }
      let vector = eigen.vectors.row(row)
      #expect((vector.max() ?? 0) >= -(vector.min() ?? 0) * (1 - 1e-8))
    }
    #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test("A matrix of low rank has zeros; one of zeros and one without rows are no trouble")
  func lowRank() {
    let values = SymmetricEigen(random(20, rank: 3, seed: 5)).values
    #expect(values.count { $0 > 1e-10 * values[0] } == 3)
    #expect(SymmetricEigen(Matrix(rows: 4, columns: 4)).values == [0, 0, 0, 0])
    #expect(SymmetricEigen(Matrix(rows: 0, columns: 0)).values.isEmpty)
    #expect(SymmetricEigen(Matrix(diagonal: [1, 3, 2])).values == [3, 2, 1])
  }
}
