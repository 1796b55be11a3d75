/// One row of a table with a column of structures.
struct StructureTable {
  private let structure: JSONNode
  private let name: String
  private let others: [(name: String, value: JSONNode)]

  func entry(_ collector: StructureCollector) throws(ReadingError) -> StructureEntry {
    guard var entry = try collector.entry(structure, name: nil) else {
      throw structure.error("The cell is no structure.")
    }
    entry.name = others.lazy.compactMap { Self.identifier($0.name, $0.value) }.first ?? name
    for (name, value) in others {
      if let property = JSONProperties.value(value) {
        entry.properties.append(.init(name, property))
      }
    }
    return entry
  }

  private static func identifier(_ name: String, _ value: JSONNode) -> String? {
    ["mbid", "material_id", "jid", "id"].contains(name.lowercased()) ? value.text : nil
  }

  /// The rows of a table; `nil` for another object.
  static func rows(_ node: JSONNode) throws(ReadingError) -> [StructureTable]? {
    if node["columns"] != nil, let data = node["data"] { return try splitRows(node, data) }
    return try columnRows(node)
  }

  // MARK: pandas' "split"

  private static func splitRows(
    _ node: JSONNode, _ data: JSONNode
  ) throws(ReadingError) -> [StructureTable]? {
    guard let names = node["columns"]?.items?.map({ $0.text ?? $0.numberText ?? "" }),
      let rows = data.items, names.contains(where: isStructureName)
    else { return nil }
    let index = node["index"]?.items ?? []
    var tables: [StructureTable] = []
    tables.reserveCapacity(rows.count)
    for (place, cells) in rows.enumerated() {
      let label = place < index.count ? index[place].text ?? index[place].numberText : nil
      if let table = try row(
        cells, number: place + 1, columns: names, label: label ?? "\(place)")
      {
        tables.append(table)
      }
    }
    return tables
  }

  /// - Parameter number: From 1.
  /// - Returns: `nil` where no column is one of structures.
  static func row(
    _ row: JSONNode, number: Int, columns: [String], label: String
  ) throws(ReadingError) -> StructureTable? {
    guard let place = columns.firstIndex(where: isStructureName) else { return nil }
    guard let cells = row.items, cells.count == columns.count else {
      throw row.error("Row \(number) has \(row.count) cells for \(columns.count) columns.")
    }
    let others = columns.indices.filter { $0 != place }.map { (columns[$0], cells[$0]) }
    return StructureTable(structure: cells[place], name: label, others: others)
  }

  private static func isStructureName(_ name: String) -> Bool {
    ["structure", "structures", "atoms", "final_structure"].contains(name.lowercased())
  }

  // MARK: Columns

  private static func columnRows(_ node: JSONNode) throws(ReadingError) -> [StructureTable]? {
    guard let columns = node.members,
      columns.allSatisfy({ $0.value.kind == .object || $0.value.kind == .list }),
      let place = columns.firstIndex(where: { isStructureName($0.key) })
    else { return nil }
    let structures = cells(columns[place].value)
    var others: [(name: String, cells: [String: JSONNode])] = []
    for column in columns.indices where column != place {
      others.append(
        (
          columns[column].key,
          Dictionary(cells(columns[column].value), uniquingKeysWith: { first, _ in first })
        ))
    }
    return structures.map { row, structure in
      StructureTable(
        structure: structure, name: row,
        others: others.compactMap { column in column.cells[row].map { (column.name, $0) } })
    }
  }

  /// The cells of a column by their row.
  private static func cells(_ column: JSONNode) -> [(String, JSONNode)] {
    if let items = column.items { return items.enumerated().map { ("\($0.offset)", $0.element) } }
    return (column.members ?? []).map { ($0.key, $0.value) }
  }
}
