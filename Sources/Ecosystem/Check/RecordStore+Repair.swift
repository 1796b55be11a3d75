import Foundation
import GRDB

extension RecordStore {
  /// What a repair kept and what it left out.
  public struct Repair: Codable, Hashable, Sendable {
    public let path: String

    /// Rows by table.
    public let kept: [String: Int]
    public let losses: [StoreLoss]

    /// Runs that are not whole any more: importing their files again brings back what is missing once
    /// they are withdrawn.
    public let brokenRuns: [Int]
  }

  /// Builds a new store of the rows of a damaged one that are sound. The damaged file stays as it is.
  ///
  /// A row is left out where it cannot be read, where it is not what its own hash or key says, and
  /// where it refers to a row that is left out. Numbers and times stay.
  ///
  /// - Parameter new: A name that nothing bears yet.
  /// - Throws: ``FileError``, ``StoreError``.
  public static func repair(_ damaged: String, to new: String) throws -> Repair {
    let file = try StoredFile(damaged)
    guard file.kind == .records else { throw StoreError.foreign(damaged) }
    return try StoreCopy.make(new) { temporary in
      let repair = try translatingStore(damaged) {
        try file.look { try Rebuilding($0, damaged, temporary).run(as: new) }
      }
      let store = try RecordStore(path: temporary)
      try store.verify()
      return repair
    }
  }

  /// One repair: rows of a damaged store on their way into a new one.
  private struct Rebuilding {
    let damaged: Database
    let place: String
    let target: DatabaseQueue
    var kept: [String: Int] = [:]
    var losses: [StoreLoss] = []
    let limit: Int64

    init(_ damaged: Database, _ place: String, _ temporary: String) throws {
      self.damaged = damaged
      self.place = place
      _ = try StoredFile.schema(damaged, StoreSchema.migrator, place: place)
      // The new store is of the present version, whatever that of the damaged one was.
      target = try RecordStore(path: temporary).database
      let size = try FileManager.default.attributesOfItem(atPath: place)[.size] as? Int
      limit = Int64(size ?? 0) / 4
    }

    func run(as path: String) throws -> Repair {
      var own = self
      var broken: [Int] = []
      try target.write { db in
        for table in StoreSchema.repairedTables where try damaged.tableExists(table.name) {
          try own.copy(table, to: db)
        }
        broken = try Self.brokenRuns(db)
      }
      return Repair(path: path, kept: own.kept, losses: own.losses, brokenRuns: broken)
    }

    private mutating func copy(_ table: StoreSchema.RepairedTable, to db: Database) throws {
      let known = Set(try damaged.columns(in: table.name).map(\.name))
      let columns = try db.columns(in: table.name).map(\.name).filter(known.contains)
      let insert = try db.makeStatement(
        sql: """
          INSERT INTO \(table.name) (\(columns.map { "\"\($0)\"" }.joined(separator: ", ")))
          VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
          """)
      var count = 0
      var lost: [StoreLoss] = []
      var salvage = RowSalvage(damaged, table, limit: limit)
      try salvage.forEach { row in
        let name = Self.name(row, table)
        if table.name == "blob", !isSoundBlob(hash: row["hash"], bytes: row["bytes"]) {
          return lost.append(StoreLoss(name, "is not what was written"))
        }
        let values = columns.map { row[$0] as DatabaseValue? ?? .null }
        do {
          try insert.execute(arguments: StatementArguments(values))
          count += 1
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
          lost.append(StoreLoss(name, StoredFile.sentence(for: error)))
        }
      }
      kept[table.name] = count
      losses += lost + salvage.losses
    }

    private static func name(_ row: Row, _ table: StoreSchema.RepairedTable) -> String {
      let numbers = table.key.map { "\($0) \(Int64.fromDatabaseValue(row[$0]) ?? 0)" }
      return "\(table.name), \(numbers.joined(separator: ", "))"
    }

    /// Runs that know of more than is left.
    private static func brokenRuns(_ db: Database) throws -> [Int] {
      try Int.fetchAll(
        db,
        sql: """
          SELECT id FROM run WHERE id NOT IN (SELECT run FROM withdrawal WHERE run IS NOT NULL) AND (
            entries - refused <> (SELECT count(*) FROM source s WHERE s.run = run.id)
            OR measurements <> (SELECT count(*) FROM measurement m JOIN source s ON s.id = m.source
              WHERE s.run = run.id)) ORDER BY id
          """)
    }
  }
}
