import DenseMath
import Matter
import Testing

@Suite("Structure fingerprint")
struct StructureFingerprintTests {
  @Test("Does not depend on the description of a crystal", arguments: UInt64(0)..<12)
  func isInvariant(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let crystal = try MatchingSamples.rutile()
    let larger = try MatchingSamples.repeated(crystal, SIMD3(1 + rng.index(below: 2), 1, 2))
    let other = try StructureFingerprint(
      of: MatchingSamples.redescribed(larger, using: &rng))
    let fingerprint = try StructureFingerprint(of: crystal)
    #expect(fingerprint.pairs == other.pairs)
    #expect(fingerprint.distance(to: other) < 1e-12)
    #expect(zip(fingerprint.values, other.values).allSatisfy { abs($0 - $1) < 1e-8 })
  }

  @Test("Small displacements move it little, and less when they are smaller")
  func isContinuous() throws {
    var rng = SplitMix64(seed: 11)
    let crystal = try MatchingSamples.repeated(MatchingSamples.rutile(), SIMD3(2, 2, 2))
    let fingerprint = try StructureFingerprint(of: crystal)
    let distances = try [0.1, 0.01, 0.001].map { size in
      fingerprint.distance(
        to: try StructureFingerprint(of: MatchingSamples.shaken(crystal, size, using: &rng)))
    }
    #expect(distances[0] < 0.02)
    #expect(distances[1] < 2e-4)
    #expect(distances[2] < 2e-6)
    let polymorph = fingerprint.distance(
      to: try StructureFingerprint(of: MatchingSamples.anatase()))
    #expect(polymorph > 5 * distances[0])
    #expect(polymorph > 0.05)
  }

  @Test("Integrates to the neighbors of each shell")
  func countsShells() throws {
    let edge = 3.0
    let crystal = try MatchingSamples.crystal(
      Lattice(a: SIMD3(edge, 0, 0), b: SIMD3(0, edge, 0), c: SIMD3(0, 0, edge)), ["Po"], [.zero])
    var configuration = StructureFingerprint.Configuration()
    configuration.cutoff = 3.6
    configuration.step = 0.01
    configuration.width = 0.05
    let fingerprint = try StructureFingerprint(of: crystal, configuration: configuration)
    // 4πR²ρ (F + 1) integrates to the 6 nearest neighbors of the simple cubic lattice.
    var sum = 0.0
    for (k, value) in fingerprint.values.enumerated() {
      let r = 0.01 * Double(k + 1)
      sum += 0.01 * 4 * Double.pi * r * r / (edge * edge * edge) * (value + 1)
    }
    // r² under the Gaussian exceeds the square of its center by its variance.
    #expect(abs(sum - 6 * (1 + 0.05 * 0.05 / (edge * edge))) < 1e-6)
  }

  @Test("Different elements are far apart")
  func separatesElements() throws {
    let distance = try StructureFingerprint(of: MatchingSamples.rutile())
      .distance(to: StructureFingerprint(of: MatchingSamples.rutile(("Sn", "S"))))
    #expect(distance == 0.5)
  }
}
