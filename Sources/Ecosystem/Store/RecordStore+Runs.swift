import Foundation
import GRDB

extension RecordStore {
  /// All imports, the earliest first.
  public func runs() throws -> [ImportRun] {
    try fetchRuns("", [])
  }

  /// One import by its number; `nil` when there is none.
  public func run(_ id: Int) throws -> ImportRun? {
    try fetchRuns("WHERE id = ?", [id]).first
  }

  /// The import of the same bytes with the same options that was not withdrawn.
  func run(identity: ContentKey) throws -> ImportRun? {
    try fetchRuns("WHERE identity = ?", [identity.data]).last { !$0.isWithdrawn }
  }

  /// The import of a folder in which the same bytes were read to their end.
  func run(withPart identity: ContentKey) throws -> ImportRun? {
    try fetchRuns(
      "WHERE id IN (SELECT run FROM part WHERE identity = ? AND finished)", [identity.data]
    ).last { !$0.isWithdrawn }
  }

  /// The import of a folder that was begun with the same options and not finished.
  func unfinishedRun(folder: String, options: String) throws -> ImportRun? {
    try fetchRuns(
      "WHERE file = ? AND options = ? AND state = ?",
      [folder, options, ImportRun.State.running.rawValue]
    ).last { !$0.isWithdrawn }
  }

  /// Why rows of a run were refused, in the order of the file.
  public func refusals(of run: Int, limit: Int = .max) throws -> [Refusal] {
    try translatingStore(place) {
      try database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT f.line, f.position, f.field, f.message, p.file
            FROM refusal f LEFT JOIN part p ON p.id = f.part
            WHERE f.run = ? ORDER BY f.number LIMIT ?
            """, arguments: [run, limit]
        ).map {
          Refusal(line: $0[0], column: $0[1], field: $0[2], message: $0[3], file: $0[4])
        }
      }
    }
  }

  private func fetchRuns(
    _ condition: String, _ arguments: StatementArguments
  ) throws -> [ImportRun] {
    try translatingStore(place) {
      try database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT *, EXISTS (SELECT 1 FROM withdrawal w WHERE w.run = run.id) AS is_withdrawn
            FROM run \(condition) ORDER BY id
            """, arguments: arguments
        ).map { try ImportRun($0, place: place) }
      }
    }
  }
}

extension ImportRun {
  fileprivate init(_ row: Row, place: String) throws {
    let (state, options, columns): (String, String, String) =
      (row["state"], row["options"], row["columns"])
    let decoder = JSONDecoder()
    guard let state = State(rawValue: state),
      let options = try? decoder.decode(ImportOptions.self, from: Data(options.utf8))
    else { throw StoreError.corrupt(place, reason: "an import run cannot be read") }
    self.init(
      id: row["id"], file: row["file"], hash: ContentKey.hex(row["hash"]), size: row["size"],
      options: options,
      columns: try? decoder.decode(TableColumns.self, from: Data(columns.utf8)), state: state,
      started: row["started"], finished: row["finished"], entries: row["entries"],
      refused: row["refused"], missing: row["missing"], measurements: row["measurements"],
      flagged: row["flagged"], newMaterials: row["materials"], isWithdrawn: row["is_withdrawn"])
  }
}
