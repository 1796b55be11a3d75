import GRDB
public import Matter

extension RecordStore {
  /// The key, the reduced formula and the number of sites of every crystal, in the order they came
  /// into the store; those without a source that is still used are left out.
  public func crystalOutlines() throws -> [(key: String, formula: String, sites: Int)] {
    try translatingStore(place) {
      try database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT key, formula, nsites FROM material
            WHERE kind = ? AND nsites IS NOT NULL AND EXISTS (
              SELECT 1 FROM source s WHERE s.material = material.id AND \(Self.isVisible))
            ORDER BY id
            """, arguments: [MaterialIdentity.Kind.crystal.rawValue]
        ).map { (key: ContentKey.hex($0[0]), formula: $0[1], sites: $0[2]) }
      }
    }
  }

  /// The crystals of some records; those that are not there, or are no crystals, are left out.
  public func crystals(_ keys: [String]) throws -> [String: Crystal] {
    var found: [String: Crystal] = [:]
    for start in stride(from: 0, to: keys.count, by: 500) {
      let literals = keys[start..<min(start + 500, keys.count)].filter {
        ContentKey.bytes(hex: $0) != nil
      }
      let filter = RecordFilter(
        condition: "key IN (\(literals.map { "x'\($0)'" }.joined(separator: ",")))", accepts: nil)
      for record in try records(matching: filter) { found[record.key] = record.crystal }
    }
    return found
  }
}
