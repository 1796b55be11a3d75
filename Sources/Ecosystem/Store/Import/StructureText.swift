package import Formats

/// Structures in the cells of a table.
package enum StructureText {
  /// The structures that a cell holds as CIF, POSCAR, extended XYZ or JSON.
  package static func entries(
    inCell text: String, column: String, file: String
  ) throws(ReadingError) -> [StructureEntry] {
    guard !Table.isBlank(text) else {
      throw ReadingError(
        file: file, field: column, message: "The cell is empty; give a structure or remove the row."
      )
    }
    let bytes = Array(text.utf8)
    let format = StructureFormat(rawValue: column.lowercased()) ?? StructureFormat(content: bytes)
    return try StructureFile.entries(bytes, file: file, format: format ?? .poscar)
  }
}
