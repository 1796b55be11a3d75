import Formats
import Foundation
import Testing

@Suite("featurize structures")
struct FeaturizeStructuresTests {
  private static let salt = """
    NaCl
    1.0
    0 2.82 2.82
    2.82 0 2.82
    2.82 2.82 0
    Na Cl
    1 1
    Direct
    0 0 0
    0.5 0.5 0.5

    """

  private static let frames = """
    2
    Lattice="4.12 0 0 0 4.12 0 0 0 4.12" Properties=species:S:1:pos:R:3
    Cs 0 0 0
    Cl 2.06 2.06 2.06
    3
    Properties=species:S:1:pos:R:3
    O 0 0 0
    H 0.96 0 0
    H -0.24 0.93 0

    """

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Self.salt, to: "salt.vasp")
    try folder.write(Self.frames, to: "frames.xyz")
    return folder
  }

  private func table(_ name: String, in folder: TemporaryFolder) throws -> Table {
    try Table(
      Array(Data(contentsOf: folder.url.appendingPathComponent(name))), file: name)
  }

  @Test("One row a structure; those that cannot be described are listed with the reason")
  func statistics() throws {
    let folder = try folder()
    let run = try folder.run(
      "featurize", "salt.vasp", "frames.xyz", "--with", "stoichiometry,structure", "--out",
      "f.csv")
    #expect(run.status == 0 && run.errors.contains("Wrote 2 rows to f.csv."), "\(run.errors)")
    #expect(run.errors.contains("Left out 1 rows") && run.errors.contains("has no cell"))
    let table = try table("f.csv", in: folder)
    #expect(Array(table.columns.prefix(2)) == ["name", "formula"] && table.rowCount == 2)
    let density = try table.doubles("structure density")
    #expect(abs(density[0] - 2.164) < 0.01 && abs(density[1] - 3.998) < 0.01)
  }

  @Test("Matrices take molecules, and find how wide they must be; NPY holds the same numbers")
  func matrices() throws {
    let folder = try folder()
    for name in ["f.csv", "f.npy"] {
      let run = try folder.run("featurize", "frames.xyz", "--with", "coulomb", "--out", name)
      #expect(run.status == 0 && run.errors.contains("Wrote 2 rows"))
    }
    let table = try table("f.csv", in: folder)
    #expect(table.columns.count == 5 && table.columns[2] == "coulomb eigenvalue 1")
    #expect(try table.doubles("coulomb eigenvalue 3")[0] == 0)
    let array = try NPYContent(
      Array(Data(contentsOf: folder.url.appendingPathComponent("f.npy"))), file: "f.npy")
    #expect(array.shape == [2, 3])
    let small = try folder.run(
      "featurize", "frames.xyz", "--with", "sine", "--most-sites", "1", "--out", "s.csv")
    #expect(small.status == 1 && small.errors.contains("at most 1"))
    #expect(!folder.names.contains("s.csv"))
  }

  @Test("Sites have rows of their own")
  func sites() throws {
    let folder = try folder()
    let run = try folder.run(
      "featurize", "salt.vasp", "--with", "soap", "--n-max", "2", "--l-max", "1", "--per-site",
      "--out", "f.csv")
    #expect(run.status == 0, "\(run.errors)")
    let table = try table("f.csv", in: folder)
    #expect(try table.strings("occupants") == ["Na", "Cl"])
    // 4 radial functions of two elements: 10 pairs of two degrees.
    #expect(table.columns.count == 4 + 20)
  }

  @Test("Bad input gets a sentence, and nothing is left behind")
  func badInput() throws {
    let folder = try folder()
    try folder.write("2\n\nXx 0 0 0\nCl 0 0 1\n", to: "bad.xyz")
    for (arguments, words) in [
      (["bad.xyz", "--with", "coulomb"], "Xx"),
      (["salt.vasp", "--with", "soap", "--average", "middle"], "there are inner, outer"),
      (["salt.vasp", "--with", "soap", "--elements", "Na,Qq"], "is not an element"),
      (["salt.vasp", "--with", "acsf", "--elements", "Na"], "add it to the list"),
      (["salt.vasp", "--with", "sine", "--per-site"], "--per-site goes with"),
      (["salt.vasp", "--with", "soap", "--n-max", "0"], "n-max"),
      (["missing.vasp", "--with", "structure"], "missing.vasp"),
    ] {
      let run = try folder.run(["featurize"] + arguments + ["--out", "f.npy"])
      #expect(run.status == 1 && run.errors.contains(words), "\(arguments): \(run.errors)")
    }
    #expect(folder.names == ["bad.xyz", "frames.xyz", "salt.vasp"])
  }
}
