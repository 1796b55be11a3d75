import Formats
import Matter

/// Turns structures into records.
struct StructureRows: Sendable {
  let file: String
  let options: ImportOptions

  func prepare(_ entry: StructureEntry) -> PreparedEntry {
    do throws(ReadingError) {
      let (identity, structure) = try Self.material(
        entry.arrangement, file: file, line: entry.line, column: "")
      return .row(
        PreparedRow(
          line: entry.line, name: entry.name, identity: identity, structure: structure,
          measurements: try measurements(entry)))
    } catch {
      return .refused(error)
    }
  }

  /// The numbers among the properties of an entry.
  private func measurements(_ entry: StructureEntry) throws(ReadingError) -> [Measurement] {
    var measurements: [Measurement] = []
    for property in entry.properties {
      guard case .number(let value) = property.value,
        options.properties.isEmpty || options.properties.contains(property.name)
      else { continue }
      guard value.isFinite else {
        throw ReadingError(
          file: file, line: entry.line, field: property.name,
          message: "\(value) is not finite; remove the value.")
      }
      measurements.append(
        Measurement(
          property.name, value: value, unit: options.units[property.name],
          fidelity: options.fidelity))
    }
    return measurements
  }

  typealias Material = (identity: MaterialIdentity, structure: (bytes: [UInt8], hash: ContentKey)?)

  static func material(
    _ arrangement: StructureEntry.Arrangement, file: String, line: Int, column: String
  ) throws(ReadingError) -> Material {
    do {
      let (identity, bytes) =
        switch arrangement {
        case .crystal(let crystal):
          (try MaterialIdentity(crystal), StoredStructure.bytes(crystal))
        case .molecule(let molecule):
          (try MaterialIdentity(molecule), StoredStructure.bytes(molecule))
        }
      return (identity, (bytes, ContentKey(of: bytes)))
    } catch {
      throw ReadingError(file: file, line: line, field: column, message: "\(error)")
    }
  }

  /// The structure that a cell of a table holds as text.
  static func material(
    inCell text: String, file: String, line: Int, column: String
  ) throws(ReadingError) -> Material {
    let entries: [StructureEntry]
    do throws(ReadingError) {
      entries = try StructureText.entries(inCell: text, column: column, file: file)
    } catch {
      throw ReadingError(
        file: file, line: line, field: column,
        message: error.line > 0 ? "Line \(error.line) of the cell: \(error.message)" : error.message
      )
    }
    guard let entry = entries.first, entries.count == 1 else {
      throw ReadingError(
        file: file, line: line, field: column,
        message: "The cell holds \(entries.count) structures; give each a row of its own.")
    }
    return try material(entry.arrangement, file: file, line: line, column: column)
  }
}
