import ArgumentParser
import DenseMath
import Ecosystem
import Formats
import Foundation
import Learning
import Matter
import Representations

struct Featurize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Describe compositions or structures as a table of numbers.",
    discussion: """
      Sets: \(FeatureSets.help) Tables of any length are read and written in pieces.

      Structures: \(StructureDescriptors.names.joined(separator: ", ")); read from files (CIF, \
      POSCAR, extended XYZ, JSON), folders of them, and tables with a column of them. Sets of both \
      kinds can be joined. A row without a structure is left out and named with the reason.
      """)

  @Argument(
    help: "Tables with a column of formulas or of structures, files or folders of structures.")
  var files: [String]

  @Option(help: "The sets of columns, for example magpie,alloy or all.")
  var with = "magpie"

  @Option(help: "The column of formulas (default: found by its name).")
  var formula: String?

  @Option(
    name: [.customLong("output"), .customLong("out")],
    help: "The file to write, .csv or .npy (default: CSV on standard output).")
  var output: String?

  @OptionGroup(title: "Structures") var structures: StructureFeatureOptions
  @OptionGroup var common: CommonOptions

  /// Formulas that are described at once.
  private static let batch = 4096

  func validate() throws {
    try Suffix.check(output, is: [".csv", ".npy"], of: "--output")
  }

  /// What `--json` says beside the rows, which go to the file where there is one.
  struct Result: Encodable {
    let descriptor: String
    let columnHash: String
    let columns: [String]
    var rowCount = 0
    var file: String?
    var formulas: [String]?
    var rows: [[Double]]?
    var skipped: [SkippedRow]?
  }

  func run() throws {
    if try StructureFeatures.concern(with) {
      return try StructureFeatures(
        names: with, files: files, formula: formula, output: output, options: structures,
        common: common
      ).run()
    }
    let descriptor = try FeatureSets.features(with).descriptor()
    var result = Result(
      descriptor: descriptor.name, columnHash: descriptor.columnHash, columns: descriptor.columns)
    if common.json, output == nil {
      (result.formulas, result.rows) = ([], [])
      try forEachBatch(descriptor) { formulas, values in
        let width = descriptor.columns.count
        result.formulas?.append(contentsOf: formulas)
        for row in formulas.indices {
          result.rows?.append(Array(values[row * width..<(row + 1) * width]))
        }
        result.rowCount += formulas.count
      }
      return try Terminal.printJSON(result)
    }
    var sink = try FeatureSink(output, columns: descriptor.columns)
    try forEachBatch(descriptor) { try sink.write($0, $1) }
    try sink.finish()
    guard let output else { return }
    (result.rowCount, result.file) = (sink.rows, output)
    if common.json { return try Terminal.printJSON(result) }
    Terminal.log("Wrote \(sink.rows) rows to \(output).")
  }

  private func forEachBatch(
    _ descriptor: any FixedDescriptor, _ body: ([String], [Double]) throws -> Void
  ) throws {
    for file in files {
      var batches = try TableStream(file)
      var column: String?
      while let table = try batches.next(rows: Self.batch) {
        let found = try column ?? Dataset.formulaColumn(of: table, formula)
        column = found
        let compositions = try Dataset.compositions(table, found)
        let matrix = try descriptor.matrix(compositions, threads: common.threads)
        try body(table.strings(found), matrix.elements)
      }
    }
  }
}
