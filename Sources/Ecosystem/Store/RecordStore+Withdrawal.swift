import Foundation
import GRDB

/// A decision that something is no longer to be used; what it was stays in the store.
public struct Withdrawal: Codable, Hashable, Sendable {
  public let id: Int

  /// Microseconds since 1970.
  public let time: Int64
  public let reason: String

  /// The import that is withdrawn as a whole; `nil` where single sources are.
  public let run: Int?

  /// How many sources are concerned.
  public let sources: Int
}

extension RecordStore {
  /// Withdraws all that an import brought.
  ///
  /// - Returns: The decision; the file can be imported again afterwards.
  /// - Throws: ``StoreError/notFound(_:)`` when there is no such run or it is withdrawn already.
  @discardableResult
  public func withdraw(run id: Int, reason: String) throws -> Withdrawal {
    guard let run = try run(id) else {
      throw StoreError.notFound(
        "\(place): there is no run \(id); athanor data list names those there are.")
    }
    guard !run.isWithdrawn else {
      throw StoreError.notFound("\(place): run \(id) is withdrawn already.")
    }
    let time = clock.now()
    return try translatingStore(place) {
      try database.write { db in
        try db.execute(
          sql: "INSERT INTO withdrawal (time, reason, run) VALUES (?, ?, ?)",
          arguments: [time, reason, id])
        return Withdrawal(
          id: Int(db.lastInsertedRowID), time: time, reason: reason, run: id,
          sources: run.entries - run.refused)
      }
    }
  }

  /// Withdraws all that is known of some records.
  ///
  /// - Parameter keys: Of records; those that are unknown are passed over.
  @discardableResult
  public func withdraw(records keys: [String], reason: String) throws -> Withdrawal {
    let time = clock.now()
    return try translatingStore(place) {
      try database.write { db in
        try db.execute(
          sql: "INSERT INTO withdrawal (time, reason) VALUES (?, ?)", arguments: [time, reason])
        let id = db.lastInsertedRowID
        var sources = 0
        for key in keys.compactMap(ContentKey.bytes(hex:)) {
          try db.execute(
            sql: """
              INSERT INTO withdrawn_source (source, withdrawal)
              SELECT s.id, ? FROM source s JOIN material ON material.id = s.material
              WHERE material.key = ? AND \(Self.isVisible)
              """, arguments: [id, key])
          sources += db.changesCount
        }
        return Withdrawal(id: Int(id), time: time, reason: reason, run: nil, sources: sources)
      }
    }
  }

  /// All decisions, the earliest first.
  public func withdrawals() throws -> [Withdrawal] {
    try translatingStore(place) {
      try database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT w.id, w.time, w.reason, w.run, CASE WHEN w.run IS NULL
              THEN (SELECT count(*) FROM withdrawn_source x WHERE x.withdrawal = w.id)
              ELSE (SELECT r.entries - r.refused FROM run r WHERE r.id = w.run) END
            FROM withdrawal w ORDER BY w.id
            """
        ).map { Withdrawal(id: $0[0], time: $0[1], reason: $0[2], run: $0[3], sources: $0[4]) }
      }
    }
  }
}
