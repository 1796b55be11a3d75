public import Formats
import Matter

/// Structures as rows of a table: their names, formulas, and the values that came with them.
public enum StructureTable {
  /// One row for each structure: `id` (its name or number), `formula` (of the whole cell, reduced),
  /// and a column for each named number, text or flag that a structure has.
  ///
  /// - Throws: ``ReadingError`` for a structure that has no composition, with its line.
  public static func table(_ entries: [StructureEntry], name: String) throws(ReadingError) -> Table
  {
    var cells: [String: [Int: String]] = [:]
    var names: [String] = []
    for (row, entry) in entries.enumerated() {
      for property in entry.properties {
        guard let text = text(of: property.value), !reserved.contains(property.name),
          !property.name.isEmpty
        else { continue }
        if cells[property.name] == nil { names.append(property.name) }
        cells[property.name, default: [:]][row] = text
      }
    }
    var columns: [(name: String, cells: [String])] = [
      ("id", entries.enumerated().map { $1.name ?? "structure \($0 + 1)" }),
      ("formula", try formulas(entries, name)),
    ]
    for property in names {
      let known = cells[property] ?? [:]
      columns.append((property, entries.indices.map { known[$0] ?? "" }))
    }
    return try Table(name: name, columns: columns)
  }

  private static let reserved: Set<String> = ["id", "formula"]

  private static func formulas(
    _ entries: [StructureEntry], _ file: String
  ) throws(ReadingError) -> [String] {
    var formulas: [String] = []
    for entry in entries {
      do {
        switch entry.arrangement {
        case .crystal(let crystal): formulas.append(try MaterialIdentity(crystal).formula)
        case .molecule(let molecule): formulas.append(try MaterialIdentity(molecule).formula)
        }
      } catch {
        throw ReadingError(file: file, line: max(entry.line, 1), message: "\(error)")
      }
    }
    return formulas
  }

  private static func text(of value: StructureEntry.Property.Value) -> String? {
    switch value {
    case .number(let number): CSVText.number(number)
    case .text(let text): text
    case .flag(let flag): flag ? "true" : "false"
    case .numbers: nil
    }
  }
}
