import Formats
import Matter

/// Turns structures into records.
struct StructureRows: Sendable {
  let file: String
  let options: ImportOptions

  /// By the name of the property; those of all entries.
  let checks: [String: MeasurementCheck]

  static func checks(
    _ entries: [Result<StructureEntry, ReadingError>], _ options: ImportOptions
  ) -> [String: MeasurementCheck] {
    var checks: [String: MeasurementCheck] = [:]
    for case .success(let entry) in entries {
      for property in entry.properties where checks[property.name] == nil {
        checks[property.name] = MeasurementCheck(
          property: property.name, unit: options.units[property.name])
      }
    }
    return checks
  }

  func prepare(_ entry: Result<StructureEntry, ReadingError>) -> PreparedEntry {
    do throws(ReadingError) {
      return .row(try row(entry.get()))
    } catch {
      return .refused(error)
    }
  }

  private func row(_ entry: StructureEntry) throws(ReadingError) -> PreparedRow {
    let (identity, structure) = try Self.material(
      entry.arrangement, file: file, line: entry.line, column: "")
    var row = PreparedRow(
      line: entry.line, name: entry.name, identity: identity, structure: structure,
      measurements: [])
    for property in entry.properties
    where options.properties.isEmpty || options.properties.contains(property.name) {
      add(property, to: &row)
    }
    return row
  }

  /// Numbers, and texts where a number is meant: in a property of a common name, or one that is asked
  /// for.
  private func add(_ property: StructureEntry.Property, to row: inout PreparedRow) {
    let unit = options.units[property.name]
    let check =
      checks[property.name] ?? MeasurementCheck(property: property.name, unit: unit)
    switch property.value {
    case .number(let value):
      let measurement = Measurement(
        property.name, value: value, unit: unit, fidelity: options.fidelity)
      let flags = check.flags(value)
      if flags.isEmpty {
        row.measurements.append(measurement)
      } else {
        row.flagged.append(FlaggedMeasurement(measurement, flags: flags))
      }
    case .text(let text):
      let isMeant = check.isKnown || options.properties.contains(property.name)
      let flags = check.flags(CellText(text))
      guard isMeant, !flags.isEmpty else { return }
      row.flagged.append(
        FlaggedMeasurement(
          property.name, text: String(text.prefix(TableRows.longestText)), unit: unit,
          fidelity: options.fidelity, flags: flags))
    case .flag, .numbers: break
    }
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
