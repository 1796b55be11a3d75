import DenseMath
import Testing

@Suite("Products of matrices")
struct MatrixProductTests {
  private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var generator = SplitMix64(seed: seed)
    return Matrix(
      rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in generator.normal() })
  }

  @Test(
    "Every shape gives the sums of products",
    arguments: [
      (1, 1, 1), (1, 5, 3), (4, 6, 4), (7, 13, 9), (3, 64, 65), (65, 65, 257), (130, 71, 300),
      (9, 3, 515),
    ])
  func sums(rows: Int, others: Int, terms: Int) {
    let (a, b) = (random(rows, terms, seed: 1), random(others, terms, seed: 2))
    let product = a.multiplied(byTransposeOf: b)
    for i in 0..<rows {
      for j in 0..<others {
        let expected = zip(a.row(i), b.row(j)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product[i, j] - expected) < 1e-13 * Double(terms))
      }
    }
  }

  @Test("A number of the product does not depend on what is computed beside it, bit for bit")
  func independence() {
    let (a, b) = (random(70, 300, seed: 3), random(75, 300, seed: 4))
    let whole = a.multiplied(byTransposeOf: b)
    for (i, j) in [(0, 0), (3, 5), (66, 63), (69, 74), (31, 64)] {
      let alone = a.rows(i..<i + 1).multiplied(byTransposeOf: b.rows(j..<j + 1))
      #expect(alone[0, 0] == whole[i, j])
    }
  }

  @Test("The order of a sum is four lanes over pieces of 256 terms, on every processor")
  func order() {
    let (a, b) = (random(1, 261, seed: 5), random(1, 261, seed: 6))
    var lanes = SIMD4<Double>.zero
    for start in stride(from: 0, to: 256, by: 4) {
      for lane in 0..<4 {
        lanes[lane] += a.elements[start + lane] * b.elements[start + lane]
      }
    }
    var expected = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
    lanes = .zero
    for lane in 0..<4 { lanes[lane] += a.elements[256 + lane] * b.elements[256 + lane] }
    var rest = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
    rest += a.elements[260] * b.elements[260]
    expected += rest
    #expect(a.multiplied(byTransposeOf: b)[0, 0] == expected)
  }
}
