import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Matter
import Representations

struct Featurize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Describe compositions as a table of numbers.")

  @Argument(help: "A table with a column of formulas.")
  var file: String

  @Option(help: "The descriptor: \(Descriptors.names.joined(separator: ", ")).")
  var with = "magpie"

  @Option(help: "The column of formulas (default: found by its name).")
  var formula: String?

  @Option(help: "The file to write, .csv or .npy (default: CSV on standard output).")
  var output: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    try Suffix.check(output, is: [".csv", ".npy"], of: "--output")
    guard output == nil || !common.json else {
      throw ValidationError("--json goes to standard output; leave out --output.")
    }
  }

  struct Result: Encodable {
    let descriptor: String
    let columnHash: String
    let columns: [String]
    let formulas: [String]
    let rows: [[Double]]
  }

  func run() throws {
    guard let descriptor = Descriptors.named(with) else {
      throw CommandError(
        "There is no descriptor \"\(with)\"; there are \(Descriptors.names.joined(separator: ", "))."
      )
    }
    let table = try DataFile.table(file)
    let column = try Dataset.formulaColumn(of: table, formula)
    let values = try descriptor.rows(Dataset.compositions(table, column))
    let formulas = try table.strings(column)
    if let output, output.lowercased().hasSuffix(".npy") {
      let shape = [formulas.count, descriptor.columns.count]
      try AtomicFile.write(NPYArray.encode(values, shape: shape), to: output)
      return Terminal.log("Wrote \(formulas.count) rows to \(output).")
    }
    if common.json { return try printJSON(descriptor, formulas, values) }
    let text = csv(descriptor, formulas, values)
    guard let output else { return print(text, terminator: "") }
    try AtomicFile.write(text, to: output)
    Terminal.log("Wrote \(formulas.count) rows to \(output).")
  }

  private func csv(
    _ descriptor: any FixedDescriptor, _ formulas: [String], _ values: [Double]
  ) -> String {
    let width = descriptor.columns.count
    var table = CSVText(header: ["formula"] + descriptor.columns)
    for (row, formula) in formulas.enumerated() {
      table.append([formula] + values[row * width..<(row + 1) * width].map(CSVText.number))
    }
    return table.text
  }

  private func printJSON(
    _ descriptor: any FixedDescriptor, _ formulas: [String], _ values: [Double]
  ) throws {
    let width = descriptor.columns.count
    try Terminal.printJSON(
      Result(
        descriptor: descriptor.name, columnHash: descriptor.columnHash,
        columns: descriptor.columns, formulas: formulas,
        rows: formulas.indices.map { Array(values[$0 * width..<($0 + 1) * width]) }))
  }
}
