import Foundation
import Learning
import Matter
import Testing

@testable import Representations

@Suite("Sources of element vectors")
struct ElementSourcesTests {
  private func folder(_ files: [String: String]) throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("elements \(UUID().uuidString)")
    for (name, text) in files {
      let file = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return folder
  }

  static func poscar(_ cation: String, _ anion: String) -> String {
    """
    \(cation)\(anion)
    1.0
    0.0 2.8 2.8
    2.8 0.0 2.8
    2.8 2.8 0.0
    \(cation) \(anion)
    1 1
    Direct
    0.0 0.0 0.0
    0.5 0.5 0.5

    """
  }

  private func formulas(
    _ paths: [String], _ kind: CompoundFiles.Kind, threads: Int
  ) throws -> ([String], CompoundFiles.Tally) {
    var found: [String] = []
    let tally = try CompoundFiles(paths, kind: kind, threads: threads).forEach(
      { $0.composition.reducedFormula }, consume: { found.append($0) })
    return (found, tally)
  }

  @Test(
    "Tables and folders of structures, in order with any number of threads; bad ones are counted")
  func crystals() throws {
    let cell = Self.poscar("K", "Br").replacingOccurrences(of: "\n", with: "\\n")
    let folder = try folder([
      "a/NaCl.vasp": Self.poscar("Na", "Cl"), "a/broken.vasp": "nothing\n",
      "a/b/MgO.vasp": Self.poscar("Mg", "O"), "a/.hidden.vasp": Self.poscar("Li", "F"),
      "a/readme.md": "not a structure",
      "set.json": "{\"train\": {\"one\": \"\(cell)\"}}",
      "table.csv": "id,poscar\n1,\"\(Self.poscar("Ca", "S"))\"\n2,\"oops\"\n",
    ])
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = ["a", "set.json", "table.csv"].map { folder.appendingPathComponent($0).path }
    let (found, tally) = try formulas(paths, .crystals, threads: 2)
    #expect(found == ["NaCl", "MgO", "KBr", "CaS"] || found == ["MgO", "NaCl", "KBr", "CaS"])
    #expect(tally.compounds == 4 && tally.refused == 2)
    let refusals = tally.refusals.map { "\($0)" }
    #expect(refusals.contains { $0.contains("broken.vasp") })
    // The cell before it has as many lines as its structure.
    let line = 3 + Self.poscar("Ca", "S").count { $0 == "\n" }
    let place = "table.csv:\(line), column \"poscar\""
    #expect(refusals.contains { $0.contains(place) }, "\(refusals)")
    #expect(try formulas(paths, .crystals, threads: 1).0 == found)
  }

  @Test("Formulas are read from tables; a table without structures has no crystals")
  func compositions() throws {
    let folder = try folder(["t.csv": "formula,x\nFe2O3,1\nXx,2\nFe4O6,3\n"])
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("t.csv").path
    let (found, tally) = try formulas([path], .compositions, threads: 2)
    #expect(found == ["Fe2O3", "Fe2O3"] && tally.refused == 1)
    #expect("\(tally.refusals[0])".contains("t.csv:3"))
    let error = #expect(throws: (any Error).self) { try formulas([path], .crystals, threads: 1) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("no column of structures"))
    #expect(throws: (any Error).self) { try formulas([path + "x"], .crystals, threads: 1) }
  }

  @Test("Names, symbols and formulas of texts; labels of tokens and keys of JSON are no words")
  func texts() throws {
    let folder = try folder([
      "a.txt": "Titanium and Ti were mixed with BaTiO3 powder. In air, aluminum burns at 5 K.\n",
      "b.txt": "the O\ncobalt B-MAT\noxide I-MAT\nworks O\n\nCo B-MAT\nmetal O\n",
      "c.json": "{\"version\": \"2\", \"items\": [{\"target\": \"sodium chloride\"}]}",
    ])
    defer { try? FileManager.default.removeItem(at: folder) }
    let (corpus, tally) = try TextFiles([folder.path], threads: 2).corpus()
    #expect(tally.files == 3 && tally.refused == 0)
    let counts = Dictionary(
      uniqueKeysWithValues: corpus.elementCounts.map { ($0.key.symbol, $0.value) })
    #expect(counts == ["Ti": 3, "Ba": 1, "O": 1, "Al": 1, "Co": 2, "Na": 1])
    #expect(!corpus.kinds.contains(.word("mat")) && !corpus.kinds.contains(.word("target")))
    #expect(corpus.kinds.contains(.word("in")) && corpus.kinds.contains(.word("<number>")))
    #expect(corpus.sentenceCount == 5)
  }

  @Test("Numbered columns stay, named ones are scaled, missing numbers are means")
  func sets() throws {
    let elements = Array(Element.all.prefix(3))
    let vectors = Dictionary(
      uniqueKeysWithValues: zip(elements, [[1, 10, .nan], [2, 20, 4], [3, 30, 8.0]]))
    let set = ElementVectorSet(
      name: "s", columns: ["v1", "MeltingT", "2"], vectors: vectors)
    let column = { (place: Int) in elements.map { set.vectors[$0]?[place] ?? .nan } }
    #expect(column(0) == [1, 2, 3] && column(2) == [6, 4, 8])
    let root = 1.5.squareRoot()
    #expect(zip(column(1), [-root, 0, root]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("Pooled vectors that hold the property predict it; those of one number cannot")
  func pooled() throws {
    let formulas = try (1...40).flatMap { count in
      try ["Na\(count)Cl7", "K\(count)Br5", "Mg\(count)O3"].map { try Composition(formula: $0) }
    }
    let targets = formulas.map { 10 * $0.fractions[0] + Double($0.elements[0].atomicNumber) }
    let test = PooledVectorTest(formulas, targets: targets, most: 1000, seed: 1)
    let rows = test.rows(of: Set(Element.all))
    #expect(rows.count == 120)
    let full = ElementVectorSet.standards(Set(formulas.flatMap(\.elements)), seed: 0)[0]
    let good = try test.errors(full.vectors, rows: rows, threads: 2)
    let poor = try test.errors(full.vectors.mapValues { _ in [1] }, rows: rows, threads: 1)
    #expect(good.max() ?? 9 < 0.6 && poor.min() ?? 0 > 1.5)
  }
}
