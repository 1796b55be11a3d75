import Formats
import Foundation
import GRDB
import Matter

/// Writes prepared rows inside the transaction that is open on `db`.
struct ImportWriter {
  private let db: Database
  private let run: Int64
  private let memory: ImportMemory
  private let addMaterial: Statement
  private let addSource: Statement
  private let addMeasurement: Statement
  private var nextMaterial: Int64
  private var nextSource: Int64

  /// What was written.
  private(set) var counts: ImportCounts

  init(_ db: Database, run: Int64, counts: ImportCounts, memory: ImportMemory) throws {
    self.db = db
    self.run = run
    self.memory = memory
    self.counts = counts
    addMaterial = try db.cachedStatement(
      sql: """
        INSERT INTO material
          (id, key, kind, formula, nelements, nsites, elements_low, elements_high)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING
        """)
    addSource = try db.cachedStatement(
      sql: "INSERT INTO source (id, run, material, line, name, blob) VALUES (?, ?, ?, ?, ?, ?)")
    addMeasurement = try db.cachedStatement(
      sql: """
        INSERT INTO measurement (source, number, quantity, value, uncertainty)
        VALUES (?, ?, ?, ?, ?)
        """)
    nextMaterial = try Self.next("material", db)
    nextSource = try Self.next("source", db)
  }

  private static func next(_ table: String, _ db: Database) throws -> Int64 {
    try 1 + (Int64.fetchOne(db, sql: "SELECT max(id) FROM \(table)") ?? 0)
  }

  mutating func write(_ row: PreparedRow) throws {
    let material = try self.material(row.identity)
    let source = nextSource
    nextSource += 1
    let blob = try row.structure.map { try self.blob($0.bytes, $0.hash) }
    addSource.setUncheckedArguments([source, run, material, row.line, row.name, blob])
    try addSource.execute()
    for (number, measurement) in row.measurements.enumerated() {
      let quantity = try memory.quantity(measurement, db)
      addMeasurement.setUncheckedArguments([
        source, number, quantity, measurement.value, measurement.standardUncertainty,
      ])
      try addMeasurement.execute()
    }
    counts.entries += 1
    counts.missing += row.missing
    counts.measurements += row.measurements.count
  }

  mutating func write(_ refused: ReadingError) throws {
    counts.refused += 1
    counts.entries += 1
    try db.execute(
      sql: "INSERT INTO refusal (run, number, line, field, message) VALUES (?, ?, ?, ?, ?)",
      arguments: [run, counts.refused, refused.line, refused.field, refused.message])
  }

  private mutating func material(_ identity: MaterialIdentity) throws -> Int64 {
    if let known = memory.materials[identity.key.data] { return known }
    let elements = ElementSet(identity.composition.elements)
    addMaterial.setUncheckedArguments([
      nextMaterial, identity.key.data, identity.kind.rawValue, identity.composition.formula,
      identity.composition.elements.count, identity.siteCount, elements.low, elements.high,
    ])
    try addMaterial.execute()
    let id: Int64
    if db.changesCount > 0 {
      id = nextMaterial
      nextMaterial += 1
      counts.materials += 1
    } else {
      id = try Self.existing("material", "key", identity.key.data, db)
    }
    memory.remember(identity.key.data, id)
    return id
  }

  private func blob(_ bytes: [UInt8], _ hash: ContentKey) throws -> Int64 {
    let statement = try db.cachedStatement(
      sql: "INSERT INTO blob (hash, kind, bytes) VALUES (?, 'structure', ?) ON CONFLICT DO NOTHING")
    statement.setUncheckedArguments([hash.data, Data(bytes)])
    try statement.execute()
    if db.changesCount > 0 { return db.lastInsertedRowID }
    return try Self.existing("blob", "hash", hash.data, db)
  }

  private static func existing(
    _ table: String, _ column: String, _ key: Data, _ db: Database
  ) throws -> Int64 {
    let statement = try db.cachedStatement(sql: "SELECT id FROM \(table) WHERE \(column) = ?")
    guard let id = try Int64.fetchOne(statement, arguments: [key]) else {
      throw DatabaseError(
        resultCode: .SQLITE_CORRUPT, message: "a key of \(table) is there and cannot be found")
    }
    return id
  }

  /// Stores how far the run has come, in the same transaction as its rows.
  func writeProgress(finishedAt time: Int64?) throws {
    try db.execute(
      sql: """
        UPDATE run SET entries = ?, refused = ?, missing = ?, measurements = ?, materials = ?,
          state = ?, finished = ? WHERE id = ?
        """,
      arguments: [
        counts.entries, counts.refused, counts.missing, counts.measurements, counts.materials,
        (time == nil ? ImportRun.State.running : .finished).rawValue, time, run,
      ])
  }
}

/// What a run has written.
struct ImportCounts: Hashable, Sendable {
  var entries = 0
  var refused = 0
  var missing = 0
  var measurements = 0
  var materials = 0
}

/// Numbers of rows that a run has met, so that they are not looked up again. To be forgotten when a
/// transaction is rolled back.
final class ImportMemory {
  private(set) var materials: [Data: Int64] = [:]
  private var quantities: [QuantityName: Int64] = [:]

  private struct QuantityName: Hashable {
    let property: String
    let unit: String?
    let fidelity: String?
  }

  private static let mostMaterials = 1 << 17

  func remember(_ key: Data, _ id: Int64) {
    if materials.count >= Self.mostMaterials { materials.removeAll(keepingCapacity: true) }
    materials[key] = id
  }

  func quantity(_ measurement: Measurement, _ db: Database) throws -> Int64 {
    let name = QuantityName(
      property: measurement.property, unit: measurement.unit, fidelity: measurement.fidelity)
    if let known = quantities[name] { return known }
    let values: [(any DatabaseValueConvertible)?] = [name.property, name.unit, name.fidelity]
    let found = try Int64.fetchOne(
      db, sql: "SELECT id FROM quantity WHERE property IS ? AND unit IS ? AND fidelity IS ?",
      arguments: StatementArguments(values))
    if found == nil {
      try db.execute(
        sql: "INSERT INTO quantity (property, unit, fidelity) VALUES (?, ?, ?)",
        arguments: StatementArguments(values))
    }
    let id = found ?? db.lastInsertedRowID
    quantities[name] = id
    return id
  }
}
