import Foundation
import GRDB
import Matter

/// Writes what texts say about materials, inside the transaction that is open on `db`.
struct PassageWriter {
  private let db: Database
  private let run: Int64
  private var latest: (passage: Passage, blob: Int64)?
  private(set) var sources = 0
  private(set) var measurements = 0
  private(set) var newMaterials = 0

  init(_ db: Database, run: Int64) {
    self.db = db
    self.run = run
  }

  /// - Parameter line: Of the document, on which the passage begins, from 1.
  mutating func write(_ finding: TextFinding, line: Int) throws {
    let material = try self.material(MaterialIdentity(finding.composition))
    let range = finding.passage.range
    try insert(
      "INSERT INTO source (run, material, line, name) VALUES (?, ?, ?, ?)",
      [run, material, line, "characters \(range.lowerBound)–\(range.upperBound)"])
    let source = db.lastInsertedRowID
    try insert(
      "INSERT INTO passage (source, blob) VALUES (?, ?)", [source, try blob(finding.passage)])
    for (number, value) in finding.values.enumerated() {
      let measurement = value.measurement
      try insert(
        """
        INSERT INTO measurement (source, number, quantity, value, uncertainty)
        VALUES (?, ?, ?, ?, ?)
        """,
        [
          source, number, try quantity(measurement), measurement.value,
          measurement.standardUncertainty,
        ])
      try insert(
        "INSERT INTO statement (source, number, mention, confidence) VALUES (?, ?, ?, ?)",
        [source, number, value.mention, value.confidence])
    }
    sources += 1
    measurements += finding.values.count
  }

  private typealias Values = [(any DatabaseValueConvertible)?]

  private func insert(_ sql: String, _ values: Values) throws {
    try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
  }

  private func number(_ sql: String, _ values: Values) throws -> Int64? {
    try Int64.fetchOne(db.cachedStatement(sql: sql), arguments: StatementArguments(values))
  }

  private mutating func material(_ identity: MaterialIdentity) throws -> Int64 {
    let key = identity.key.data
    if let known = try number("SELECT id FROM material WHERE key = ?", [key]) { return known }
    try insert(
      """
      INSERT INTO material (key, kind, formula, nelements, nsites, elements_low, elements_high)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        key, identity.kind.rawValue, identity.formula, identity.elementCount, identity.siteCount,
        identity.elements.low, identity.elements.high,
      ])
    newMaterials += 1
    return db.lastInsertedRowID
  }

  /// Materials of one passage follow each other.
  private mutating func blob(_ passage: Passage) throws -> Int64 {
    if let latest, latest.passage.range == passage.range { return latest.blob }
    let bytes = try PassageRows.bytes(of: passage)
    let hash = ContentKey(of: bytes).data
    var id = try number("SELECT id FROM blob WHERE hash = ?", [hash])
    if id == nil {
      try insert("INSERT INTO blob (kind, hash, bytes) VALUES ('passage', ?, ?)", [hash, bytes])
      id = db.lastInsertedRowID
    }
    let found = id ?? db.lastInsertedRowID
    latest = (passage, found)
    return found
  }

  private func quantity(_ measurement: Measurement) throws -> Int64 {
    let values: Values = [measurement.property, measurement.unit, measurement.fidelity]
    let known = try number(
      "SELECT id FROM quantity WHERE property IS ? AND unit IS ? AND fidelity IS ?", values)
    if let known { return known }
    try insert("INSERT INTO quantity (property, unit, fidelity) VALUES (?, ?, ?)", values)
    return db.lastInsertedRowID
  }
}
