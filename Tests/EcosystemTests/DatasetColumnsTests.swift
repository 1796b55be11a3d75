import Formats
import Matter
import Testing

@testable import Ecosystem

@Suite("Classes, weights, methods and repeats of a dataset")
struct DatasetColumnsTests {
  private func table(_ csv: String) throws -> Table {
    try Table(Array(csv.utf8), file: "a.csv")
  }

  private func columns(
    _ target: String, _ change: (inout Dataset.Columns) -> Void
  ) -> Dataset.Columns {
    var columns = Dataset.Columns(target: target)
    change(&columns)
    return columns
  }

  @Test(
    "Finds classes by what a column holds",
    arguments: [
      ("true,false,true,false", true), ("1,0,0", true), ("1,1,1", false), ("1,2,3", false),
      ("metal,oxide,metal,oxide,metal", true), ("1.5 eV,2 eV,3,4,5", false),
      ("a,b,c,d,e", false), ("metal,,oxide,metal,metal,oxide", true),
    ])
  func holdsClasses(values: String, expected: Bool) throws {
    let rows = values.split(separator: ",", omittingEmptySubsequences: false)
    let csv = "formula,x\n" + rows.map { "NaCl,\($0)\n" }.joined()
    #expect(try Dataset.holdsClasses(table(csv), column: "x") == expected)
  }

  @Test("Classes are labels in order; rows without one are left out where that is asked for")
  func classes() throws {
    let csv = "formula,kind\nNaCl,salt\nFe,metal\nMgO,\nCu,metal\n"
    let dataset = try Dataset(
      table(csv),
      columns: columns("kind") {
        $0.isClass = true
        $0.leavesOutMissing = true
      })
    #expect(dataset.classes == ["metal", "salt"] && dataset.targets == [1, 0, 0])
    #expect(dataset.identifiers == ["row 1", "row 2", "row 4"])
    #expect(dataset.classes(withFewerRowsThan: 2) == ["salt"])
    let metals = try dataset.without(classes: ["salt"])
    #expect(metals.classes == ["metal"] && metals.targets == [0, 0])
    #expect(try dataset.subset([0, 1]).classes == dataset.classes)
  }

  @Test("Missing numbers are refused or left out, as asked; a column of none is refused")
  func missing() throws {
    let csv = "formula,x,y\nNaCl,1,\nFe,,\nMgO,3,\n"
    #expect(throws: ReadingError.self) { try Dataset(table(csv), columns: columns("x") { _ in }) }
    let dataset = try Dataset(table(csv), columns: columns("x") { $0.leavesOutMissing = true })
    #expect(dataset.targets == [1, 3] && dataset.identifiers == ["row 1", "row 3"])
    #expect(throws: DatasetError.noTarget("a.csv", column: "y")) {
      try Dataset(table(csv), columns: columns("y") { $0.leavesOutMissing = true })
    }
  }

  @Test("Weights are above 0, and part of what is hashed")
  func weights() throws {
    let csv = "formula,x,w,bad\nNaCl,1,1,1\nFe,2,3,0\n"
    let plain = try Dataset(table(csv), columns: columns("x") { _ in })
    let weighted = try Dataset(table(csv), columns: columns("x") { $0.weight = "w" })
    #expect(plain.weights == nil && weighted.weights == [1, 3])
    #expect(plain.contentHash != weighted.contentHash)
    #expect(throws: DatasetError.weight("a.csv", row: "row 2", 0)) {
      try Dataset(table(csv), columns: columns("x") { $0.weight = "bad" })
    }
  }

  @Test("Each method becomes a variable; an unknown one is named")
  func fidelity() throws {
    let csv = "formula,x,by,same\nNaCl,1,PBE,a\nNaCl,2,HSE,a\nFe,3,PBE,a\n"
    let dataset = try Dataset(
      table(csv),
      columns: columns("x") {
        $0.fidelity = "by"
        $0.standardFidelity = "HSE"
      })
    #expect(dataset.variableNames == ["by=HSE", "by=PBE"])
    #expect(dataset.candidates.map(\.variables) == [[0, 1], [1, 0], [0, 1]])
    let fidelity = try #require(dataset.fidelity)
    #expect(fidelity.variables(of: "HSE") == [1, 0] && fidelity.variables(of: "GW") == nil)
    #expect(fidelity.standard == "HSE")
    #expect(throws: DatasetError.oneFidelity("a.csv", column: "same", "a")) {
      try Dataset(table(csv), columns: columns("x") { $0.fidelity = "same" })
    }
    #expect(throws: DatasetError.noFidelity("a.csv", "GW", known: ["HSE", "PBE"])) {
      try Dataset(
        table(csv),
        columns: columns("x") {
          $0.fidelity = "by"
          $0.standardFidelity = "GW"
        })
    }
    #expect(
      throws: DatasetError.unknownFidelity("b.csv", row: 0, "GW", known: ["HSE", "PBE"])
    ) {
      try fidelity.variables(of: Table(Array("formula,by\nNaCl,GW\n".utf8), file: "b.csv"))
    }
  }

  @Test("Methods part into datasets of their own, those with the most rows first")
  func ladder() throws {
    let csv =
      "formula,x,t,by\nNaCl,1,7,PBE\nNaCl,2,8,HSE\nFe,3,7,PBE\nMgO,4,7,SCAN\nMgO,5,6,PBE\n"
    let dataset = try Dataset(
      table(csv),
      columns: columns("x") {
        $0.fidelity = "by"
        $0.variables = ["t"]
      })
    let (lower, top) = try dataset.ladder(to: "HSE")
    #expect(lower.map(\.level) == ["PBE", "SCAN"] && lower[0].rows.targets == [1, 3, 5])
    #expect(top.variableNames == ["t"] && top.candidates.map(\.variables) == [[8]])
    #expect(top.targets == [2] && top.fidelity == nil)
    #expect(throws: DatasetError.noFidelity("a.csv", "GW", known: ["HSE", "PBE", "SCAN"])) {
      _ = try dataset.ladder(to: "GW")
    }
  }

  @Test("Repeated materials are kept, joined or dropped")
  func repeats() throws {
    let csv = "formula,x\nNaCl,1\nFe,5\nNaCl,2\nNaCl,9\nMgO,4\nMgO,4\n"
    let dataset = try Dataset(table(csv), columns: columns("x") { _ in })
    func targets(_ repeats: Dataset.Repeats) throws -> [Double] {
      try dataset.dealing(with: repeats).targets
    }
    #expect(try targets(.keep) == dataset.targets)
    #expect(try targets(.mean) == [4, 5, 4])
    #expect(try targets(.median) == [2, 5, 4])
    #expect(try targets(.drop) == [5, 4])
    let labels = "formula,x\nNaCl,b\nNaCl,a\nNaCl,b\nFe,b\nFe,a\n"
    let classes = try Dataset(table(labels), columns: columns("x") { $0.isClass = true })
    #expect(try classes.dealing(with: .mean).targets == [1, 0])
  }

  @Test("Logarithms need positive targets")
  func logarithms() throws {
    let csv = "formula,x,z\nNaCl,0.001,0\nFe,1000,1\n"
    let dataset = try Dataset(table(csv), columns: columns("x") { _ in })
    #expect(dataset.decades.map { abs($0 - 6) < 1e-12 } == true)
    #expect(try zip(dataset.logarithmic().targets, [-3, 3]).allSatisfy { abs($0 - $1) < 1e-12 })
    let zero = try Dataset(table(csv), columns: columns("z") { _ in })
    #expect(zero.decades == nil)
    #expect(throws: DatasetError.noLogarithm("a.csv", row: "row 1", 0)) { try zero.logarithmic() }
  }

  @Test("A column of keys, or the composition, holds rows together")
  func groups() throws {
    let csv = "formula,x,lab\nNaCl,1,a\nFe,2,b\nMgO,3,a\n"
    let dataset = try Dataset(table(csv), columns: columns("x") { $0.group = "lab" })
    #expect(dataset.groups == ["a", "b", "a"])
    #expect(try Dataset(table(csv), columns: columns("x") { _ in }).groups == nil)
  }
}
