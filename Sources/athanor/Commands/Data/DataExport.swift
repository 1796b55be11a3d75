import ArgumentParser
import Ecosystem
import Formats

struct DataExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write records to a table or a file of structures.",
    discussion: """
      CSV has one row for each place where a material was read; JSON lines have one whole record \
      each; extended XYZ and CIF have the structures, and say how many records had none.
      """)

  @Option(help: "The records of which a filter is true (default: all).")
  var filter: String?

  @Option(
    name: .shortAndLong, help: "The file to write: .csv, .jsonl, .extxyz, .xyz or .cif.")
  var output: String

  @Option(
    name: .customLong("property"), parsing: .singleValue,
    help: "A property to write; may be repeated (default: all).")
  var properties: [String] = []

  @Flag(help: "Also write values that are flagged and not used (.jsonl only).")
  var withFlagged = false

  @OptionGroup var place: StoreOptions

  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    let output: String
    let written: Int
    let leftOut: Int
  }

  func validate() throws {
    try Suffix.check(
      output, is: [".csv", ".jsonl", ".extxyz", ".xyz", ".cif"], of: "--output")
    guard !withFlagged || output.lowercased().hasSuffix(".jsonl") else {
      throw ValidationError("--with-flagged writes JSON lines; name the file .jsonl.")
    }
  }

  func run() throws {
    let store = try place.open()
    let wanted = try filter.map(store.filter(parsing:)) ?? .all
    var writer = try RecordWriter(output, store: store, properties: properties)
    let total = try store.recordCount()
    let bar = ProgressBar("exporting", total: total, unit: "records")
    defer { bar.finish() }
    try store.forEachBatch(
      matching: wanted, structures: writer.needsStructures, withFlagged: withFlagged
    ) { records in
      for record in records {
        try writer.add(record, flagged: withFlagged ? store.flaggedValues(of: record) : [])
      }
      bar.advance(by: records.count)
      return true
    }
    try AtomicFile.write(writer.bytes, to: output)
    bar.finish()
    let result = Result(output: output, written: writer.written, leftOut: writer.leftOut)
    if common.json { return try Terminal.printJSON(result) }
    print("\(output): \(DataText.count(result.written, "record"))")
    if result.leftOut > 0 {
      Terminal.log("athanor: \(result.leftOut) left out: \(writer.reason)")
    }
  }
}
