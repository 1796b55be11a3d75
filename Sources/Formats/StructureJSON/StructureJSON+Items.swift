extension StructureJSON {
  /// The structures of one value of a long list, as ``results(_:file:)`` takes them.
  ///
  /// - Returns: Nothing for a value that holds no structure.
  /// - Throws: ``ReadingError`` for what concerns the whole file: damaged JSON, and a row that does not
  ///   fit the columns.
  package static func results(
    of item: JSONItems.Item, _ form: JSONItems.Form, file: String
  ) throws(ReadingError) -> [Result<StructureEntry, ReadingError>] {
    let root = try item.document(file: file).root
    switch form {
    case .list: return try results(inItem: root)
    case .table(let columns):
      let collector = StructureCollector(forms: .all)
      guard
        let row = try StructureTable.row(
          root, number: item.number, columns: columns.names, label: columns.label(item.number))
      else { return [] }
      do throws(ReadingError) {
        return [.success(try row.entry(collector))]
      } catch {
        return [.failure(error)]
      }
    }
  }
}
