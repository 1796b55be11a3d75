import ArgumentParser
import Ecosystem
import Formats

/// The rows of a command: a table file, or the records of a store as rows.
struct DataRows: ParsableArguments {
  @Argument(help: "A table (CSV, TSV, JSON) with a column of formulas.")
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

  /// The table; of a store, one row for each place where a material was read (as `data export`
  /// writes it).
  ///
  /// - Parameter survey: Adds a column of the space groups that it finds to the rows of a store.
  func table(survey: SpaceGroupSurvey? = nil) throws -> Table {
    if let file { return try DataFile.table(file) }
    let path = store ?? ""
    return try Self.table(
      of: RecordStore(path: path, creating: false), name: path, survey: survey)
  }

  /// The options that name the rows, for the command line in reports.
  var words: [String] {
    (file.map { [$0] } ?? ["--store", store ?? ""]) + (formula.map { ["--formula", $0] } ?? [])
  }

  private static func table(
    of store: RecordStore, name: String, survey: SpaceGroupSurvey?
  ) throws -> Table {
    let columns = try RecordTable(store.properties())
    var survey = survey
    let header = columns.header + (survey == nil ? [] : ["space_group_number"])
    var cells = [[String]](repeating: [], count: header.count)
    try store.forEachBatch(matching: .all, structures: survey != nil) { records in
      let groups = try survey?.numbers(of: records).map { $0.map(String.init) ?? "" }
      for (place, record) in records.enumerated() {
        for row in columns.rows(record) {
          for (column, cell) in (row + (groups.map { [$0[place]] } ?? [])).enumerated() {
            cells[column].append(cell)
          }
        }
      }
      return true
    }
    return try Table(name: name, columns: zip(header, cells).map { (name: $0.0, cells: $0.1) })
  }
}
