import DenseMath
import Foundation
import Representations
import Testing

@Suite("Structure kernels")
struct StructureKernelTests {
  /// Features of a few centers each.
  private static func structures(seed: UInt64) -> [Matrix] {
    let random = SOAPExamples.random(seed: seed)
    return [3, 3, 5, 2, 4].map { rows in
      Matrix(rows: rows, columns: 6, elements: (0..<rows * 6).map { _ in 1.1 + random() })
    }
  }

  @Test(
    "Are symmetric and 1 on the diagonal",
    arguments: [
      StructureKernel.average(exponent: 1), .average(exponent: 4),
      .regularizedMatch(exponent: 2, entropy: 0.5), .regularizedMatch(exponent: 1, entropy: 0.01),
    ])
  func symmetric(_ kernel: StructureKernel) throws {
    let structures = Self.structures(seed: 1)
    let matrix = try kernel.matrix(of: structures)
    for i in structures.indices {
      #expect(abs(matrix[i, i] - 1) < 1e-12)
      for j in structures.indices {
        #expect(matrix[i, j] == matrix[j, i])
        #expect(matrix[i, j] > 0 && matrix[i, j] <= 1 + 1e-9)
      }
    }
    #expect(try kernel.matrix(of: structures, threads: 2) == matrix)
    let part = try kernel.matrix(between: Array(structures[0..<2]), and: Array(structures[2...]))
    for i in 0..<2 {
      for j in 0..<3 { #expect(abs(part[i, j] - matrix[i, j + 2]) < 1e-8) }
    }
  }

  @Test("The average kernel is positive semidefinite", arguments: UInt64(0)..<4)
  func positive(seed: UInt64) throws {
    let structures = Self.structures(seed: seed) + Self.structures(seed: seed + 50)
    for exponent in 1...4 {
      let matrix = try StructureKernel.average(exponent: exponent).matrix(of: structures)
      #expect((SymmetricEigen(matrix).values.last ?? -1) > -1e-12)
    }
  }

  @Test("Great entropy matches everything with everything")
  func averagesAtGreatEntropy() throws {
    let structures = Self.structures(seed: 3)
    let match = try StructureKernel.regularizedMatch(exponent: 1, entropy: 1e7)
      .matrix(of: structures)
    // The mean over all pairs is the product of the means of rows of length 1.
    let units = structures.map { matrix in
      Matrix(
        rows: matrix.rows, columns: matrix.columns,
        elements: (0..<matrix.rows).flatMap { row -> [Double] in
          let values = matrix.row(row)
          let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
          return values.map { $0 / length }
        })
    }
    let average = try StructureKernel.average(exponent: 1).matrix(of: units)
    #expect(SOAPExamples.difference(match.elements, average.elements) < 1e-6)
  }

  @Test("Little entropy finds the best assignment")
  func assignsAtLittleEntropy() throws {
    let structures = Array(Self.structures(seed: 7)[0..<2])
    let kernel = StructureKernel.regularizedMatch(exponent: 3, entropy: 2e-4)
    let value = try kernel.matrix(of: structures)[0, 1]
    let unit = structures.map { matrix in
      (0..<3).map { row -> [Double] in
        let length = matrix.row(row).reduce(0) { $0 + $1 * $1 }.squareRoot()
        return matrix.row(row).map { $0 / length }
      }
    }
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    let best = orders.map { order in
      (0..<3).reduce(0.0) { sum, i in
        sum + pow(zip(unit[0][i], unit[1][order[i]]).reduce(0) { $0 + $1.0 * $1.1 }, 3)
      } / 3
    }.max()
    #expect(abs(value - (best ?? 0)) < 1e-6)
  }

  @Test("Knows a structure whose atoms are in another order, and refuses nonsense")
  func recognizes() throws {
    let matrix = Self.structures(seed: 9)[2]
    let kernel = StructureKernel.regularizedMatch(exponent: 2, entropy: 0.05)
    let shuffled = matrix.rows(at: [4, 2, 0, 1, 3])
    #expect(abs(try kernel.matrix(of: [matrix, shuffled])[0, 1] - 1) < 1e-9)
    let nothing = Matrix(rows: 2, columns: 6)
    let kernels = try StructureKernel.average(exponent: 2).matrix(of: [matrix, nothing])
    #expect(kernels.elements.allSatisfy { $0.isFinite })
    #expect(throws: StructureKernelError.entropy(0)) {
      try StructureKernel.regularizedMatch(exponent: 1, entropy: 0).matrix(of: [matrix])
    }
    #expect(throws: StructureKernelError.widths(6, 2)) {
      try kernel.matrix(of: [matrix, Matrix(rows: 1, columns: 2)])
    }
    #expect(throws: StructureKernelError.noCenters(structure: 0)) {
      try kernel.matrix(of: [Matrix(rows: 0, columns: 6)])
    }
  }
}
