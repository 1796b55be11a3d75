import DenseMath
import Formats
import Matter

extension MaterialColumns {
  /// The materials of a table's rows.
  ///
  /// A row whose cell of structures is blank, or whose name no structure bears, is known by its formula
  /// where it has one; a structure that is damaged is not replaced by a formula.
  ///
  /// - Parameter start: Rows before these.
  func batch(_ table: Table, from start: Int, threads: Int) throws -> MaterialBatch {
    let formulas = try formula.map { try table.strings($0) }
    let cells: [String]?
    let column: String?
    switch link {
    case .formula: (cells, column) = (nil, nil)
    case .text(let name), .named(let name, _): (cells, column) = (try table.strings(name), name)
    }
    let names = try names(of: table, from: start)
    let materials = try parallelMap(Array(0..<table.rowCount), threads: threads) { row in
      material(row, of: table, cell: cells?[row], formula: formulas?[row])
    }
    let rows = materials.indices.map { row in
      MaterialRow(
        line: table.lines[row], name: names[row],
        formula: Self.formula(formulas?[row], materials[row]), material: materials[row])
    }
    return MaterialBatch(
      table: table, rows: rows, formulaColumn: formula, structureColumn: column,
      isOfStructures: cells != nil)
  }

  private static func formula(
    _ text: String?, _ material: Result<Candidate, ReadingError>
  ) -> String {
    if let text, !Table.isBlank(text) { return text }
    guard case .success(let candidate) = material else { return "" }
    return MaterialIdentity.reduced(candidate.composition).formula
  }

  private func names(of table: Table, from start: Int) throws -> [String] {
    let numbers = { (row: Int) in "row \(start + row + 1)" }
    let column: String
    if let identifier {
      column = identifier
    } else if case .named(let name, _) = link {
      column = name
    } else {
      return (0..<table.rowCount).map(numbers)
    }
    return try table.strings(column).enumerated().map { row, name in
      Table.isBlank(name) && identifier == nil ? numbers(row) : name
    }
  }

  // MARK: One row

  private func material(
    _ row: Int, of table: Table, cell: String?, formula: String?
  ) -> Result<Candidate, ReadingError> {
    do throws(ReadingError) {
      if let cell, let crystal = try crystal(cell, row, of: table) {
        return .success(Candidate(crystal))
      }
      if let formula, let column = self.formula, cell == nil || !Table.isBlank(formula) {
        return .success(Candidate(try Self.composition(formula, row, of: table, column)))
      }
      throw missing(cell ?? "", row, of: table)
    } catch {
      return .failure(error)
    }
  }

  private static func composition(
    _ formula: String, _ row: Int, of table: Table, _ column: String
  ) throws(ReadingError) -> Composition {
    do throws(FormulaError) {
      return try Composition(formula: formula)
    } catch {
      throw table.error(
        row: row, column: column, "\"\(Dataset.shortened(formula))\": \(error)")
    }
  }

  private func missing(_ cell: String, _ row: Int, of table: Table) -> ReadingError {
    switch link {
    case .named(let column, let library):
      table.error(
        row: row, column: column,
        "There is no structure \"\(Dataset.shortened(cell))\" in \(library.place), and no formula "
          + "either (--formula names a column of them).")
    case .text(let column):
      table.error(row: row, column: column, "There is neither a structure nor a formula.")
    case .formula: table.error(row: row, column: formula ?? "", "There is no formula.")
    }
  }

  /// - Returns: `nil` where the cell is blank or names nothing.
  private func crystal(
    _ cell: String, _ row: Int, of table: Table
  ) throws(ReadingError) -> Crystal? {
    switch link {
    case .formula: return nil
    case .named(let column, let library):
      do throws(ReadingError) {
        guard let entry = try library.entry(named: cell) else { return nil }
        guard let crystal = entry.crystal else { throw Self.noCell(library.place) }
        return crystal
      } catch {
        let place = error.line > 0 ? "\(error.file):\(error.line)" : error.file
        throw table.error(row: row, column: column, "\(place): \(error.message)")
      }
    case .text(let column):
      guard !Table.isMissing(cell) else { return nil }
      do throws(ReadingError) {
        let entries = try StructureText.entries(inCell: cell, column: column, file: table.file)
        guard let entry = entries.first, entries.count == 1 else {
          throw ReadingError(
            file: table.file, message: "The cell holds \(entries.count) structures, not one.")
        }
        guard let crystal = entry.crystal else { throw Self.noCell(table.file) }
        return crystal
      } catch {
        let place = error.line > 0 ? "Line \(error.line) of the cell: " : ""
        throw table.error(row: row, column: column, place + error.message)
      }
    }
  }

  private static func noCell(_ file: String) -> ReadingError {
    ReadingError(file: file, message: "A molecule has no cell; a crystal is needed.")
  }
}
