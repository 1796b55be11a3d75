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
  private let part: Int64?
  private var nextMaterial: Int64
  private var nextSource: Int64

  /// What was written.
  private(set) var counts: ImportCounts

  /// - Parameter part: The file, where the run is of a folder.
  init(
    _ db: Database, run: Int64, part: Int64?, counts: ImportCounts, memory: ImportMemory
  ) throws {
    self.db = db
    self.run = run
    self.part = part
    self.memory = memory
    self.counts = counts
    addMaterial = try InsertStatement(
      """
      INSERT INTO material (id, key, kind, formula, nelements, nsites, elements_low, elements_high)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING
      """, db)
    addSource = try InsertStatement(
      "INSERT INTO source (id, run, material, line, blob, name, part) VALUES (?, ?, ?, ?, ?, ?, ?)",
      db)
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

  /// How many entries this writer has taken.
  private var taken = 0

  mutating func write(_ row: PreparedRow) throws {
    taken += 1
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
    let part = try row.origin.map { try memory.part($0, run: run, db) } ?? self.part
    if let part { addSource.bind(part, at: 7) } else { addSource.bindNull(at: 7) }
    let quantities = try row.measurements.enumerated().map { number, measurement in
      try memory.quantity(
        measurement.property, measurement.unit, measurement.fidelity, number: number, db)
    }
    let repeated = try repeated(row, quantities, material: material, part: part)
    _ = try addSource.run(text: row.name, textAt: 6)
    var flagged = row.flagged
    var number = 0
    for (place, measurement) in row.measurements.enumerated() {
      if place < repeated.count, repeated[place] {
        flagged.append(FlaggedMeasurement(measurement, flags: [.repeated]))
      } else {
        try write(measurement, quantities[place], number: number, source: source)
        number += 1
      }
    }
    for (place, value) in flagged.enumerated() {
      try write(value, number: place, source: source)
    }
    counts.entries += 1
    counts.missing += row.missing
    counts.measurements += number
    counts.flagged += flagged.count
  }

  private func repeated(
    _ row: PreparedRow, _ quantities: [Int64], material: Int64, part: Int64?
  ) throws -> [Bool] {
    let isNamed = row.name != nil || row.structure != nil
    guard isNamed || quantities.count > 1 else { return [] }
    let values = row.measurements.indices.map { place in
      let measurement = row.measurements[place]
      return RepeatCheck.Value(
        quantity: quantities[place], value: measurement.value,
        uncertainty: measurement.standardUncertainty ?? 0,
        isCondition: memory.isCondition(measurement.property, quantities[place]))
    }
    guard isNamed else { return RepeatCheck.within(values) }
    let check = try memory.repeats(run: run, db)
    return try check.repeated(values, material: material, part: part, name: row.name) {
      try earlier(material: material, part: part, name: row.name)
    }
  }

  /// The values that the run has stored for one source, row by row.
  private func earlier(
    material: Int64, part: Int64?, name: String?
  ) throws -> [[RepeatCheck.Value]] {
    let arguments: [(any DatabaseValueConvertible)?] = [material, run, name, part]
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT s.id, m.quantity, m.value, m.uncertainty, q.property
        FROM source s JOIN measurement m ON m.source = s.id JOIN quantity q ON q.id = m.quantity
        WHERE s.material = ? AND s.run = ? AND s.name IS ? AND s.part IS ?
        ORDER BY s.id, m.number
        """, arguments: StatementArguments(arguments))
    var values: [[RepeatCheck.Value]] = []
    var source: Int64 = 0
    for row in rows {
      if values.isEmpty || source != row[0] {
        source = row[0]
        values.append([])
      }
      let uncertainty: Double? = row[3]
      values[values.count - 1].append(
        RepeatCheck.Value(
          quantity: row[1], value: row[2], uncertainty: uncertainty ?? 0,
          isCondition: memory.isCondition(row[4], row[1])))
    }
    return values
  }

  private func write(
    _ measurement: Measurement, _ quantity: Int64, number: Int, source: Int64
  ) throws {
    addMeasurement.bind(source, at: 1)
    addMeasurement.bind(Int64(number), at: 2)
    addMeasurement.bind(quantity, at: 3)
    addMeasurement.bind(measurement.value, at: 4)
    if let uncertainty = measurement.standardUncertainty {
      addMeasurement.bind(uncertainty, at: 5)
    } else {
      addMeasurement.bindNull(at: 5)
    }
    _ = try addMeasurement.run()
  }

  private func write(_ value: FlaggedMeasurement, number: Int, source: Int64) throws {
    let quantity = try memory.quantity(
      value.property, value.unit, value.fidelity, number: nil, db)
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO flagged (source, number, quantity, text, uncertainty, flags)
        VALUES (?, ?, ?, ?, ?, ?)
        """)
    let arguments: [(any DatabaseValueConvertible)?] = [
      source, number, quantity, value.text, value.uncertainty, FlaggedRows.text(value.flags),
    ]
    try statement.execute(arguments: StatementArguments(arguments))
  }

  mutating func write(_ refused: ReadingError) throws {
    taken += 1
    counts.refused += 1
    counts.entries += 1
    try db.execute(
      sql: """
        INSERT INTO refusal (run, number, line, position, field, message, part)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        run, counts.refused, refused.line, refused.column, refused.field, refused.message, part,
      ])
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

  /// Stores how far one file of a folder has come, in the same transaction as its rows.
  func writeProgress(ofPart id: Int64, isFinished: Bool) throws {
    try db.execute(
      sql: "UPDATE part SET entries = entries + ?, finished = ? WHERE id = ?",
      arguments: [taken, isFinished, id])
  }

  /// Stores how far the run has come, in the same transaction as its rows.
  func writeProgress(finishedAt time: Int64?) throws {
    try db.execute(
      sql: """
        UPDATE run SET entries = ?, refused = ?, missing = ?, measurements = ?, flagged = ?,
          materials = ?, state = ?, finished = ? WHERE id = ?
        """,
      arguments: [
        counts.entries, counts.refused, counts.missing, counts.measurements, counts.flagged,
        counts.materials,
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
  var flagged = 0
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

  /// - Parameter number: The place of the measurement in its row, `nil` for a flagged one.
  func quantity(
    _ property: String, _ unit: String?, _ fidelity: String?, number: Int?, _ db: Database
  ) throws -> Int64 {
    let name = QuantityName(property: property, unit: unit, fidelity: fidelity)
    if let number, number < latest.count, latest[number].name == name { return latest[number].id }
    let id = try quantities[name] ?? stored(name, db)
    quantities[name] = id
    guard let number else { return id }
    if number < latest.count {
      latest[number] = (name, id)
    } else if number == latest.count {
      latest.append((name, id))
    }
    return id
  }

  private var conditions: [Int64: Bool] = [:]

  /// Whether a quantity says under which conditions others were measured.
  func isCondition(_ property: String, _ quantity: Int64) -> Bool {
    if let known = conditions[quantity] { return known }
    let isCondition = PropertyKind.isCondition(property)
    conditions[quantity] = isCondition
    return isCondition
  }

  private var repeatCheck: RepeatCheck?

  func repeats(run: Int64, _ db: Database) throws -> RepeatCheck {
    if let repeatCheck { return repeatCheck }
    let check = try RepeatCheck(resuming: run, db)
    repeatCheck = check
    return check
  }

  private var parts: [String: Int64] = [:]

  /// The number of the place in which something was read first.
  func part(_ file: String, run: Int64, _ db: Database) throws -> Int64 {
    if let known = parts[file] { return known }
    let found = try Int64.fetchOne(
      db, sql: "SELECT id FROM part WHERE run = ? AND file = ? AND identity IS NULL",
      arguments: [run, file])
    if found == nil {
      try db.execute(sql: "INSERT INTO part (run, file) VALUES (?, ?)", arguments: [run, file])
    }
    let id = found ?? db.lastInsertedRowID
    parts[file] = id
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
