extension StoreSchema {
  /// A table as it is repaired: row by row, after the tables that it refers to.
  struct RepairedTable: Sendable {
    let name: String

    /// The columns by which its rows are found, in order.
    let key: [String]

    /// Whether the key is a number that SQLite gave: 1, 2, 3, …
    var isNumbered: Bool { key == ["id"] }
  }

  /// All tables, each after those that it refers to.
  static let repairedTables = [
    RepairedTable(name: "run", key: ["id"]), RepairedTable(name: "material", key: ["id"]),
    RepairedTable(name: "blob", key: ["id"]), RepairedTable(name: "quantity", key: ["id"]),
    RepairedTable(name: "part", key: ["id"]), RepairedTable(name: "source", key: ["id"]),
    RepairedTable(name: "measurement", key: ["source", "number"]),
    RepairedTable(name: "flagged", key: ["source", "number"]),
    RepairedTable(name: "refusal", key: ["run", "number"]),
    RepairedTable(name: "withdrawal", key: ["id"]),
    RepairedTable(name: "withdrawn_source", key: ["source"]),
    RepairedTable(name: "passage", key: ["source"]),
    RepairedTable(name: "statement", key: ["source", "number"]),
  ]

  static var tableNames: [String] { repairedTables.map(\.name) }
}
