import Formats
import Matter

/// Turns structures into rows: their values become columns.
struct EntryRows {
  let file: String

  /// The value that names each structure; `nil` for the file's own names.
  let identifier: String?

  /// Whether molecules are taken by their composition.
  let takesMolecules: Bool

  /// - Parameter start: Structures before these.
  func batch(
    _ results: [Result<StructureEntry, ReadingError>], from start: Int
  ) throws(ReadingError) -> MaterialBatch {
    var rows: [MaterialRow] = []
    rows.reserveCapacity(results.count)
    for (place, result) in results.enumerated() {
      rows.append(row(result, number: start + place + 1))
    }
    return MaterialBatch(
      table: try table(results.map { try? $0.get() }, rows), rows: rows, isOfStructures: true)
  }

  private func row(
    _ result: Result<StructureEntry, ReadingError>, number: Int
  ) -> MaterialRow {
    switch result {
    case .failure(let error):
      return MaterialRow(
        line: error.line, name: "structure \(number)", formula: "", material: .failure(error))
    case .success(let entry):
      let name = name(of: entry) ?? "structure \(number)"
      guard let candidate = candidate(entry.arrangement) else {
        let error = ReadingError(
          file: file, line: entry.line, message: "A molecule has no cell; a crystal is needed.")
        return MaterialRow(line: entry.line, name: name, formula: "", material: .failure(error))
      }
      return MaterialRow(
        line: entry.line, name: name,
        formula: MaterialIdentity.reduced(candidate.composition).formula,
        material: .success(candidate))
    }
  }

  private func candidate(_ arrangement: StructureEntry.Arrangement) -> Candidate? {
    switch arrangement {
    case .crystal(let crystal): return Candidate(crystal)
    case .molecule(let molecule):
      return takesMolecules ? Candidate(molecule.composition) : nil
    }
  }

  private func name(of entry: StructureEntry) -> String? {
    if let identifier {
      return entry.properties.first { $0.name == identifier }.flatMap { Self.text(of: $0.value) }
    }
    if let name = entry.name { return name }
    for name in Dataset.identifierNames {
      if let found = entry.properties.first(where: { $0.name.lowercased() == name }) {
        return Self.text(of: found.value)
      }
    }
    return nil
  }

  // MARK: Values

  private func table(
    _ entries: [StructureEntry?], _ rows: [MaterialRow]
  ) throws(ReadingError) -> Table {
    try Table(
      name: file,
      columns: [("id", rows.map(\.name)), ("formula", rows.map(\.formula))]
        + Self.columns(of: entries),
      lines: zip(rows, entries.indices).map { $0.line > 0 ? $0.line : $1 + 1 })
  }

  /// A column for each named number, text or flag that a structure has, `id` and `formula` aside.
  static func columns(of entries: [StructureEntry?]) -> [(name: String, cells: [String])] {
    var cells: [String: [Int: String]] = [:]
    var names: [String] = []
    for (row, entry) in entries.enumerated() {
      for property in entry?.properties ?? [] {
        guard let text = text(of: property.value), !reserved.contains(property.name),
          !property.name.isEmpty
        else { continue }
        if cells[property.name] == nil { names.append(property.name) }
        cells[property.name, default: [:]][row] = text
      }
    }
    return names.map { name in
      let known = cells[name] ?? [:]
      return (name, entries.indices.map { known[$0] ?? "" })
    }
  }

  private static let reserved: Set<String> = ["id", "formula"]

  private static func text(of value: StructureEntry.Property.Value) -> String? {
    switch value {
    case .number(let number): CSVText.number(number)
    case .text(let text): text
    case .flag(let flag): flag ? "true" : "false"
    case .numbers: nil
    }
  }
}
