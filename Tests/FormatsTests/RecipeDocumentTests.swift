import DenseMath
import Formats
import TestKit
import Testing

@Suite("Recipes")
struct RecipeDocumentTests {
  enum Acquisition: String, CaseIterable { case convex, ucb, thompson }

  static let steels = """
    target: yield strength  # MPa
    alpha: 0.5
    budget: 60
    minimize: false
    acquisition: ucb
    elements: [Y, N, No, on]
    oracle:
      kind: replay
      table: steels.json
    constraints:
      - property: distortion
        at-most: 0.05
      - property: energy
        at-most: 2e-2
    """

  @Test("Reads typed values by key")
  func readsValues() throws {
    let root = try RecipeDocument(yaml: Self.steels, file: "steels.yaml").root
    #expect(try root.string("target") == "yield strength")
    #expect(try root.double("alpha") == 0.5)
    #expect(try root.integer("budget", default: 1) == 60)
    #expect(try root.bool("minimize", default: true) == false)
    #expect(try root.choice("acquisition", default: Acquisition.convex) == .ucb)
    #expect(try root.strings("elements") == ["Y", "N", "No", "on"])
    #expect(try root.mapping("oracle").string("kind") == "replay")
    #expect(try root.mapping("oracle").string("table") == "steels.json")
    let limits = try root.mappings("constraints").map {
      (try $0.string("property"), try $0.double("at-most"))
    }
    #expect(limits.map(\.0) == ["distortion", "energy"])
    #expect(limits.map(\.1) == [0.05, 0.02])
    #expect(try root.integer("seed", default: 7) == 7)
    try root.refuseUnknownKeys()
  }

  @Test(
    "Says file, line, column and remedy",
    arguments: [
      (
        "alpha: 0,5",
        "r.yaml:1:1: \"alpha\" is \"0,5\"; it must be a finite number, with a decimal point instead of a comma."
      ),
      ("alpha: .nan", "r.yaml:1:1: \"alpha\" is \".nan\"; it must be a finite number."),
      (
        "alpha: \"1\"",
        "r.yaml:1:1: \"alpha\" is \"1\"; it must be a finite number, without quotes."
      ),
      ("alpha:", "r.yaml:1:1: The key \"alpha\" has no value."),
      ("alpha: [1]", "r.yaml:1:1: \"alpha\" is a list; it must be a number."),
      (
        "a: 1\nalpah: 2",
        "r.yaml:1:1: The key \"alpha\" is missing. Is \"alpah\" a misspelling of it?"
      ),
    ])
  func refusesValues(_ yaml: String, _ expected: String) throws {
    let root = try RecipeDocument(yaml: yaml, file: "r.yaml").root
    let error = #expect(throws: ReadingError.self) { try root.double("alpha") }
    #expect(error.map { "\($0)" } == expected)
  }

  @Test("Names unknown keys with the nearest known one, also in nested mappings")
  func refusesUnknownKeys() throws {
    let root = try RecipeDocument(
      yaml: "alpha: 1\noracle:\n  kind: replay\n  tabel: x.csv\n", file: "r.yaml"
    ).root
    _ = try root.double("alpha")
    let oracle = try root.mapping("oracle")
    _ = try oracle.string("kind")
    _ = try oracle.optionalString("table")
    let error = #expect(throws: ReadingError.self) { try root.refuseUnknownKeys() }
    #expect(
      error.map { "\($0)" }
        == "r.yaml:4:3: Unknown key \"oracle.tabel\"; did you mean \"table\"?")
  }

  @Test(
    "Refuses what is not a recipe",
    arguments: [
      "", "# only a comment\n", "- a\n- b\n", "a: 1\na: 2\n", "a: [1, 2\n", "a: &x [1]\nb: *x\n",
      "a: 1\n---\nb: 2\n", "? [1, 2]\n: 3\n", "a: \u{0}b\n", "key: value: other\n", "\ta: 1\n",
      String(repeating: "[", count: 5000), String(repeating: "- ", count: 5000),
      String(repeating: "? ", count: 5000),
    ])
  func refusesDocuments(_ yaml: String) {
    let error = #expect(throws: ReadingError.self) {
      try RecipeDocument(yaml: yaml, file: "r.yaml")
    }
    #expect(error?.description.hasPrefix("r.yaml") == true)
  }

  @Test("An exponential bomb of aliases is refused at once")
  func refusesBombs() {
    var bomb = "a0: &a0 [x, x]\n"
    for level in 1..<60 { bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    bomb += "? *a59\n: 1\n"
    #expect(throws: ReadingError.self) { try RecipeDocument(yaml: bomb, file: "r.yaml") }
  }

  @Test("No damaged recipe crashes the reader", arguments: UInt64(0)..<4)
  func survivesMutations(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let words = ["&a ", "*a", "- ", "? ", ": ", "[", "{", "|\n", "\"", "!!str "].map {
      Array($0.utf8)
    }
    var refused = 0
    for _ in 0..<1500 {
      let bytes = Mutations.mutate(Array(Self.steels.utf8), dictionary: words, using: &rng)
      do throws(ReadingError) {
        let root = try RecipeDocument(yaml: bytes, file: "r.yaml").root
        _ = try root.string("target")
        _ = try root.mappings("constraints").map { (item) throws(ReadingError) in
          try item.double("at-most")
        }
        try root.refuseUnknownKeys()
      } catch {
        refused += 1
      }
    }
    #expect(refused > 1000)
  }
}
