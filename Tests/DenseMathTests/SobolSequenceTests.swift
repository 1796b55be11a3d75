import DenseMath
import Testing

@Suite("Sobol sequence")
struct SobolSequenceTests {
  @Test("Agrees with scipy.stats.qmc.Sobol(21, scramble=False), SciPy 1.17.1")
  func reference() {
    var sequence = SobolSequence(dimensions: 21)
    let points = (0..<64).map { _ in sequence.next() }
    #expect(points[0] == [Double](repeating: 0, count: 21))
    #expect(
      points[5] == [
        0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375, 0.375, 0.125, 0.375, 0.875, 0.875,
        0.125, 0.875, 0.375, 0.875, 0.375, 0.375, 0.625, 0.625,
      ])
    #expect(
      points[63] == [
        0.015625, 0.796875, 0.359375, 0.453125, 0.859375, 0.140625, 0.578125, 0.140625, 0.828125,
        0.578125, 0.421875, 0.671875, 0.546875, 0.765625, 0.328125, 0.765625, 0.078125, 0.390625,
        0.953125, 0.234375, 0.234375,
      ])
  }

  @Test("A shift keeps one point in each of 64 slices", arguments: UInt64(0)..<4)
  func shifted(seed: UInt64) {
    var sequence = SobolSequence(dimensions: 21, seed: seed)
    let points = (0..<64).map { _ in sequence.next() }
    for dimension in 0..<21 {
      let slices = Set(points.map { Int($0[dimension] * 64) })
      #expect(slices.count == 64)
    }
    #expect(points.allSatisfy { $0.allSatisfy { $0 > 0 && $0 < 1 } })
  }
}
