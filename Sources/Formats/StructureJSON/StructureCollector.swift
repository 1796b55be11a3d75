/// Walks through a JSON document and takes what is a structure.
struct StructureCollector {
  let forms: StructureJSON.Forms
  private(set) var entries: [StructureEntry] = []

  /// Lists and dictionaries may hold structures so many levels deep.
  private static let depthLimit = 4

  init(forms: StructureJSON.Forms) {
    self.forms = forms
  }

  /// Takes the structures at a value and below it.
  ///
  /// - Parameter name: The name under which the value stands.
  mutating func collect(_ node: JSONNode, name: String?, depth: Int) throws(ReadingError) {
    switch node.kind {
    case .object: try collectObject(node, name: name, depth: depth)
    case .list:
      guard depth < Self.depthLimit else { return }
      for item in node.items ?? [] { try collect(item, name: nil, depth: depth + 1) }
    case .text: try collectText(node, name: name)
    case .number, .flag, .null: break
    }
  }

  private mutating func collectObject(
    _ node: JSONNode, name: String?, depth: Int
  ) throws(ReadingError) {
    if let entry = try entry(node, name: name) {
      entries.append(entry)
    } else if forms.contains(.optimade), let resources = try OPTIMADEStructure.resources(node) {
      for resource in resources { entries.append(try OPTIMADEStructure.entry(resource)) }
    } else if forms.contains(.table), let rows = try StructureTable.rows(node) {
      for row in rows { entries.append(try row.entry(self)) }
    } else if depth < Self.depthLimit {
      for (key, value) in node.members ?? [] where !key.hasPrefix("@") {
        try collect(value, name: key, depth: depth + 1)
      }
    }
  }

  /// A POSCAR text, as the JARVIS-Leaderboard has it.
  private mutating func collectText(_ node: JSONNode, name: String?) throws(ReadingError) {
    guard forms.contains(.jarvis), let name, let text = node.text,
      let entry = try JARVISAtoms.entry(text: text, at: node)
    else { return }
    var named = try Self.sound(entry, at: node)
    named.name = name
    entries.append(named)
  }

  /// The structure that a value is, or that it holds among other facts; `nil` for anything else.
  func entry(_ node: JSONNode, name: String?) throws(ReadingError) -> StructureEntry? {
    if let entry = try structure(node) {
      var named = entry
      named.name = name ?? entry.name
      return named
    }
    for key in ["structure", "atoms", "molecule", "final_structure"] as [StaticString] {
      guard let inner = node[key], var entry = try structure(inner) else { continue }
      entry.name = JSONProperties.name(of: node) ?? name ?? entry.name
      entry.properties += JSONProperties.of(node, without: "\(key)")
      return entry
    }
    return nil
  }

  /// The structure that a value is.
  private func structure(_ node: JSONNode) throws(ReadingError) -> StructureEntry? {
    guard node.kind == .object else { return nil }
    if forms.contains(.pymatgen), let sites = node["sites"], sites.kind == .list {
      return try Self.sound(PymatgenStructure.entry(node, sites: sites), at: sites)
    }
    if forms.contains(.jarvis), node["elements"] != nil, let coords = node["coords"] {
      return try Self.sound(JARVISAtoms.entry(node), at: coords)
    }
    if forms.contains(.optimade), OPTIMADEStructure.isResource(node) {
      return try OPTIMADEStructure.entry(node)
    }
    return nil
  }

  /// - Throws: ``ReadingError`` where two atoms lie at one place.
  private static func sound(
    _ entry: StructureEntry, at sites: JSONNode
  ) throws(ReadingError) -> StructureEntry {
    if let message = entry.overlapMessage { throw sites.error(message) }
    return entry
  }
}
