import Formats
import Foundation
import GRDB
import Matter

/// One property as a store knows it.
public struct PropertySummary: Codable, Hashable, Sendable {
  public let property: String
  public let unit: String?
  public let fidelity: String?

  /// How many values there are, of how many materials.
  public let values: Int
  public let materials: Int
  public let minimum: Double
  public let maximum: Double
}

extension RecordStore {
  /// Records, some at a time, in the order in which their materials first came into the store.
  ///
  /// Withdrawn sources and their measurements are left out, and so are materials without any other;
  /// and sources of which nothing can be used: compositions whose only values are flagged.
  ///
  /// - Parameters:
  ///   - structures: Whether crystals, molecules and passages are read too; without,
  ///     ``Record/crystal`` is `nil`.
  ///   - withFlagged: Whether sources of which only flagged values are known count too.
  ///   - batch: How many materials are held at once.
  ///   - body: Takes the next records, never none; returns whether to go on.
  public func forEachBatch(
    matching filter: RecordFilter = .all, structures: Bool = true, withFlagged: Bool = false,
    batch: Int = 1000, _ body: ([Record]) throws -> Bool
  ) throws {
    var last: Int64 = 0
    while true {
      let found = try translatingStore(place) {
        try database.read { db in
          try RecordReader(
            db, place: place, sources: withFlagged ? Self.isVisible : Self.isUsable
          )
          .records(after: last, filter, structures: structures, limit: batch)
        }
      }
      guard let next = found.last else { return }
      last = next
      if !found.records.isEmpty, try !body(found.records) { return }
    }
  }

  /// All records that match, at once; see
  /// ``forEachBatch(matching:structures:withFlagged:batch:_:)`` for large stores.
  ///
  /// - Parameter limit: The most that are returned.
  public func records(
    matching filter: RecordFilter = .all, structures: Bool = true, limit: Int = .max
  ) throws -> [Record] {
    var all: [Record] = []
    guard limit > 0 else { return all }
    try forEachBatch(matching: filter, structures: structures) { records in
      all += records.prefix(limit - all.count)
      return all.count < limit
    }
    return all
  }

  /// The properties that were measured, by name, unit and fidelity; withdrawn values are not counted.
  public func properties() throws -> [PropertySummary] {
    try translatingStore(place) {
      try database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT q.property, q.unit, q.fidelity, count(*), count(DISTINCT s.material),
              min(m.value), max(m.value)
            FROM measurement m JOIN quantity q ON q.id = m.quantity JOIN source s ON s.id = m.source
            WHERE \(Self.isVisible)
            GROUP BY q.id ORDER BY q.property, q.unit, q.fidelity
            """
        ).map { row in
          PropertySummary(
            property: row[0], unit: row[1], fidelity: row[2], values: row[3], materials: row[4],
            minimum: row[5], maximum: row[6])
        }
      }
    }
  }

  /// How many materials there are with a source that is not withdrawn.
  public func recordCount() throws -> Int {
    try translatingStore(place) {
      try database.read { db in
        let sql = "SELECT count(DISTINCT s.material) FROM source s WHERE \(Self.isUsable)"
        return try Int.fetchOne(db, sql: sql) ?? 0
      }
    }
  }

  /// A condition on a source `s`: it is not withdrawn.
  static let isVisible = """
    NOT EXISTS (SELECT 1 FROM withdrawn_source w WHERE w.source = s.id)
    AND s.run NOT IN (SELECT run FROM withdrawal WHERE run IS NOT NULL)
    """

  /// A condition on a source `s`: it is not withdrawn, and says more than flagged values.
  static let isUsable = """
    \(isVisible) AND (s.blob IS NOT NULL
      OR NOT EXISTS (SELECT 1 FROM flagged f WHERE f.source = s.id)
      OR EXISTS (SELECT 1 FROM measurement x WHERE x.source = s.id))
    """
}

/// Builds records from rows.
struct RecordReader {
  private let db: Database
  private let place: String

  /// A condition on sources `s`: those that count.
  private let isCounted: String

  init(_ db: Database, place: String, sources isCounted: String) {
    self.db = db
    self.place = place
    self.isCounted = isCounted
  }

  /// The next materials by number.
  ///
  /// - Returns: The number of the last material that was looked at, `nil` at the end; and the records
  ///   among them.
  func records(
    after last: Int64, _ filter: RecordFilter, structures: Bool, limit: Int
  ) throws -> (last: Int64?, records: [Record]) {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT id, key, formula, nsites FROM material
        WHERE id > ? \(filter.condition.map { "AND (\($0))" } ?? "") ORDER BY id LIMIT ?
        """, arguments: [last, limit])
    guard let end = rows.last else { return (nil, []) }
    let facts = try facts(of: Self.list(rows.map { $0[0] }))
    var found: [(id: Int64, record: Record)] = []
    for row in rows {
      let id: Int64 = row[0]
      guard let known = facts[id] else { continue }
      var record = Record(
        key: ContentKey.hex(row[1]), composition: try composition(row[2]),
        measurements: known.measurements)
      record.sources = known.sources
      if let accepts = filter.accepts, try !accepts(record, row[3]) { continue }
      found.append((id, record))
    }
    if structures { try addStructures(to: &found) }
    return (end[0], found.map(\.record))
  }

  /// Numbers as SQLite's `json_each` takes them.
  private static func list(_ ids: [Int64]) -> String {
    "[\(ids.map(String.init).joined(separator: ","))]"
  }

  private func addStructures(to found: inout [(id: Int64, record: Record)]) throws {
    let list = Self.list(found.map(\.id))
    let structures = try structures(of: list)
    let passages = try PassageRows.byMaterial(list, db, place: self.place)
    for place in found.indices {
      found[place].record.passages = passages[found[place].id] ?? []
      switch structures[found[place].id] {
      case .crystal(let crystal)?: found[place].record.crystal = crystal
      case .molecule(let molecule)?: found[place].record.molecule = molecule
      case nil: break
      }
    }
  }

  private func composition(_ formula: String) throws -> Composition {
    do {
      return try Composition(formula: formula)
    } catch {
      throw StoreError.corrupt(place, reason: "\"\(formula)\" is not a formula")
    }
  }

  /// What is known of a material.
  private struct Facts {
    var sources: [Source] = []
    var measurements: [SourcedMeasurement] = []
  }

  /// By material, in the order they were recorded; materials without a source are not there.
  private func facts(of list: String) throws -> [Int64: Facts] {
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT s.material, coalesce(p.file, r.file), s.line, s.name, q.property, m.value, q.unit,
          m.uncertainty, q.fidelity, s.id
        FROM source s JOIN run r ON r.id = s.run LEFT JOIN part p ON p.id = s.part
          LEFT JOIN measurement m ON m.source = s.id LEFT JOIN quantity q ON q.id = m.quantity
        WHERE s.material IN (SELECT value FROM json_each(?)) AND \(isCounted)
        ORDER BY s.id, m.number
        """, arguments: [list])
    var found: [Int64: Facts] = [:]
    var latest: (id: Int64, source: Source) = (0, Source(origin: ""))
    while let row = try cursor.next() {
      let material: Int64 = row[0]
      if latest.id != row[9] {
        let source = Source(
          origin: row[1], locator: Self.locator(line: row[2], name: row[3]))
        latest = (row[9], source)
        found[material, default: Facts()].sources.append(source)
      }
      guard let property: String = row[4] else { continue }
      let measurement = Measurement(
        property, value: row[5], unit: row[6], standardUncertainty: row[7], fidelity: row[8])
      found[material]?.measurements.append(SourcedMeasurement(measurement, source: latest.source))
    }
    return found
  }

  static func locator(line: Int, name: String?) -> String {
    let place = line > 0 ? "line \(line)" : ""
    guard let name else { return place }
    return place.isEmpty ? name : "\(name), \(place)"
  }

  /// The structure of each material; of several that differ within the steps of the canonical form,
  /// the one with the lowest hash, so that the order of imports makes no difference.
  private func structures(of list: String) throws -> [Int64: StructureEntry.Arrangement] {
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT s.material, b.bytes, min(b.hash) FROM source s JOIN blob b ON b.id = s.blob
        WHERE s.material IN (SELECT value FROM json_each(?)) AND \(RecordStore.isVisible)
        GROUP BY s.material
        """, arguments: [list])
    var found: [Int64: StructureEntry.Arrangement] = [:]
    while let row = try cursor.next() {
      let bytes: Data = row[1]
      found[row[0]] = try StoredStructure.read(Array(bytes), place: place)
    }
    return found
  }
}
