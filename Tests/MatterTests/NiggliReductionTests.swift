import DenseMath
import Foundation
import Matter
import Testing

@Suite("Niggli reduction")
struct NiggliReductionTests {
  /// The worked example of Křivý and Gruber, Acta Cryst. A32, 297 (1976), section 4.
  @Test("Reduces the published example")
  func reducesPublishedExample() throws {
    let (a, b, c) = (3.0, 27.0.squareRoot(), 2.0)
    let lattice = try Lattice(
      Lattice.Parameters(
        a: a, b: b, c: c, alpha: acos(-5 / (2 * b * c)), beta: acos(-4 / (2 * a * c)),
        gamma: acos(-22 / (2 * a * b))))
    let metric = lattice.niggliReduced().lattice.metric
    let parameters = [
      metric.aa, metric.bb, metric.cc, 2 * metric.bc, 2 * metric.ac, 2 * metric.ab,
    ]
    for (value, expected) in zip(parameters, [4.0, 9, 9, 9, 3, 4]) {
      #expect(abs(value - expected) < 1e-9)
    }
  }

  @Test("Is the same for every cell of a lattice, reduced, and its own reduction")
  func isUnique() throws {
    var rng = SplitMix64(seed: 4)
    for round in 0..<10_000 {
      let lattice = try Self.lattice(&rng, kind: round % 5)
      let reduced = lattice.niggliReduced()
      #expect(reduced.change.determinant == 1)
      let rebuilt = try lattice.transformed(by: reduced.change)
      #expect(length(rebuilt.a - reduced.lattice.a) < 1e-9 * length(reduced.lattice.c))
      #expect(abs(reduced.lattice.volume / lattice.volume - 1) < 1e-9)
      Self.expectReduced(reduced.lattice)
      let again = reduced.lattice.niggliReduced()
      #expect(again.change == .identity, "round \(round)")
      let other = try lattice.transformed(by: Self.unimodular(&rng)).niggliReduced()
      Self.expectEqual(other.lattice, reduced.lattice, round)
    }
  }

  private static func lattice(_ rng: inout SplitMix64, kind: Int) throws -> Lattice {
    func side() -> Double { 2 + 8 * rng.uniform() }
    func angle() -> Double { (70 + 40 * rng.uniform()) * .pi / 180 }
    func noise() -> Double { 1 + 1e-8 * (rng.uniform() - 0.5) }
    let a = side()
    let right = Double.pi / 2
    let parameters =
      switch kind {
      case 0:
        Lattice.Parameters(
          a: a, b: side(), c: side(), alpha: angle(), beta: angle(), gamma: angle())
      case 1:  // nearly cubic
        Lattice.Parameters(
          a: a * noise(), b: a * noise(), c: a * noise(), alpha: right * noise(),
          beta: right * noise(), gamma: right * noise())
      case 2:  // the primitive cell of a face-centred cube, nearly
        Lattice.Parameters(
          a: a * noise(), b: a * noise(), c: a * noise(), alpha: right * 2 / 3 * noise(),
          beta: right * 2 / 3 * noise(), gamma: right * 2 / 3 * noise())
      case 3:  // nearly hexagonal
        Lattice.Parameters(
          a: a * noise(), b: a * noise(), c: side(), alpha: right * noise(),
          beta: right * noise(), gamma: right * 4 / 3 * noise())
      default:  // a rod
        Lattice.Parameters(
          a: a, b: a * 1.1, c: 30 * side(), alpha: angle(), beta: angle(), gamma: angle())
      }
    return try Lattice(parameters)
  }

  /// A product of shears; entries up to a few dozen.
  private static func unimodular(_ rng: inout SplitMix64) -> IntegerMatrix {
    var matrix = IntegerMatrix.identity
    for _ in 0..<4 {
      var rows = [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
      let row = rng.index(below: 3)
      rows[row][(row + 1 + rng.index(below: 2)) % 3] = rng.index(below: 7) - 3
      matrix = IntegerMatrix(rows[0], rows[1], rows[2]) * matrix
    }
    return matrix
  }

  /// The conditions of International Tables A, section 3.1.3, within a tolerance.
  private static func expectReduced(_ lattice: Lattice) {
    let m = lattice.metric
    let margin = 1e-4 * m.aa + 1e-12 * m.cc
    #expect(m.aa <= m.bb + margin && m.bb <= m.cc + margin)
    #expect(abs(2 * m.bc) <= m.bb + margin)
    #expect(abs(2 * m.ac) <= m.aa + margin)
    #expect(abs(2 * m.ab) <= m.aa + margin)
    let products = [m.bc, m.ac, m.ab]
    #expect(products.allSatisfy { $0 > -margin } || products.allSatisfy { $0 < margin })
    #expect(m.aa + m.bb + 2 * (m.bc + m.ac + m.ab) >= -margin)
  }

  private static func expectEqual(_ a: Lattice, _ b: Lattice, _ round: Int) {
    let (p, q) = (a.metric, b.metric)
    let margin = 1e-4 * q.aa + 1e-9 * q.cc
    for (value, expected) in [
      (p.aa, q.aa), (p.bb, q.bb), (p.cc, q.cc), (p.bc, q.bc), (p.ac, q.ac), (p.ab, q.ab),
    ] {
      #expect(abs(value - expected) < margin, "round \(round)")
    }
  }

  @Test("Stays within bounds for cells of extreme sizes and shapes")
  func survivesExtremes() throws {
    for size in [1e-90, 1e-3, 1e6, 1e90] {
      let lattice = try Lattice(
        a: SIMD3(size, 0, 0), b: SIMD3(1e4 * size, size, 0), c: SIMD3(3e2 * size, -2e3 * size, size)
      )
      let reduced = lattice.niggliReduced()
      #expect(abs(length(reduced.lattice.a) / size - 1) < 1e-6)
      #expect(abs(length(reduced.lattice.c) / size - 1) < 1e-6)
    }
    let needle = try Lattice(
      a: SIMD3(1e-60, 0, 0), b: SIMD3(0, 1e60, 1e59), c: SIMD3(5e59, 0, 1e60))
    #expect(needle.niggliReduced().change.determinant == 1)
  }
}
