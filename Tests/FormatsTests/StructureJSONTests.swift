import DenseMath
import Formats
import Foundation
import Matter
import TestKit
import Testing

@Suite("Structures in JSON")
struct StructureJSONTests {
  private func entries(_ text: String) throws(ReadingError) -> [StructureEntry] {
    try StructureJSON.structures(Array(text.utf8), file: "t.json")
  }

  private func species(_ symbol: String, _ state: Double? = nil, mass: Int? = nil) throws -> Species
  {
    Species(try #require(Element(symbol: symbol)), oxidationState: state, massNumber: mass)
  }

  private let cube = #""lattice": {"matrix": [[4, 0, 0], [0, 4, 0], [0, 0, 5]], "volume": 80}"#

  @Test("Reads pymatgen's disorder, charges, isotopes, labels, moments and vacancies")
  func readsPymatgen() throws {
    let text = """
      {"@module": "pymatgen.core.structure", "@class": "Structure", "charge": 1.0, \(cube),
       "sites": [
        {"species": [{"element": "Fe", "oxidation_state": 2.5, "spin": null, "occu": 0.5},
                     {"element": "Mn", "occu": 0.25}, {"element": "X", "occu": 0.25}],
         "abc": [0, 0, 0], "xyz": [0, 0, 0], "label": "M1", "properties": {"magmom": 1.5}},
        {"species": [{"element": "D", "occu": 1}], "abc": [0.5, 0.25, 1.5], "label": "D",
         "properties": {"magmom": {"moment": [0, 1, 2], "saxis": [0, 0, 1]}}},
        {"species": [{"element": "O", "oxidation_state": -2, "occu": 1}], "xyz": [1, 2, 2.5],
         "properties": {"magmom": null}, "label": "O2"},
        {"species": [{"element": "Vac", "occu": 1}], "abc": [0.1, 0.1, 0.1], "label": "Vac"}]}
      """
    let found = try entries(text)
    #expect(found.count == 1)
    let crystal = try #require(found[0].crystal)
    #expect(
      crystal.occupants == [
        Occupant(try species("Fe", 2.5), occupancy: 0.5),
        Occupant(try species("Mn"), occupancy: 0.25), Occupant(try species("H", mass: 2)),
        Occupant(try species("O", -2)),
      ])
    #expect(crystal.positions == [.zero, SIMD3(0.5, 0.25, 1.5), SIMD3(0.25, 0.5, 0.5)])
    #expect(crystal.magneticMoments == [SIMD3(0, 0, 1.5), SIMD3(0, 1, 2), .zero])
    #expect(crystal.labels == ["M1", "D", "O2"])
    #expect(abs(crystal.vacancy(of: 0) - 0.25) < 1e-15)
    #expect(found[0].properties == [.init("charge", .number(1))])
    #expect(found[0].notices.count == 1)
  }

  private var site: String {
    #"{"species": [{"element": "Si", "occu": 1}], "abc": [0, 0, 0], "label": "Si"}"#
  }

  private var silicon: String { "{\(cube), \"sites\": [\(site)]}" }

  private var atoms: String {
    #"{"lattice_mat": [[4,0,0],[0,4,0],[0,0,5]], "coords": [[0,0,0],[2,2,2.5]], "#
      + #""elements": ["Na", "Cl"], "cartesian": true, "props": ["", ""]}"#
  }

  @Test("Finds structures wherever the known forms keep them")
  func findsForms() throws {
    let split = """
      {"index": [0, 7], "columns": ["structure", "gap (eV)"],
       "data": [[\(silicon), 1.1], [\(silicon), null]]}
      """
    let poscar = #"System\\n1.0\\n4 0 0\\n0 4 0\\n0 0 5\\nSi\\n1\\ndirect\\n0 0 0\\n"#
    for (text, names, properties) in [
      (silicon, [nil], []), ("[\(silicon), \(silicon)]", [nil, nil], []),
      ("{\"a\": \(silicon), \"b\": \(silicon)}", ["a", "b"], []),
      (
        "{\"@class\": \"ComputedStructureEntry\", \"energy\": -1.5, \"entry_id\": \"mp-1\", "
          + "\"structure\": \(silicon), \"data\": {\"note\": \"x\"}}",
        ["mp-1"], ["energy", "entry_id", "data.note"]
      ),
      (split, ["0", "7"], ["gap (eV)"]),
      (
        "{\"structure\": {\"0\": \(silicon), \"1\": \(silicon)}, \"y\": {\"0\": 2, \"1\": 3}}",
        ["0", "1"], ["y"]
      ),
      (atoms, [nil], []),
      (
        "[{\"jid\": \"JVASP-1\", \"atoms\": \(atoms), \"gap\": \"na\", \"e\": 1}]", ["JVASP-1"],
        ["jid", "e"]
      ),
      ("{\"train\": {\"p1\": \"\(poscar)\"}, \"val\": {\"p2\": \"\(poscar)\"}}", ["p1", "p2"], []),
    ] as [(String, [String?], [String])] {
      let found = try entries(text)
      #expect(found.map(\.name) == names, "\(text)")
      #expect(found.first?.properties.map(\.name) == properties, "\(text)")
      #expect(found.allSatisfy { abs(($0.crystal?.lattice.volume ?? 0) - 80) < 1e-9 })
    }
    #expect(try entries(atoms)[0].crystal?.positions == [.zero, SIMD3(0.5, 0.5, 0.5)])
  }

  private func resource(_ changes: [(String, String)] = []) -> String {
    let text = """
      {"type": "structures", "id": "odbx/1", "attributes": {
        "lattice_vectors": [[4, 0, 0], [0, 4, 0], [0, 0, 5]], "dimension_types": [1, 1, 1],
        "cartesian_site_positions": [[0, 0, 0], [2, 2, 2.5]], "species_at_sites": ["M", "D"],
        "species": [
          {"name": "M", "chemical_symbols": ["Fe", "vacancy"], "concentration": [0.75, 0.25]},
          {"name": "D", "chemical_symbols": ["H"], "concentration": [1], "mass": [2.01410]}],
        "structure_features": ["disorder"], "space_group_it_number": 221, "_odbx_energy": -3.5}}
      """
    return changes.reduce(text) { $0.replacing($1.0, with: $1.1) }
  }

  @Test("Reads OPTIMADE resources, pages and molecules")
  func readsOptimade() throws {
    let page =
      "{\"data\": [\(resource()), {\"type\": \"references\", \"id\": \"r\"}], \"meta\": {}}"
    for text in [resource(), page] {
      let found = try entries(text)
      #expect(found.map(\.name) == ["odbx/1"] && found[0].declaredSpaceGroup == 221)
      #expect(found[0].properties == [.init("_odbx_energy", .number(-3.5))])
      let crystal = try #require(found[0].crystal)
      #expect(
        crystal.occupants == [
          Occupant(try species("Fe"), occupancy: 0.75), Occupant(try species("H", mass: 2)),
        ])
      #expect(crystal.positions[1] == SIMD3(0.5, 0.5, 0.5))
    }
    #expect(try entries("{\"data\": [], \"meta\": {}, \"links\": {}}").isEmpty)
    let molecule = try entries(
      resource([
        ("[1, 1, 1]", "[0, 0, 0]"), ("[[4, 0, 0], [0, 4, 0], [0, 0, 5]]", "null"),
        ("[0.75, 0.25]", "[1, 0]"),
      ]))
    guard case .molecule(let atoms) = molecule[0].arrangement else {
      Issue.record("a structure without periodic directions is a molecule")
      return
    }
    #expect(atoms.positions[1] == SIMD3(2, 2, 2.5))
  }

  @Test("Refuses with line, column and reason")
  func refuses() throws {
    for (text, expected) in [
      ("{\"a\": 1}", "t.json: The JSON holds no structures in a form that is known here."),
      (
        silicon.replacing("\"Si\", \"occu\"", with: "\"Qq\", \"occu\""), "\"Qq\" is not an element."
      ),
      (
        silicon.replacing("[0, 0, 0], \"label\"", with: "[0, 0], \"label\""),
        "A site needs \"abc\", three finite numbers."
      ),
      (
        silicon.replacing("[0, 0, 0], \"label\"", with: "[0, 0, 1e999], \"label\""),
        "A site needs \"abc\", three finite numbers."
      ),
      (
        silicon.replacing("[0, 0, 0], \"label\"", with: "[0, 0, 1e300], \"label\""),
        "Site 1 is more than a million cells or ångström away; correct it."
      ),
      (
        silicon.replacing("\"occu\": 1", with: "\"occu\": -1"),
        "An occupancy is a number from 0 to 1."
      ),
      (
        silicon.replacing("\"occu\": 1", with: "\"occu\": 1.5"),
        "Site 1 is filled to 1.5; occupancies are above 0 and sum to at most 1."
      ),
      (
        silicon.replacing("[0, 0, 5]", with: "[0, 4, 0]"),
        "The three cell vectors lie in one plane, so the cell has no volume."
      ),
      (silicon.replacing("[\(site)]", with: "[]"), "A crystal needs at least one site."),
      (atoms.replacing("[[0,0,0],", with: "["), "1 positions for 2 elements."),
      (
        resource([("\"M\", \"D\"", "\"M\", \"E\"")]),
        "The species of site 2 is not among \"species\"."
      ),
      (
        resource([("[[4, 0, 0], [0, 4, 0], [0, 0, 5]]", "null")]),
        "\"lattice_vectors\" must be three vectors of three finite numbers, also for a structure that repeats in 3 directions."
      ),
      (
        "{\"errors\": [{\"detail\": \"bad filter\"}], \"meta\": {}}",
        "The response reports an error: bad filter"
      ),
    ] {
      let error = #expect(throws: ReadingError.self, "\(text)") { try entries(text) }
      #expect(error.map { "\($0)".hasSuffix(expected) } == true, "\(String(describing: error))")
      #expect(text.hasPrefix("{\"a\"") || (error?.line ?? 0) >= 1 && (error?.column ?? 0) >= 1)
    }
  }

  private func arbitrary(_ rng: inout SplitMix64, hasCharges: Bool) throws -> Crystal {
    func number(_ rng: inout SplitMix64) -> Double { (rng.uniform() - 0.3) * 7 }
    var occupants: [Occupant] = []
    var counts: [Int] = []
    for _ in 0..<8 {
      let element = try #require(Element(atomicNumber: 1 + rng.index(below: 90)))
      let isHydrogen = element.atomicNumber == 1
      let species = Species(
        element, oxidationState: hasCharges && rng.uniform() < 0.5 ? number(&rng) : nil,
        massNumber: isHydrogen && rng.uniform() < 0.5 ? 3 : nil)
      if rng.uniform() < 0.5 {
        occupants.append(Occupant(species))
        counts.append(1)
      } else {
        let other = Species(try #require(Element(atomicNumber: 92)))
        occupants += [Occupant(species, occupancy: 0.3), Occupant(other, occupancy: 0.6)]
        counts.append(2)
      }
    }
    return try Crystal(
      lattice: Lattice(
        a: SIMD3(3, 0.1, number(&rng)), b: SIMD3(0, 9, number(&rng)), c: SIMD3(1e-7, 1, 12)),
      occupants: occupants, counts: counts,
      positions: counts.map { _ in SIMD3(number(&rng), number(&rng), number(&rng) * 1e-9) },
      labels: hasCharges ? counts.indices.map { "Site\($0) \"å\"\n" } : nil,
      magneticMoments: hasCharges
        ? counts.map { _ in SIMD3(number(&rng), 0, number(&rng)) } : nil)
  }

  @Test("Writing and reading are inverse", arguments: UInt64(0)..<16)
  func roundTrips(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let crystal = try arbitrary(&rng, hasCharges: true)
    #expect(try entries(PymatgenJSON.text(crystal))[0].crystal == crystal)
    let plain = try arbitrary(&rng, hasCharges: false)
    let entry = StructureEntry(name: "x", arrangement: .crystal(plain))
    let text = OPTIMADEJSON.text(entry, identifier: "x")
    #expect(try OPTIMADEJSON.structures(Array(text.utf8), file: "t") == [entry])
    let molecule = StructureEntry(
      name: "m",
      arrangement: .molecule(
        try Molecule(
          elements: plain.occupants.map(\.element).dropLast(0),
          positions: plain.occupants.indices.map { SIMD3(Double($0) + rng.uniform() / 2, 1, -2) })))
    let other = OPTIMADEJSON.text(molecule, identifier: "m")
    #expect(try OPTIMADEJSON.structures(Array(other.utf8), file: "t") == [molecule])
  }

  @Test(
    "Reads published elastic data with its tensors",
    .enabled(if: SharedFolder.has("data/structure/elastic_tensors")))
  func readsElastic() throws {
    let path = "data/structure/elastic_tensors/example_crystal_elasticity_tensor_n100.json"
    let found = try StructureJSON.structures(SharedFolder.bytes(path), file: path)
    // pymatgen 2026.10.24: 100 structures, 473 sites, 9148.43756 Å³ in all.
    #expect(found.count == 100)
    let crystals = found.compactMap(\.crystal)
    #expect(crystals.reduce(0) { $0 + $1.siteCount } == 473)
    #expect(abs(crystals.reduce(0) { $0 + $1.lattice.volume } - 9148.437_56) < 1e-4)
    guard
      case .numbers(_, let shape)? = found[0].properties.first(where: {
        $0.name == "elastic_tensor_full"
      })?.value
    else {
      Issue.record("the tensor is a property")
      return
    }
    #expect(shape == [3, 3, 3, 3])
  }

  @Test("No damaged file crashes a reader", arguments: UInt64(0)..<4)
  func survivesMutations(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let sources = [
      silicon, "[{\"jid\": \"J\", \"atoms\": \(atoms)}]", resource(),
      "{\"index\": [0], \"columns\": [\"structure\", \"y\"], \"data\": [[\(silicon), 1]]}",
      #"{"train": {"a": "S\\n1\\n4 0 0\\n0 4 0\\n0 0 5\\nSi\\n1\\nd\\n0 0 0\\n"}}"#,
    ].map { Array($0.utf8) }
    let words = ["1e300", "null", "[", "]", "-1", "\"X\"", "1e999", "{}", "[0,0,0]", "true"]
      .map { Array($0.utf8) }
    var refused = 0
    for _ in 0..<1000 {
      for source in sources {
        let damaged = Mutations.mutate(source, dictionary: words, using: &rng)
        do {
          for found in try StructureJSON.structures(damaged, file: "t") {
            #expect(found.crystal?.lattice.volume.isFinite != false)
          }
        } catch { refused += 1 }
      }
    }
    #expect(refused > 1000)
  }
}
