import Formats
import Foundation
import GRDB
import Matter

extension RecordStore {
  /// What is found by looking at a store whatever has happened to its file.
  public struct Findings: Codable, Hashable, Sendable {
    /// The schema's versions.
    public let versions: [String]

    /// Rows by table, where they could be counted.
    public let rows: [String: Int]
    public let faults: [StoreFault]
  }

  /// Looks at everything that can be checked without changing the file: pages, tables, references,
  /// hashes of structures, keys of materials, options of runs and their counts.
  ///
  /// - Throws: ``FileError``, ``StoreError/newerSchema(_:)``, ``StoreError/foreign(_:)``.
  public static func check(_ path: String) throws -> Findings {
    let file = try StoredFile(path)
    guard file.kind == .records else { throw StoreError.foreign(path) }
    do {
      return try file.look { try check($0, path) }
    } catch let error as DatabaseError {
      return Findings(
        versions: [], rows: [:], faults: [StoreFault(.file, "", StoredFile.sentence(for: error))])
    }
  }

  private static func check(_ db: Database, _ path: String) throws -> Findings {
    let schema = try StoredFile.schema(db, StoreSchema.migrator, place: path)
    var faults = StoredFile.structureFaults(db) + schema.faults
    if schema.versions.last == StoreSealing.version, try !StoreSealing.isSealed(path) {
      faults.append(StoreFault(.content, "", "its pages have lost their checksums"))
    }
    var rows: [String: Int] = [:]
    let checks: [(Database) throws -> [StoreFault]] = [
      referenceFaults, blobFaults, materialFaults, runFaults,
    ]
    for check in checks {
      do { faults += try check(db) } catch {
        faults.append(StoreFault(.structure, "", StoredFile.sentence(for: error)))
      }
    }
    for table in StoreSchema.tableNames {
      rows[table] = try? Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)")
    }
    return Findings(versions: schema.versions, rows: rows, faults: faults)
  }

  private static func referenceFaults(_ db: Database) throws -> [StoreFault] {
    try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in
      let (table, parent): (String, String) = (row[0], row[2])
      let number = Int64.fromDatabaseValue(row[1]).map { " \($0)" } ?? ""
      return StoreFault(.reference, "\(table)\(number)", "refers to a \(parent) that is not there")
    }
  }

  private static func blobFaults(_ db: Database) throws -> [StoreFault] {
    var faults: [StoreFault] = []
    let blobs = try Row.fetchCursor(db, sql: "SELECT id, hash, bytes FROM blob")
    while let row = try blobs.next() {
      if !isSoundBlob(hash: row[1], bytes: row[2]) {
        faults.append(
          StoreFault(.content, "blob \(row[0] as Int64? ?? 0)", "is not what was written"))
      }
    }
    return faults
  }

  static func isSoundBlob(hash: DatabaseValue, bytes: DatabaseValue) -> Bool {
    guard let hash = Data.fromDatabaseValue(hash), let bytes = Data.fromDatabaseValue(bytes) else {
      return false
    }
    return ContentKey(of: bytes).data == hash
  }

  /// A composition's key follows from its formula, and a structure's from its blob.
  private static func materialFaults(_ db: Database) throws -> [StoreFault] {
    var faults: [StoreFault] = []
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT m.id, m.key, m.kind, m.formula, m.nelements, m.nsites, m.elements_low,
          m.elements_high, (SELECT b.bytes FROM source s JOIN blob b ON b.id = s.blob
            WHERE s.material = m.id ORDER BY s.id LIMIT 1)
        FROM material m
        """)
    while let row = try rows.next() {
      if let reason = materialFault(row) {
        faults.append(StoreFault(.content, "material \(row[0] as Int64? ?? 0)", reason))
      }
    }
    return faults
  }

  private static func materialFault(_ row: Row) -> String? {
    guard let formula = String.fromDatabaseValue(row[3]),
      let composition = try? Composition(formula: formula)
    else { return "its formula cannot be read" }
    guard let kind = Int.fromDatabaseValue(row[2]), let kind = MaterialIdentity.Kind(rawValue: kind)
    else { return "is of no kind that there is" }
    let key: ContentKey
    var siteCount: Int?
    switch kind {
    // The formula is reduced already: to reduce it anew could round it again.
    case .composition: key = MaterialIdentity.key(ofReducedFormula: formula)
    case .crystal, .molecule:
      guard let bytes = Data.fromDatabaseValue(row[8]) else { return "its structure is missing" }
      guard let identity = identity(Array(bytes)), identity.formula == formula else {
        return "its structure is another one"
      }
      (key, siteCount) = (identity.key, identity.siteCount)
    }
    let elements = ElementSet(composition.elements)
    let isSame =
      key.data == Data.fromDatabaseValue(row[1])
      && composition.elements.count == Int.fromDatabaseValue(row[4])
      && siteCount == Int.fromDatabaseValue(row[5])
      && elements.low == Int64.fromDatabaseValue(row[6])
      && elements.high == Int64.fromDatabaseValue(row[7])
    return isSame ? nil : "its key is not that of its content"
  }

  private static func identity(_ bytes: [UInt8]) -> MaterialIdentity? {
    guard let structure = try? StoredStructure.read(bytes, place: "") else { return nil }
    return switch structure {
    case .crystal(let crystal): try? MaterialIdentity(crystal)
    case .molecule(let molecule): try? MaterialIdentity(molecule)
    }
  }

  /// A finished run knows how many entries and values it brought.
  private static func runFaults(_ db: Database) throws -> [StoreFault] {
    let columns = Set(try db.columns(in: "run").map(\.name))
    let flags = columns.contains("flagged")
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT id, options, state, entries - refused,
          (SELECT count(*) FROM source s WHERE s.run = run.id), measurements,
          (SELECT count(*) FROM measurement m JOIN source s ON s.id = m.source
            WHERE s.run = run.id)\(flags ? """
            , flagged, (SELECT count(*) FROM flagged f JOIN source s ON s.id = f.source
              WHERE s.run = run.id)
            """ : "")
        FROM run ORDER BY id
        """)
    return rows.flatMap { row -> [StoreFault] in
      let place = "run \(row[0] as Int64? ?? 0)"
      let options = String.fromDatabaseValue(row[1]) ?? ""
      var faults: [StoreFault] = []
      if (try? JSONDecoder().decode(ImportOptions.self, from: Data(options.utf8))) == nil {
        faults.append(StoreFault(.content, place, "its options cannot be read"))
      }
      let pairs = [("entries", 3), ("measurements", 5)] + (flags ? [("flagged values", 7)] : [])
      for (name, column) in pairs {
        let (said, found) = (
          Int.fromDatabaseValue(row[column]), Int.fromDatabaseValue(row[column + 1])
        )
        if said != found {
          faults.append(
            StoreFault(.content, place, "has \(found ?? 0) \(name) and not \(said ?? 0)"))
        }
      }
      return faults
    }
  }
}
