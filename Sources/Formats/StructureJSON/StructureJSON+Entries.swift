extension StructureJSON {
  /// The structures of a file one by one: one that is none does not cost the others.
  ///
  /// - Returns: In the order of the file, a structure or why it is none, with line and column.
  /// - Throws: ``ReadingError`` for what concerns the whole file: damaged JSON, a response that
  ///   reports an error, a table with rows of different lengths, and a file without structures.
  public static func results(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> [Result<StructureEntry, ReadingError>] {
    let root = try JSONDocument(bytes, file: file).root
    var walk = StructureWalk()
    try walk.visit(root, name: nil, depth: 0)
    guard !walk.results.isEmpty || OPTIMADEStructure.isResponse(root) else {
      throw ReadingError(
        file: file, message: "The JSON holds no structures in a form that is known here.")
    }
    return walk.results
  }

  /// The structures of a value in a list that is a whole file.
  static func results(
    inItem node: JSONNode
  ) throws(ReadingError) -> [Result<StructureEntry, ReadingError>] {
    var walk = StructureWalk()
    try walk.visit(node, name: nil, depth: 1)
    return walk.results
  }
}

/// Walks as ``StructureCollector`` does, and goes on behind a structure that is damaged.
private struct StructureWalk {
  private(set) var results: [Result<StructureEntry, ReadingError>] = []

  private let collector = StructureCollector(forms: .all)
  private static let depthLimit = 4

  mutating func visit(_ node: JSONNode, name: String?, depth: Int) throws(ReadingError) {
    switch node.kind {
    case .object: try visitObject(node, name: name, depth: depth)
    case .list:
      guard depth < Self.depthLimit else { return }
      for item in node.items ?? [] { try visit(item, name: nil, depth: depth + 1) }
    case .text:
      var single = StructureCollector(forms: .all)
      do throws(ReadingError) {
        try single.collect(node, name: name, depth: depth)
        results += single.entries.map { .success($0) }
      } catch {
        results.append(.failure(error))
      }
    case .number, .flag, .null: break
    }
  }

  private mutating func visitObject(
    _ node: JSONNode, name: String?, depth: Int
  ) throws(ReadingError) {
    do throws(ReadingError) {
      if let entry = try collector.entry(node, name: name) {
        results.append(.success(entry))
        return
      }
    } catch {
      results.append(.failure(error))
      return
    }
    if let resources = try OPTIMADEStructure.resources(node) {
      for resource in resources {
        add { () throws(ReadingError) in try OPTIMADEStructure.entry(resource) }
      }
    } else if let rows = try StructureTable.rows(node) {
      let collector = collector
      for row in rows { add { () throws(ReadingError) in try row.entry(collector) } }
    } else if depth < Self.depthLimit {
      for (key, value) in node.members ?? [] where !key.hasPrefix("@") {
        try visit(value, name: key, depth: depth + 1)
      }
    }
  }

  private mutating func add(_ read: () throws(ReadingError) -> StructureEntry) {
    do throws(ReadingError) {
      results.append(.success(try read()))
    } catch {
      results.append(.failure(error))
    }
  }
}
