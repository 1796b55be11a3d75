import DenseMath
import Formats
import Foundation
import GRDB
import Matter
import Testing

@testable import Ecosystem

@Suite("Laws of the store")
struct StoreLawTests {
  @Test("The same file adds nothing", arguments: UInt64(0)..<6)
  func idempotent(seed: UInt64) throws {
    let folder = try StoreFolder()
    let store = try folder.store()
    let file = try folder.table(rows: 150, seed: seed, name: "t.csv")
    let first = try DataImport(threads: 1).run(file, into: store)
    let digest = try store.contentDigest()
    let copy = folder.path("copy.csv")
    try FileManager.default.copyItem(atPath: file, toPath: copy)
    for path in [file, copy] {
      let again = try DataImport(errorRule: .skip, threads: 2).run(path, into: store)
      #expect(again.kind == .present && again.run.id == first.run.id)
    }
    #expect(try store.contentDigest() == digest)
  }

  @Test(
    "Order of imports, rule for errors and threads make no difference to the content",
    arguments: UInt64(0)..<6)
  func orderIndependent(seed: UInt64) throws {
    let folder = try StoreFolder()
    let files = try (0..<3).map {
      try folder.table(rows: 80 + 40 * $0, seed: seed &* 31 &+ UInt64($0), name: "t\($0).csv")
    }
    let (one, other) = (try folder.store("one.sqlite"), try folder.store("other.sqlite"))
    for file in files { _ = try DataImport(errorRule: .stop, threads: 1).run(file, into: one) }
    for file in files.reversed() {
      _ = try DataImport(errorRule: .skip, threads: 2).run(file, into: other)
    }
    #expect(try one.contentDigest() == other.contentDigest())
    try other.withdraw(run: 1, reason: "r")
    #expect(try one.contentDigest() != other.contentDigest())
  }

  @Test("A digest sees any change of a value", arguments: 0..<8)
  func digestSees(number: Int) throws {
    let folder = try StoreFolder()
    let rows = (0..<8).map { "Fe\($0 + 1)O,\($0).5" }
    var changed = rows
    changed[number] += "1"
    let digests = try [rows, changed].enumerated().map { index, rows in
      let file = try folder.write("formula,x\n\(rows.joined(separator: "\n"))\n", to: "t.csv")
      let store = try folder.store("\(index).sqlite")
      _ = try DataImport().run(file, into: store)
      return try store.database.read { db in
        try Double.fetchAll(db, sql: "SELECT value FROM measurement ORDER BY source")
      }
    }
    #expect(digests[0] != digests[1] && digests[0].count == 8)
  }

  @Test(
    "A crystal is the same whatever the order of sites, cell vectors added and direction in space",
    arguments: UInt64(0)..<60)
  func crystalIdentity(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let crystal = try Crystal.random(using: &rng)
    let identity = try MaterialIdentity(crystal)
    #expect(try MaterialIdentity(Self.rewritten(crystal, using: &rng)) == identity)

    // A site moved by 0.02 Å, and the mirror image, are others.
    var positions = crystal.positions
    positions[0].x += 0.02 / length(crystal.lattice.a)
    let counts = crystal.positions.indices.map { crystal.occupants(of: $0).count }
    let moved = try Crystal(
      lattice: crystal.lattice, occupants: crystal.occupants, counts: counts, positions: positions)
    #expect(try MaterialIdentity(moved).key != identity.key)
    let lattice = crystal.lattice
    let mirrored = try Crystal(
      lattice: Lattice(a: -lattice.a, b: -lattice.b, c: -lattice.c), occupants: crystal.occupants,
      counts: counts, positions: crystal.positions)
    #expect(try MaterialIdentity(mirrored).key != identity.key)
  }

  /// The same crystal with sites in another order, whole numbers added to positions, the cell turned,
  /// digits after the tenth changed, and oxidation states assigned.
  private static func rewritten(
    _ crystal: Crystal, using rng: inout SplitMix64
  ) throws -> Crystal {
    let angle = 6 * rng.uniform()
    func turned(_ v: SIMD3<Double>) -> SIMD3<Double> {
      SIMD3(v.x * cos(angle) - v.y * sin(angle), v.x * sin(angle) + v.y * cos(angle), v.z)
    }
    var order = Array(crystal.positions.indices)
    for place in order.indices { order.swapAt(place, rng.index(below: order.count)) }
    var (occupants, counts, positions): ([Occupant], [Int], [SIMD3<Double>]) = ([], [], [])
    for site in order {
      let here = crystal.occupants(of: site).reversed().map {
        Occupant(Species($0.element, oxidationState: 3), occupancy: $0.occupancy)
      }
      occupants += here
      counts.append(here.count)
      let shift = SIMD3(Double(rng.index(below: 5)) - 2, 0, Double(rng.index(below: 3)))
      positions.append(crystal.positions[site] + shift)
    }
    let lattice = crystal.lattice
    return try Crystal(
      lattice: Lattice(a: turned(lattice.a), b: turned(lattice.b), c: turned(lattice.c)),
      occupants: occupants, counts: counts, positions: positions)
  }

  @Test("Positions of special sites agree however many digits a file gives them")
  func specialPositions() throws {
    let lattice = try Lattice(a: SIMD3(4, 0, 0), b: SIMD3(0, 4, 0), c: SIMD3(0, 0, 4))
    let elements = try [#require(Element(symbol: "Si"))]
    func key(_ x: Double) throws -> ContentKey {
      try MaterialIdentity(
        Crystal(lattice: lattice, elements: elements, positions: [SIMD3(x, 0.5, -x)])
      ).key
    }
    for (x, others) in [
      (1.0 / 3, [0.333333, 0.33333333, 0.3333333333]), (2.0 / 3, [0.666667, 0.66666667]),
      (1.0 / 6, [0.166667, 0.1666667]), (1, [0, 0.9999999, 1.0000001]), (0.125, [0.12500001]),
    ] {
      for other in others { #expect(try key(other) == key(x), "\(other) and \(x)") }
    }
    #expect(try key(0.3333) != key(0.334))
  }

  @Test(
    "A composition is its stoichiometry",
    arguments: [
      ("Fe2O3", "Fe4O6"), ("Fe2O3", "Fe0.4O0.6"), ("LiCo2O4", "Li0.5CoO2"), ("AlNi", "Al50Ni50"),
      ("Ba2ZrTiO6", "Ba(Zr0.5Ti0.5)O3"),
    ])
  func composition(one: String, other: String) throws {
    let keys = try [one, other].map { MaterialIdentity(try Composition(formula: $0)).key }
    #expect(keys[0] == keys[1])
  }

  @Test("A stored structure reads back as it was", arguments: UInt64(0)..<40)
  func structureRoundTrip(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let plain = try Crystal.random(using: &rng)
    let counts = plain.positions.indices.map { plain.occupants(of: $0).count }
    let crystal = try Crystal(
      lattice: plain.lattice, occupants: plain.occupants, counts: counts,
      positions: plain.positions, labels: plain.positions.indices.map { "A\"\\\n\($0)é" },
      magneticMoments: plain.positions.map { 3 * $0 })
    let bytes = StoredStructure.bytes(crystal)
    #expect(try StoredStructure.read(bytes, place: "s") == .crystal(crystal))
  }

  @Test("One crystal in two files is one record with two sources")
  func twoSources() throws {
    let folder = try StoreFolder()
    let one = try folder.write(
      "rock salt\n1.0\n4.2 0 0\n0 4.2 0\n0 0 4.2\nMg O\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n",
      to: "a.poscar")
    let two = try folder.write(
      "other order\n4.2\n0 1 0\n0 0 1\n1 0 0\nO Mg\n1 1\nDirect\n1.5 -0.5 0.5\n1 0 0\n",
      to: "b.poscar")
    let store = try folder.store()
    for file in [one, two] { _ = try DataImport().run(file, into: store) }
    #expect(try store.recordCount() == 1)
    let record = try #require(try store.records().first)
    #expect(record.crystal?.siteCount == 2 && record.composition.formula == "MgO")
    #expect(try store.history(of: record.key).sources.map(\.source.origin) == [one, two])
    try store.verify()
  }
}
