import Foundation
import GRDB
import Matter

extension RecordStore {
  /// The histories of all materials that a name means, in the order they came into the store.
  ///
  /// - Parameters:
  ///   - name: A key or at least six digits of its beginning; or the name of a row; or a formula, for
  ///     every record of its stoichiometry, crystals and molecules included.
  ///   - limit: The most that are returned.
  /// - Returns: The histories, never none, and how many materials have the name.
  /// - Throws: ``StoreError/notFound(_:)`` when nothing has the name.
  public func histories(
    of name: String, limit: Int = 100
  ) throws -> (histories: [RecordHistory], count: Int) {
    try translatingStore(place) {
      try database.read { db in
        let found = try materials(named: name, db)
        guard !found.isEmpty else { throw nothing(named: name) }
        return (try found.prefix(limit).map { try history($0, db) }, found.count)
      }
    }
  }

  func nothing(named name: String) -> StoreError {
    let isFormula = (try? Composition(formula: name)) != nil
    return .notFound(
      "\(place): \(isFormula ? "no record is of the formula" : "nothing is named") \"\(name)\"; "
        + "athanor data query lists keys and formulas.")
  }

  /// Materials by their key, or by the name of a row and the stoichiometry; ascending.
  func materials(named name: String, _ db: Database) throws -> [Int64] {
    if name.count >= 6, name.count <= 64, let range = Self.keyRange(name) {
      let found = try Int64.fetchAll(
        db, sql: "SELECT id FROM material WHERE key BETWEEN ? AND ? ORDER BY id",
        arguments: [range.0, range.1])
      if !found.isEmpty { return found }
    }
    let byName = try Int64.fetchAll(
      db, sql: "SELECT DISTINCT material FROM source WHERE name = ?", arguments: [name])
    guard let composition = try? Composition(formula: name) else { return byName.sorted() }
    return try Set(byName + materials(of: composition, db)).sorted()
  }

  /// Every material of a stoichiometry, whatever is known of its structure.
  private func materials(of composition: Composition, _ db: Database) throws -> [Int64] {
    let elements = ElementSet(composition.elements)
    let key = CompositionKey(composition)
    var known: [String: Bool] = [:]
    let cursor = try Row.fetchCursor(
      db, sql: "SELECT id, formula FROM material WHERE elements_low = ? AND elements_high = ?",
      arguments: [elements.low, elements.high])
    var found: [Int64] = []
    while let row = try cursor.next() {
      let formula: String = row[1]
      let isSame = known[formula] ?? (Self.stoichiometry(formula) == key)
      known[formula] = isSame
      if isSame { found.append(row[0]) }
    }
    return found
  }

  private static func stoichiometry(_ formula: String) -> CompositionKey? {
    (try? Composition(formula: formula)).map(CompositionKey.init)
  }

  /// The lowest and the highest key that begin with some digits.
  private static func keyRange(_ digits: String) -> (Data, Data)? {
    let low = digits + String(repeating: "0", count: 64 - digits.count)
    let high = digits + String(repeating: "f", count: 64 - digits.count)
    guard let low = ContentKey.bytes(hex: low), let high = ContentKey.bytes(hex: high) else {
      return nil
    }
    return (low, high)
  }
}
