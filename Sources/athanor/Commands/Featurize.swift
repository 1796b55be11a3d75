import ArgumentParser
import DenseMath
import Ecosystem
import Formats
import Foundation
import Matter
import Representations

struct Featurize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Describe compositions as a table of numbers.",
    discussion: """
      Sets: \(Descriptors.names.joined(separator: ", ")); and elements:FILE, statistics of the \
      vectors in a CSV or JSON file of elements. Join several with commas. Tables of any length are \
      read and written in pieces.
      """)

  @Argument(help: "A table with a column of formulas.")
  var file: String

  @Option(help: "The sets of columns, for example magpie,alloy or all.")
  var with = "magpie"

  @Option(help: "The column of formulas (default: found by its name).")
  var formula: String?

  @Option(
    name: [.customLong("output"), .customLong("out")],
    help: "The file to write, .csv or .npy (default: CSV on standard output).")
  var output: String?

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
  }

  func run() throws {
    let descriptor = try Self.descriptor(with)
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

  /// - Parameter names: Sets with commas between them.
  static func descriptor(_ names: String) throws -> any FixedDescriptor {
    let parts = try names.split(separator: ",").map { try single(String($0)) }
    guard let first = parts.first else {
      throw CommandError(
        "--with names no set; there are \(Descriptors.names.joined(separator: ", ")).")
    }
    return parts.count == 1 ? first : JoinedDescriptor(parts)
  }

  private static func single(_ name: String) throws -> any FixedDescriptor {
    if let descriptor = Descriptors.named(name) { return descriptor }
    guard name.hasPrefix("elements:") else {
      throw CommandError(
        "There is no descriptor \"\(name)\"; there are \(Descriptors.names.joined(separator: ", ")) "
          + "and elements:FILE.")
    }
    let path = String(name.dropFirst("elements:".count))
    let content = try ElementVectorFile(AtomicFile.read(path, limit: 1 << 28), file: path)
    if !content.ignored.isEmpty {
      Terminal.log(
        "athanor: \(path): \(content.ignored.prefix(5).joined(separator: ", ")) "
          + "are no elements and were left out.")
    }
    let title = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    return ElementVectorDescriptor(
      ElementVectors(name: title, columns: content.columns, vectors: content.vectors))
  }
}
