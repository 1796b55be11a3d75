import ArgumentParser
import Ecosystem
import Formats
import Matter

/// The rows of a command: a table file, a file of structures, or the records of a store as rows.
struct DataRows: ParsableArguments {
  @Argument(
    help: """
      A table (CSV, TSV, JSON) with a column of formulas or structures, or a file or folder of \
      structures.
      """)
  var file: String?

  @Option(
    help: ArgumentHelp("The file of a store, instead of a table.", valueName: "path"))
  var store: String?

  @Option(help: "The column of formulas (default: found by its name).")
  var formula: String?

  @OptionGroup var structures: StructureOptions

  func validate() throws {
    guard (file == nil) != (store == nil) else {
      throw ValidationError("Name a table, or a store with --store: one of the two.")
    }
  }

  /// A table, and the crystals behind its rows where there are any.
  struct Loaded {
    let table: Table
    let crystals: CrystalRows?

    /// Names and compositions, where the rows have structures; else those of the table's columns.
    var subject: SplitRows?
  }

  /// The rows; of a store, one row for each place where a material was read (as `data export` writes
  /// it), of a file of structures one for each structure.
  func load() throws -> Loaded {
    guard let path = store else { return try loaded(file ?? "") }
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
      + structures.words.flatMap { name, value in value.map { [name, $0] } ?? [] }
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

  /// The rows as `train` reads them: those whose structure cannot be used are left out.
  private func loaded(_ path: String) throws -> Loaded {
    var options = structures.reading(formula: formula)
    options.takesMolecules = true
    let materials = try MaterialRows.all(path, options: options)
    guard materials.isOfStructures else { return Loaded(table: materials.table, crystals: nil) }
    SkippedRows.log(materials.skipped, of: materials.rows.count, in: path)
    let usable = materials.subset(
      materials.rows.indices.filter { materials.rows[$0].skipped == nil })
    let candidates = try usable.rows.map { try $0.material.get() }
    guard !candidates.isEmpty else {
      throw CommandError("No row of \(path) has a structure that can be used.")
    }
    return Loaded(
      table: usable.table, crystals: try CrystalRows(crystals: candidates.map(\.crystal)),
      subject: SplitRows(
        identifiers: usable.rows.map(\.name), compositions: candidates.map(\.composition)))
  }
}
