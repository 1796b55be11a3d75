import Formats
import Foundation
import GRDB
import Matter

/// Writes prepared rows inside the transaction that is open on `db`.
struct ImportWriter {
  private let db: Database
  private let run: Int64
  private let memory: ImportMemory
  private let addMaterial: InsertStatement
  private let addSource: InsertStatement
  private let addMeasurement: InsertStatement
  private let addBlob: InsertStatement
  private var nextMaterial: Int64
  private var nextSource: Int64

  /// What was written.
  private(set) var counts: ImportCounts

  init(_ db: Database, run: Int64, counts: ImportCounts, memory: ImportMemory) throws {
    self.db = db
    self.run = run
    self.memory = memory
    self.counts = counts
    addMaterial = try InsertStatement(
      """
      INSERT INTO material (id, key, kind, formula, nelements, nsites, elements_low, elements_high)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING
      """, db)
    addSource = try InsertStatement(
      "INSERT INTO source (id, run, material, line, blob, name) VALUES (?, ?, ?, ?, ?, ?)", db)
    addMeasurement = try InsertStatement(
      """
      INSERT INTO measurement (source, number, quantity, value, uncertainty)
      VALUES (?, ?, ?, ?, ?)
      """, db)
    addBlob = try InsertStatement(
      "INSERT INTO blob (kind, hash, bytes) VALUES ('structure', ?, ?) ON CONFLICT DO NOTHING", db)
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
    addSource.bind(source, at: 1)
    addSource.bind(run, at: 2)
    addSource.bind(material, at: 3)
    addSource.bind(Int64(row.line), at: 4)
    if let structure = row.structure {
      addSource.bind(try blob(structure.bytes, structure.hash), at: 5)
    } else {
      addSource.bindNull(at: 5)
    }
    _ = try addSource.run(text: row.name, textAt: 6)
    for (number, measurement) in row.measurements.enumerated() {
      try write(measurement, number: number, source: source)
    }
    counts.entries += 1
    counts.missing += row.missing
    counts.measurements += row.measurements.count
  }

  private func write(_ measurement: Measurement, number: Int, source: Int64) throws {
    addMeasurement.bind(source, at: 1)
    addMeasurement.bind(Int64(number), at: 2)
    addMeasurement.bind(try memory.quantity(measurement, number: number, db), at: 3)
    addMeasurement.bind(measurement.value, at: 4)
    if let uncertainty = measurement.standardUncertainty {
      addMeasurement.bind(uncertainty, at: 5)
    } else {
      addMeasurement.bindNull(at: 5)
    }
    _ = try addMeasurement.run()
  }

  mutating func write(_ refused: ReadingError) throws {
    counts.refused += 1
    counts.entries += 1
    try db.execute(
      sql: "INSERT INTO refusal (run, number, line, field, message) VALUES (?, ?, ?, ?, ?)",
      arguments: [run, counts.refused, refused.line, refused.field, refused.message])
  }

  private mutating func material(_ identity: MaterialIdentity) throws -> Int64 {
    if let known = memory.materials[identity.key] { return known }
    addMaterial.bind(nextMaterial, at: 1)
    addMaterial.bind(Int64(identity.kind.rawValue), at: 3)
    addMaterial.bind(Int64(identity.elementCount), at: 5)
    if let count = identity.siteCount {
      addMaterial.bind(Int64(count), at: 6)
    } else {
      addMaterial.bindNull(at: 6)
    }
    addMaterial.bind(identity.elements.low, at: 7)
    addMaterial.bind(identity.elements.high, at: 8)
    let added = try addMaterial.run(
      text: identity.formula, textAt: 4, blob: identity.key.data, blobAt: 2)
    let id: Int64
    if added > 0 {
      id = nextMaterial
      nextMaterial += 1
      counts.materials += 1
    } else {
      id = try Self.existing("material", "key", identity.key.data, db)
    }
    memory.remember(identity.key, id)
    return id
  }

  private func blob(_ bytes: [UInt8], _ hash: ContentKey) throws -> Int64 {
    let isNew = try hash.data.withUnsafeBytes { key in
      try addBlob.bound(key, at: 1) { try addBlob.run(blob: Data(bytes), blobAt: 2) > 0 }
    }
    if isNew { return db.lastInsertedRowID }
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
  private(set) var materials: [ContentKey: Int64] = [:]
  private var quantities: [QuantityName: Int64] = [:]

  private struct QuantityName: Hashable {
    let property: String
    let unit: String?
    let fidelity: String?
  }

  /// The quantity that stood last at each place of a row: nearly always the next one, too.
  private var latest: [(name: QuantityName, id: Int64)] = []

  private static let mostMaterials = 1 << 16

  func remember(_ key: ContentKey, _ id: Int64) {
    if materials.count >= Self.mostMaterials { materials.removeAll(keepingCapacity: true) }
    materials[key] = id
  }

  /// - Parameter number: The place of the measurement in its row.
  func quantity(_ measurement: Measurement, number: Int, _ db: Database) throws -> Int64 {
    let name = QuantityName(
      property: measurement.property, unit: measurement.unit, fidelity: measurement.fidelity)
    if number < latest.count, latest[number].name == name { return latest[number].id }
    let id = try quantities[name] ?? stored(name, db)
    quantities[name] = id
    if number < latest.count {
      latest[number] = (name, id)
    } else if number == latest.count {
      latest.append((name, id))
    }
    return id
  }

  private func stored(_ name: QuantityName, _ db: Database) throws -> Int64 {
    let values: [(any DatabaseValueConvertible)?] = [name.property, name.unit, name.fidelity]
    let found = try Int64.fetchOne(
      db, sql: "SELECT id FROM quantity WHERE property IS ? AND unit IS ? AND fidelity IS ?",
      arguments: StatementArguments(values))
    if found == nil {
      try db.execute(
        sql: "INSERT INTO quantity (property, unit, fidelity) VALUES (?, ?, ?)",
        arguments: StatementArguments(values))
    }
    return found ?? db.lastInsertedRowID
  }
}
