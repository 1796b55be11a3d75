import Formats
import Foundation
import Matter
import Testing

@testable import Ecosystem

@Suite("Dataset")
struct DatasetTests {
  static func read(
    _ csv: String, _ target: String = "Tc (K)", formula: String? = nil
  ) throws -> Dataset {
    let table = try Table(Array(csv.utf8), file: "a.csv")
    return try Dataset(table, columns: Dataset.Columns(target: target, formula: formula))
  }

  static let csv = "id,formula,Tc (K),T\nx1,MgB2,39,300\nx2,Nb3Sn,18.3,310\nx3,MgB2,38.5,300\n"

  @Test("Takes rows in order, names, unit and variables from columns")
  func reads() throws {
    let dataset = try Self.read(Self.csv)
    #expect(dataset.identifiers == ["x1", "x2", "x3"] && dataset.targets == [39, 18.3, 38.5])
    #expect(dataset.candidates[1] == Candidate(try Composition(formula: "Nb3Sn")))
    #expect(dataset.unit == "K" && dataset.targetName == "Tc (K)" && !dataset.isConstant)
    #expect(dataset.contradictions == [Candidate(try Composition(formula: "MgB2"))])
    let table = try Table(Array(Self.csv.utf8), file: "a.csv")
    var columns = Dataset.Columns(target: "Tc (K)")
    columns.variables = ["T"]
    let heated = try Dataset(table, columns: columns)
    #expect(heated.candidates.map(\.variables) == [[300], [310], [300]])
    #expect(heated.variableNames == ["T"])
  }

  @Test("The hash names the data, not the file, and sees every change")
  func hashes() throws {
    let hash = try Self.read(Self.csv).contentHash
    let table = try Table(Array(Self.csv.utf8), file: "elsewhere.csv")
    #expect(try Dataset(table, columns: .init(target: "Tc (K)")).contentHash == hash)
    for (from, to) in [("39,", "39.0001,"), ("MgB2", "MgB3"), ("x2", "x4"), ("Tc (K)", "Tc (mK)")] {
      let changed = Self.csv.replacingOccurrences(of: from, with: to)
      let target = from == "Tc (K)" ? to : "Tc (K)"
      #expect(try Self.read(changed, target).contentHash != hash, "\(from)")
    }
    let dataset = try Self.read(Self.csv)
    #expect(try dataset.subset([1, 0, 2]).contentHash != hash)
    #expect(try dataset.subset([0, 1, 2]) == dataset)
  }

  @Test(
    "Says file, line and remedy",
    arguments: [
      ("id,formula,Tc (K)\nx,Mgb2,39\n", ["a.csv:2", "formula", "Mgb2"]),
      ("id,formula,Tc (K)\nx,MgB2,nan\n", ["a.csv:2", "Tc (K)"]),
      ("id,formula,Tc (K)\nx,MgB2,39\ny,Nb,high\n", ["a.csv:3", "high"]),
      ("id,formula,Tc (K)\nx,MgB2,\n", ["a.csv:2", "empty"]),
      ("id,formula,Tc\nx,MgB2,39\n", ["a.csv", "Tc (K)", "formula", "id"]),
      ("id,stuff,Tc (K)\nx,MgB2,39\n", ["a.csv", "formula or composition", "stuff"]),
      ("id,formula,Tc (K)\n", ["a.csv", "row"]),
    ])
  func explains(csv: String, words: [String]) {
    #expect {
      try Self.read(csv)
    } throws: { error in
      words.allSatisfy { "\(error)".contains($0) }
    }
  }

  @Test("Finds the column of formulas by name, or takes the one that is named")
  func findsFormulas() throws {
    let named = "Composition,Alloy,y\nFeNi,CoNi,1\n"
    #expect(
      try Self.read(named, "y").candidates == [Candidate(try Composition(formula: "FeNi"))])
    #expect(
      try Self.read(named, "y", formula: "Alloy").candidates
        == [Candidate(try Composition(formula: "CoNi"))])
    #expect(throws: ReadingError.self) { try Self.read(named, "y", formula: "alloy") }
  }

  @Test("Refuses rows that are no data")
  func refuses() throws {
    let candidate = Candidate(try Composition(formula: "Fe"))
    func make(_ target: Double, _ variables: [Double] = [], _ names: [String] = []) throws {
      let row = Dataset.Row(
        identifier: "r", candidate: Candidate(candidate.composition, variables: variables),
        target: target)
      _ = try Dataset(source: "s", rows: [row], targetName: "y", variableNames: names)
    }
    #expect(throws: DatasetError.notFinite("s", row: "r", column: "y")) { try make(.nan) }
    #expect(throws: DatasetError.notFinite("s", row: "r", column: "T")) {
      try make(1, [.infinity], ["T"])
    }
    #expect(throws: DatasetError.variables("s", row: "r", expected: 2, found: 1)) {
      try make(1, [1], ["T", "p"])
    }
    #expect(throws: DatasetError.empty("s")) {
      try Dataset(source: "s", rows: [], targetName: "y")
    }
  }
}
