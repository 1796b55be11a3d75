import DenseMath
import Formats
import Matter
import Testing

@Suite("Atoms at one place")
struct StructureOverlapTests {
  private static func refusal(_ text: String, _ file: String) -> String? {
    do throws(ReadingError) {
      _ = try StructureFile.entries(Array(text.utf8), file: file)
      return nil
    } catch {
      return error.message
    }
  }

  private static func xyz(_ positions: [SIMD3<Double>], cell: Double?) -> String {
    let comment =
      cell.map { "Lattice=\"\($0) 0 0 0 \($0) 0 0 0 \($0)\" Properties=species:S:1:pos:R:3" } ?? ""
    let rows = positions.map { "O \($0.x) \($0.y) \($0.z)\n" }.joined()
    return "\(positions.count)\n\(comment)\n\(rows)"
  }

  @Test(
    "Two atoms nearer than 0.01 Å are refused, also across a face of the cell",
    arguments: [
      (SIMD3(0.0, 0, 0), SIMD3(0.009, 0, 0), true), (SIMD3(0, 0, 0), SIMD3(0.011, 0, 0), false),
      (SIMD3(0.0399, 1, 1), SIMD3(0.0401, 1, 1), true),
      (SIMD3(0.001, 0.001, 0.001), SIMD3(4.999, 4.999, 4.999), true),
      (SIMD3(0.001, 2, 0.001), SIMD3(4.999, 2, 9.999), true),
      (SIMD3(0.008, 2, 2), SIMD3(4.995, 2, 2), false),
    ] as [(SIMD3<Double>, SIMD3<Double>, Bool)])
  func refuses(_ one: SIMD3<Double>, _ other: SIMD3<Double>, _ isRefused: Bool) {
    let message = Self.refusal(Self.xyz([one, SIMD3(3, 3, 3), other], cell: 5), "a.xyz")
    #expect(message?.hasPrefix("Sites 1 and 3 lie at one place") ?? false == isRefused)
  }

  @Test("Agrees with comparing all pairs", arguments: UInt64(0)..<20)
  func agreesWithPairs(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let cell = 0.3
    let positions = (0..<40).map { _ in
      SIMD3(
        Double.random(in: 0..<cell, using: &random), Double.random(in: 0..<cell, using: &random),
        Double.random(in: 0..<cell, using: &random))
    }
    for isPeriodic in [true, false] {
      var overlaps = false
      for (index, one) in positions.enumerated() {
        for other in positions[..<index] {
          var apart = one - other
          if isPeriodic { apart -= cell * (apart / cell).rounded(.toNearestOrAwayFromZero) }
          overlaps = overlaps || (apart * apart).sum() < 1e-4
        }
      }
      let message = Self.refusal(
        Self.xyz(positions, cell: isPeriodic ? cell : nil), "a.xyz")
      #expect((message != nil) == overlaps, "\(message ?? "read")")
    }
  }

  private static func pymatgen(_ occupancies: [Double]) -> String {
    let sites = occupancies.map {
      "{\"species\": [{\"element\": \"Fe\", \"occu\": \($0)}], \"abc\": [0, 0, 0]}"
    }
    return """
      {"lattice": {"matrix": [[3, 0, 0], [0, 3, 0], [0, 0, 3]]},
       "sites": [\(sites.joined(separator: ", "))]}
      """
  }

  @Test("Sites that share a place by their occupancies are data, unless they overfill it")
  func sharing() {
    #expect(Self.refusal(Self.pymatgen([0.5, 0.5]), "a.json") == nil)
    #expect(Self.refusal(Self.pymatgen([0.5, 0.3, 0.2]), "a.json") == nil)
    #expect(Self.refusal(Self.pymatgen([0.5, 0.3, 0.4]), "a.json") != nil)
    #expect(Self.refusal(Self.pymatgen([1, 1]), "a.json")?.hasPrefix("Sites 1 and 2") == true)
  }

  @Test("What a provider publishes is read with a notice")
  func notesProviders() throws {
    let text = """
      {"data": [{"id": "1", "type": "structures", "attributes": {
        "lattice_vectors": [[3, 0, 0], [0, 3, 0], [0, 0, 3]], "dimension_types": [1, 1, 1],
        "cartesian_site_positions": [[0, 0, 0], [0, 0, 0]], "species_at_sites": ["Fe", "Fe"],
        "species": [{"name": "Fe", "chemical_symbols": ["Fe"], "concentration": [1]}]}}],
       "meta": {}}
      """
    let entries = try StructureFile.entries(Array(text.utf8), file: "page.json")
    #expect(entries.first?.notices.map(\.message) == ["Sites 1 and 2 lie at one place."])
  }

  @Test("Many atoms take time in proportion", .timeLimit(.minutes(1)))
  func manyAtoms() throws {
    var positions: [SIMD3<Double>] = []
    for index in 0..<100_000 {
      let place = SIMD3(index % 50, index / 50 % 50, index / 2_500)
      positions.append(SIMD3<Double>(place) * 3)
    }
    let text = Self.xyz(positions, cell: 150)
    #expect(Self.refusal(text, "a.xyz") == nil)
  }
}
