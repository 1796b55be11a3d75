import Formats

/// Structures whose form only their text tells: cells of a table, and JSON.
enum StructureText {
  /// The structures that a cell of a table holds as CIF, POSCAR or JSON.
  static func entries(
    inCell text: String, column: String, file: String
  ) throws(ReadingError) -> [StructureEntry] {
    let bytes = Array(text.utf8)
    guard !Table.isBlank(text) else {
      throw ReadingError(
        file: file, field: column, message: "The cell is empty; give a structure or remove the row."
      )
    }
    return try StructureFile.entries(bytes, file: file + suffix(of: bytes, column: column))
  }

  private static func suffix(of bytes: [UInt8], column: String) -> String {
    if bytes.first(where: { $0 > 32 }) == UInt8(ascii: "{") { return ".json" }
    if column.lowercased() == "poscar" { return ".poscar" }
    return bytes.containsText("_cell_length_a") || column.lowercased() == "cif" ? ".cif" : ".poscar"
  }

  /// Whether a JSON text holds structures rather than a table: by the names that every form of them
  /// uses for a cell.
  static func isStructures(json bytes: [UInt8]) -> Bool {
    ["\"lattice\"", "\"lattice_mat\"", "\"lattice_vectors\""].contains { bytes.containsText($0) }
  }
}

extension [UInt8] {
  /// Whether an ASCII text occurs; its first byte is looked for, so that the search is quick.
  fileprivate func containsText(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    guard let first = wanted.first, count >= wanted.count else { return false }
    for place in 0...(count - wanted.count)
    where self[place] == first && self[place..<place + wanted.count].elementsEqual(wanted) {
      return true
    }
    return false
  }
}
