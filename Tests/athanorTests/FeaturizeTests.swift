import Formats
import Foundation
import Testing

@Suite("featurize")
struct FeaturizeTests {
  private func bytes(_ name: String, in folder: TemporaryFolder) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.url.appendingPathComponent(name)))
  }

  @Test("Sets stand side by side; NPY and CSV hold the same numbers")
  func forms() throws {
    let folder = try TemporaryFolder()
    try folder.write("id,formula\n1,Fe2O3\n2,AlCoCrFeNi\n3,NaCl\n", to: "f.csv")
    for name in ["f.npy", "out.csv"] {
      let run = try folder.run(
        "featurize", "f.csv", "--with", "stoichiometry,alloy,oxidation", "--out", name)
      #expect(run.status == 0 && run.errors.contains("Wrote 3 rows to \(name)."))
    }
    let array = try NPYContent(bytes("f.npy", in: folder), file: "f.npy")
    let table = try Table(bytes("out.csv", in: folder), file: "out.csv")
    #expect(array.shape == [3, 42] && table.columns.count == 43)
    #expect(table.columns[0] == "formula" && table.columns[7] == "mixing enthalpy")
    guard case .reals(let values) = array.values else {
      Issue.record("expected reals")
      return
    }
    for (place, column) in table.columns.dropFirst().enumerated() {
      for (row, cell) in try table.optionalDoubles(column).enumerated() {
        let value = values[row * 42 + place]
        #expect(cell == value || (cell == nil && value.isNaN), "\(column)")
      }
    }
  }

  @Test("JSON names the columns and their hash, with the rows or with the file")
  func json() throws {
    let folder = try TemporaryFolder()
    try folder.write("formula\nFe2O3\n", to: "f.csv")
    let rows = try folder.run("featurize", "f.csv", "--with", "ionic", "--json")
    #expect(rows.output.contains("\"columnHash\" : \"858f6e418046d90e\""))
    #expect(rows.output.contains("\"rows\"") && rows.output.contains("\"Fe2O3\""))
    let file = try folder.run(
      "featurize", "f.csv", "--with", "ionic", "--json", "--output", "f.npy")
    #expect(file.output.contains("\"file\" : \"f.npy\"") && !file.output.contains("\"rows\""))
  }

  @Test("Vectors of elements come from a file")
  func elements() throws {
    let folder = try TemporaryFolder()
    try folder.write("formula\nFe2O3\nFeO\n", to: "f.csv")
    try folder.write("{\"Fe\": [1, 2], \"O\": [3, 7], \"Null\": [0, 0]}", to: "toy.json")
    let run = try folder.run("featurize", "f.csv", "--with", "elements:toy.json")
    let lines = run.output.split(separator: "\n")
    #expect(lines[0].hasPrefix("formula,toy mean 0,toy mean 1,toy minimum 0"))
    #expect(lines[2].hasPrefix("FeO,2,4.5,1,2,3,7,2,5,1,6.25"))
    #expect(run.errors.contains("Null"))
  }

  @Test("A table without rows gives a header; a bad formula gives nothing but a sentence")
  func edges() throws {
    let folder = try TemporaryFolder()
    try folder.write("formula\n", to: "empty.csv")
    let empty = try folder.run("featurize", "empty.csv", "--with", "ionic")
    #expect(empty.status == 0)
    #expect(empty.output == "formula,compound possible,max ionic char,avg ionic char\n")
    let rows = (0..<5000).map { _ in "NaCl\n" }.joined()
    try folder.write("formula\n\(rows)Xx2\n", to: "bad.csv")
    let bad = try folder.run("featurize", "bad.csv", "--output", "bad.npy")
    #expect(bad.status == 1 && bad.errors.contains("bad.csv:5002"))
    #expect(folder.names == ["bad.csv", "empty.csv"])
    let unknown = try folder.run("featurize", "empty.csv", "--with", "magpie,nonsense")
    #expect(unknown.status == 1 && unknown.errors.contains("nonsense"))
  }
}
