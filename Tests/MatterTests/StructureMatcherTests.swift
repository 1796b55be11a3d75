import DenseMath
import Foundation
import Matter
import TestKit
import Testing

@Suite("Structure matcher")
struct StructureMatcherTests {
  @Test("Knows a crystal in any other description", arguments: UInt64(0)..<24)
  func matchesItself(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let crystal = try seed.isMultiple(of: 2) ? MatchingSamples.rutile() : MatchingSamples.anatase()
    let larger = try MatchingSamples.repeated(
      crystal, SIMD3(1 + rng.index(below: 2), 1, 1 + rng.index(below: 3)))
    let other = try MatchingSamples.redescribed(larger, using: &rng)
    let match = try #require(try StructureMatcher().match(crystal, other))
    #expect(match.maximum < 1e-6)
    #expect(try StructureMatcher().matches(other, crystal))
    // Paired sites hold the same species, each site once.
    #expect(
      match.pairs.allSatisfy {
        crystal.occupants(of: $0.first).first?.element
          == other.occupants(of: $0.second).first?.element
      })
    #expect(Set(match.pairs.map(\.first)).count == match.pairs.count)
  }

  @Test("Measures a displacement in units of the spacing of sites", arguments: [0.02, 0.1, 0.3])
  func measures(shift: Double) throws {
    // One of two equal atoms moved along the long axis: each is off the mean by half of it.
    let lattice = try Lattice(a: SIMD3(3, 0, 0), b: SIMD3(0, 3, 0), c: SIMD3(0, 0, 8))
    let (a, b) = (
      try MatchingSamples.crystal(lattice, ["Na", "Cl"], [.zero, SIMD3(0.5, 0.5, 0.4)]),
      try MatchingSamples.crystal(
        lattice, ["Na", "Cl"], [.zero, SIMD3(0.5, 0.5, 0.4 + shift / 8)])
    )
    let match = try #require(try StructureMatcher().match(a, b))
    let unit = cbrt(lattice.volume / 2)
    #expect(abs(match.rms - shift / 2 / unit) < 1e-9)
    #expect(abs(match.maximum - shift / 2 / unit) < 1e-9)
  }

  @Test("Tells polymorphs and swapped species apart")
  func distinguishes() throws {
    let matcher = StructureMatcher()
    let rutile = try MatchingSamples.rutile()
    #expect(try !matcher.matches(rutile, MatchingSamples.anatase()))
    #expect(try !matcher.matches(rutile, MatchingSamples.rutile(("O", "Ti"))))
    #expect(try !matcher.matches(rutile, MatchingSamples.rutile(("Sn", "O"))))
    var anonymous = matcher
    anonymous.comparison = .anonymous
    #expect(try anonymous.matches(rutile, MatchingSamples.rutile(("Sn", "O"))))
    #expect(try !anonymous.matches(rutile, MatchingSamples.anatase()))
    #expect(try matcher.groups(of: [rutile, MatchingSamples.anatase(), rutile]) == [[0, 2], [1]])
  }

  @Test("Ignores the volume only when told to")
  func scales() throws {
    let rutile = try MatchingSamples.rutile()
    let l = rutile.lattice
    let large = try Crystal(
      lattice: Lattice(a: 1.3 * l.a, b: 1.3 * l.b, c: 1.3 * l.c), occupants: rutile.occupants,
      positions: rutile.positions)
    var matcher = StructureMatcher()
    #expect(try matcher.matches(rutile, large))
    matcher.scalesVolume = false
    #expect(try !matcher.matches(rutile, large))
  }

  @Test("Finds supercells that are shaken out of their symmetry", arguments: UInt64(0)..<6)
  func findsSupercells(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let rutile = try MatchingSamples.rutile()
    let large = try MatchingSamples.redescribed(
      MatchingSamples.shaken(MatchingSamples.repeated(rutile, SIMD3(1, 2, 2)), 0.2, using: &rng),
      using: &rng)
    var matcher = StructureMatcher()
    matcher.usesPrimitiveCells = false
    #expect(try !matcher.matches(rutile, large))
    matcher.triesSupercells = true
    let match = try #require(try matcher.match(rutile, large))
    #expect(match.maximum < 0.2)
    #expect(match.pairs.count == 24)
    #expect(try matcher.matches(large, rutile))
  }

  @Test("Compares shared sites by species and occupancy")
  func comparesDisorder() throws {
    let lattice = try Lattice(a: SIMD3(3, 0, 0), b: SIMD3(0, 3, 0), c: SIMD3(0, 0, 3))
    func alloy(_ share: Double, _ charge: Double? = nil) throws -> Crystal {
      let (iron, nickel) = try (
        #require(Element(symbol: "Fe")), #require(Element(symbol: "Ni"))
      )
      return try Crystal(
        lattice: lattice,
        occupants: [
          Occupant(Species(iron, oxidationState: charge), occupancy: share),
          Occupant(Species(nickel), occupancy: 1 - share),
        ], counts: [2], positions: [.zero])
    }
    var matcher = StructureMatcher()
    #expect(try matcher.matches(alloy(0.5), alloy(0.5)))
    #expect(try !matcher.matches(alloy(0.5), alloy(0.6)))
    #expect(try !matcher.matches(alloy(0.5), alloy(0.5, 2)))
    matcher.comparison = .elements
    #expect(try matcher.matches(alloy(0.5), alloy(0.5, 2)))
    matcher.occupancyTolerance = 0.15
    #expect(try matcher.matches(alloy(0.5), alloy(0.6)))
  }

  @Test("Refuses hostile cells in bounded time")
  func refuses() throws {
    let thin = try MatchingSamples.crystal(
      Lattice(a: SIMD3(1e-4, 0, 0), b: SIMD3(0, 1e-4, 0), c: SIMD3(0, 0, 1)), ["Fe"], [.zero])
    #expect(throws: MatchingError.tooElongated) { try StructureMatcher().match(thin, thin) }
    let far = try MatchingSamples.crystal(
      Lattice(a: SIMD3(1, 0, 0), b: SIMD3(0, 1, 0), c: SIMD3(0, 0, 1)), ["Fe"],
      [SIMD3(1e300, 0, 0)])
    #expect(throws: MatchingError.positionTooFar(site: 0)) {
      try StructureMatcher().match(far, far)
    }
  }

  @Test(
    "Gives the verdicts of pymatgen",
    .enabled(if: SharedFolder.has("golden/matching/expected.json"), "no shared folder"))
  func agreesWithGolden() throws {
    let cases = try SharedFolder.goldenCases("matching")
    #expect(cases.count > 10)
    for (testCase, answer) in cases {
      let (a, b) = (try crystal(testCase["a"]), try crystal(testCase["b"]))
      let match = try StructureMatcher().match(a, b)
      #expect((match != nil) == (answer["match"] as? Bool), "\(testCase["id"] ?? "")")
    }
  }

  private func crystal(_ value: Any?) throws -> Crystal {
    let object = try #require(value as? [String: Any])
    let rows = try ["lattice", "frac"].map { key in
      try #require(object[key] as? [[Double]]).map { SIMD3($0[0], $0[1], $0[2]) }
    }
    return try MatchingSamples.crystal(
      Lattice(a: rows[0][0], b: rows[0][1], c: rows[0][2]),
      #require(object["species"] as? [String]), rows[1])
  }
}
