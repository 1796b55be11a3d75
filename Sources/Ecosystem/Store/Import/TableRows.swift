import DenseMath
import Formats
import Matter

/// Turns rows of a table into records, each by itself.
struct TableRows: Sendable {
  let columns: TableColumns
  let fidelity: String?

  /// - Returns: One entry for each row, in order, whatever the number of threads.
  func prepare(_ table: Table, threads: Int) throws -> [PreparedEntry] {
    let cells = try Cells(table, columns)
    let size = max(64, (table.rowCount + 4 * threads - 1) / (4 * threads))
    let slices = stride(from: 0, to: table.rowCount, by: size).map {
      $0..<min($0 + size, table.rowCount)
    }
    let prepared = try parallelMap(slices, threads: threads) { rows -> [PreparedEntry] in
      var known: [String: MaterialIdentity] = [:]
      return rows.map { row -> PreparedEntry in
        do throws(ReadingError) {
          return .row(try self.row(row, of: cells, &known))
        } catch {
          return .refused(error)
        }
      }
    }
    return prepared.flatMap { $0 }
  }

  /// The cells that are read, column by column.
  private struct Cells: Sendable {
    let file: String
    let lines: [Int]
    let material: [String]
    let names: [String]?
    let fidelities: [String]?
    let values: [[String]]
    let uncertainties: [[String]?]

    init(_ table: Table, _ columns: TableColumns) throws {
      // A column of JSON lines may be absent from a batch: then all its cells are empty.
      func cells(_ column: String) -> [String] {
        (try? table.strings(column)) ?? [String](repeating: "", count: table.rowCount)
      }
      file = table.file
      lines = table.lines
      material = cells(columns.structure ?? columns.formula ?? "")
      names = columns.identifier.map(cells)
      fidelities = columns.fidelity.map(cells)
      values = columns.properties.map { cells($0.column) }
      uncertainties = columns.properties.map { $0.uncertainty.map(cells) }
    }
  }

  private func row(
    _ row: Int, of cells: Cells, _ known: inout [String: MaterialIdentity]
  ) throws(ReadingError) -> PreparedRow {
    let text = cells.material[row]
    let line = cells.lines[row]
    var identity: MaterialIdentity
    var structure: (bytes: [UInt8], hash: ContentKey)?
    if let column = columns.structure {
      (identity, structure) = try StructureRows.material(
        inCell: text, file: cells.file, line: line, column: column)
    } else if let found = known[text] {
      identity = found
    } else {
      identity = try composition(text, cells.file, line)
      known[text] = identity
    }
    var prepared = PreparedRow(
      line: line, name: cells.names.map { $0[row] }.flatMap { $0.isEmpty ? nil : $0 },
      identity: identity, structure: structure, measurements: try measurements(row, of: cells))
    prepared.missing = columns.properties.count - prepared.measurements.count
    return prepared
  }

  private func composition(
    _ text: String, _ file: String, _ line: Int
  ) throws(ReadingError) -> MaterialIdentity {
    do throws(FormulaError) {
      return MaterialIdentity(try Composition(formula: text))
    } catch {
      let shown = text.count > 60 ? "\(text.prefix(60))…" : text
      throw ReadingError(
        file: file, line: line, field: columns.formula ?? "", message: "\"\(shown)\": \(error)")
    }
  }

  /// The values of a row; empty cells are left out, what is no finite number is refused.
  private func measurements(
    _ row: Int, of cells: Cells
  ) throws(ReadingError) -> [Measurement] {
    var measurements: [Measurement] = []
    measurements.reserveCapacity(columns.properties.count)
    var method = fidelity
    if let fidelities = cells.fidelities, !fidelities[row].isEmpty { method = fidelities[row] }
    for (place, property) in columns.properties.enumerated() {
      let cell = cells.values[place][row]
      if Table.isBlank(cell) { continue }
      var measurement = Measurement(
        property.name, value: try number(cell, cells, row, property.column), unit: property.unit,
        fidelity: method)
      if let column = property.uncertainty, let cell = cells.uncertainties[place]?[row],
        !Table.isBlank(cell)
      {
        let uncertainty = try number(cell, cells, row, column)
        guard uncertainty >= 0 else {
          throw ReadingError(
            file: cells.file, line: cells.lines[row], field: column,
            message: "A standard uncertainty of \(uncertainty); it must be zero or more.")
        }
        measurement.standardUncertainty = uncertainty
      }
      measurements.append(measurement)
    }
    return measurements
  }

  private func number(
    _ cell: String, _ cells: Cells, _ row: Int, _ column: String
  ) throws(ReadingError) -> Double {
    if let value = Table.number(cell) { return value }
    throw ReadingError(
      file: cells.file, line: cells.lines[row], field: column, message: Table.reason(against: cell))
  }
}
