import Formats
import Foundation
import Testing

@Suite("embed")
struct EmbedTests {
  private static let salts = [
    ("Na", "Cl"), ("K", "Cl"), ("Na", "Br"), ("K", "Br"), ("Mg", "O"), ("Ca", "O"), ("Mg", "S"),
    ("Ca", "S"),
  ]

  private func cell(_ cation: String, _ anion: String) -> String {
    "x\n1.0\n0 2.8 2.8\n2.8 0 2.8\n2.8 2.8 0\n\(cation) \(anion)\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n"
  }

  private func crystals(_ folder: TemporaryFolder) throws {
    let rows = Self.salts.map { "\"\(cell($0, $1))\"\n" }.joined()
    try folder.write("poscar\n\(rows)", to: "crystals.csv")
  }

  @Test("Vectors from crystals bear their origin, repeat to the byte, and describe formulas")
  func skipAtom() throws {
    let folder = try TemporaryFolder()
    try crystals(folder)
    for (name, threads) in [("a.csv", "1"), ("b.csv", "2")] {
      let run = try folder.run(
        "embed", "elements", "--from", "crystals.csv", "--with", "skipatom", "--width", "6",
        "--epochs", "200", "--seed", "3", "--threads", threads, "-o", name)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("8 crystals, 0 refused"))
      #expect(run.output.contains("nearest neighbor of the same group"))
    }
    let files = try ["a.csv", "b.csv"].map {
      try Array(Data(contentsOf: folder.url.appendingPathComponent($0)))
    }
    #expect(files[0] == files[1])
    let content = try ElementVectorFile(files[0], file: "a.csv")
    #expect(content.columns == ["v1", "v2", "v3", "v4", "v5", "v6"] && content.vectors.count == 8)
    #expect(content.remarks.contains { $0.hasPrefix("source: crystals.csv, SHA-256 ") })
    #expect(content.remarks.contains { $0.contains("seed 3") })
    try folder.write("formula\nNaCl\n", to: "f.csv")
    let described = try folder.run("featurize", "f.csv", "--with", "elements:a.csv")
    #expect(described.status == 0 && described.output.hasPrefix("formula,a mean v1"))
  }

  @Test("Vectors from formulas and from texts, as JSON too")
  func others() throws {
    let folder = try TemporaryFolder()
    let formulas = Self.salts.map { "\($0)\($1)\n" }.joined()
    try folder.write("formula\n\(formulas)Na2O\nK2O\n", to: "f.csv")
    let environments = try folder.run(
      "embed", "elements", "--from", "f.csv", "--with", "atom2vec", "--width", "3", "-o", "v.csv",
      "--json")
    #expect(environments.status == 0 && environments.output.contains("\"method\" : \"atom2vec\""))
    let text = "Sodium and potassium react. NaCl and KCl dissolve. Magnesium oxide is MgO. "
    try folder.write(String(repeating: text, count: 8), to: "t.txt")
    let words = try folder.run(
      "embed", "elements", "--from", "t.txt", "--with", "skip-gram", "--width", "8", "--epochs",
      "2",
      "-o", "w.csv")
    #expect(words.status == 0, "\(words.errors)")
    #expect(words.output.contains("w.csv: 5 elements, 8 numbers each"))
    let check = try folder.run("embed", "check", "v.csv", "w.csv")
    #expect(check.status == 0 && check.output.hasPrefix("5 elements in common"))
    for name in ["v ", "w ", "one-hot", "random", "magpie properties"] {
      #expect(check.output.contains("\n\(name)"))
    }
  }

  @Test(
    "Bad input gets one sentence and leaves no file",
    arguments: [
      (["--from", "none.csv", "--with", "skipatom"], "none.csv"),
      (["--from", "table.csv", "--with", "skipatom"], "no column of structures"),
      (["--from", "table.csv", "--with", "atom2vec"], "has rank"),
      (["--from", "iron.csv", "--with", "atom2vec"], "hold no element"),
      (["--from", "iron.vasp", "--with", "skipatom"], "one element alone, Iron"),
      (["--from", "words.txt", "--with", "skip-gram"], "5 times or more"),
      (["--from", "words.txt", "--with", "skipatom"], "words.txt"),
      (["--from", "empty", "--with", "skip-gram"], "No text was found"),
      (["--from", "empty", "--with", "skipatom"], "No crystal was found"),
      (["--from", "table.csv", "--with", "atom2vec", "--width", "0"], "--width"),
      (["--from", "table.csv", "--with", "atom2vec", "--epochs", "3"], "no --epochs"),
      (["--from", "table.csv", "--with", "magic"], "magic"),
    ])
  func refusals(_ arguments: [String], _ expected: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("formula\nNaCl\nKCl\nMgO\n", to: "table.csv")
    try folder.write("formula\nFe\n", to: "iron.csv")
    try folder.write(
      "x\n1.0\n2.8 0 0\n0 2.8 0\n0 0 2.8\nFe\n1\nDirect\n0 0 0\n", to: "iron.vasp")
    try folder.write("No metal is named in this text. None at all.\n", to: "words.txt")
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("empty"), withIntermediateDirectories: false)
    let before = folder.names
    let run = try folder.run(["embed", "elements"] + arguments + ["-o", "out.csv"])
    #expect(run.status != 0 && run.errors.contains(expected), "\(run.errors)")
    #expect(folder.names == before)
  }

  @Test("check asks for a target with its data, and for elements in common")
  func checkRefusals() throws {
    let folder = try TemporaryFolder()
    try folder.write("element,0\nFe,1\nO,2\n", to: "a.csv")
    try folder.write("element,0\nNa,1\nCl,2\n", to: "b.csv")
    let apart = try folder.run("embed", "check", "a.csv", "b.csv")
    #expect(apart.status == 1 && apart.errors.contains("fewer than two elements in common"))
    let target = try folder.run("embed", "check", "a.csv", "--data", "b.csv")
    #expect(target.status == 2 && target.errors.contains("go together"))
  }
}
