import ArgumentParser
import Ecosystem
import Formats

/// The rows of a command: a table file, a file of structures, or the records of a store as rows.
struct DataRows: ParsableArguments {
  @Argument(
    help: "A table (CSV, TSV, JSON) with a column of formulas, or a file of structures.")
  var file: String?

  @Option(
    help: ArgumentHelp("The file of a store, instead of a table.", valueName: "path"))
  var store: String?

  @Option(help: "The column of formulas (default: found by its name).")
  var formula: String?

  func validate() throws {
    guard (file == nil) != (store == nil) else {
      throw ValidationError("Name a table, or a store with --store: one of the two.")
    }
  }

  /// A table, and the crystals behind its rows where there are any.
  struct Loaded {
    let table: Table
    let crystals: CrystalRows?
  }

  /// The rows; of a store, one row for each place where a material was read (as `data export` writes
  /// it), of a file of structures one for each structure.
  func load() throws -> Loaded {
    guard let path = store else { return try Self.file(file ?? "", formula: formula) }
    let store = try RecordStore(path: path, creating: false)
    let table = try Self.table(of: store, name: path)
    let crystals = try CrystalRows(store, rowKeys: table.strings("key"))
    return Loaded(table: table, crystals: crystals.hasCrystals ? crystals : nil)
  }

  /// The column of formulas by its full name; `nil` to find it.
  func formulaColumn(of table: Table) throws -> String? {
    try formula.map { try table.column(meaning: $0) }
  }

  /// The column of methods that the rows of a store have, where one of them says something.
  func usualFidelityColumn(of table: Table) throws -> String? {
    guard store != nil, table.has("fidelity"),
      try table.strings("fidelity").contains(where: { !$0.isEmpty })
    else { return nil }
    return "fidelity"
  }

  /// The options that name the rows, for the command line in reports.
  var words: [String] {
    (file.map { [$0] } ?? ["--store", store ?? ""]) + (formula.map { ["--formula", $0] } ?? [])
  }

  private static func table(of store: RecordStore, name: String) throws -> Table {
    let columns = try RecordTable(store.properties())
    var cells = [[String]](repeating: [], count: columns.header.count)
    try store.forEachBatch(matching: .all, structures: false) { records in
      for record in records {
        for row in columns.rows(record) {
          for (column, cell) in row.enumerated() { cells[column].append(cell) }
        }
      }
      return true
    }
    return try Table(
      name: name, columns: zip(columns.header, cells).map { (name: $0.0, cells: $0.1) })
  }

  private static func file(_ path: String, formula: String?) throws -> Loaded {
    let bytes = try AtomicFile.read(path)
    if try isOfStructures(bytes, path, formula: formula),
      case .structures(let entries, _) = try FileContent(bytes, file: path)
    {
      return Loaded(
        table: try StructureTable.table(entries, name: path), crystals: try CrystalRows(entries))
    }
    return Loaded(table: try Table(bytes, file: path), crystals: nil)
  }

  /// JSON with a column of formulas is a table even where it holds structures.
  private static func isOfStructures(
    _ bytes: [UInt8], _ path: String, formula: String?
  ) throws -> Bool {
    if StructureFormat(name: path) != nil { return true }
    var name = path.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    guard ![".csv", ".tsv", ".jsonl", ".ndjson"].contains(where: name.hasSuffix) else {
      return false
    }
    let plain = Gzip.isCompressed(bytes) ? try Gzip.decompress(bytes, file: path) : bytes
    guard let format = StructureFormat(content: plain) else { return false }
    guard format == .json, let table = try? Table(plain, file: path) else { return true }
    return (try? Dataset.formulaColumn(of: table, formula)) == nil
  }
}
