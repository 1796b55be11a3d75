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
    try Table(
      name: name,
      columns: [
        ("id", entries.enumerated().map { $1.name ?? "structure \($0 + 1)" }),
        ("formula", try formulas(entries, name)),
      ] + EntryRows.columns(of: entries))
  }

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
}
