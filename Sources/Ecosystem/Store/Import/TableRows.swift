import DenseMath
import Formats
import Matter

/// Turns rows of a table into records, each by itself.
struct TableRows: Sendable {
  private let columns: TableColumns
  private let fidelity: String?

  /// One for each property.
  private let checks: [MeasurementCheck]

  init(columns: TableColumns, fidelity: String?) {
    self.columns = columns
    self.fidelity = fidelity
    checks = columns.properties.map { MeasurementCheck(property: $0.name, unit: $0.unit) }
  }

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
    let origins: [String]?
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
      origins = columns.origin.map(cells)
      fidelities = columns.fidelity.map(cells)
      values = columns.properties.map { cells($0.column) }
      uncertainties = columns.properties.map { $0.uncertainty.map(cells) }
    }
  }

  private func row(
    _ row: Int, of cells: Cells, _ known: inout [String: MaterialIdentity]
  ) throws(ReadingError) -> PreparedRow {
    let text = cells.material[row]
    var line = cells.lines[row]
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
    var name = cells.names.map { $0[row] }.flatMap { $0.isEmpty ? nil : $0 }
    let origin = cells.origins.map { $0[row] }.flatMap { $0.isEmpty ? nil : $0 }
    if columns.origin != nil {
      let place = RowPlace(locator: name ?? "")
      (line, name) = (place.line, place.name)
    }
    var prepared = PreparedRow(
      line: line, name: name, identity: identity, structure: structure, measurements: [])
    prepared.origin = origin
    prepared.measurements.reserveCapacity(columns.properties.count)
    addMeasurements(row, of: cells, to: &prepared)
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

  /// The values of a row: empty cells are left out and counted, what cannot be used is flagged.
  private func addMeasurements(_ row: Int, of cells: Cells, to prepared: inout PreparedRow) {
    var method = fidelity
    if let fidelities = cells.fidelities, !fidelities[row].isEmpty { method = fidelities[row] }
    for (place, property) in columns.properties.enumerated() {
      let cell = cells.values[place][row]
      if Table.isBlank(cell) {
        prepared.missing += 1
        continue
      }
      let spread = cells.uncertainties[place]?[row] ?? ""
      var value = CellValue(cell, unit: property.unit, check: checks[place], of: property.name)
      value.addUncertainty(spread, checks[place])
      guard let number = value.number, value.flags.isEmpty else {
        prepared.flagged.append(
          FlaggedMeasurement(
            property.name, text: String(cell.prefix(Self.longestText)), unit: value.unit,
            uncertainty: Table.isBlank(spread) ? nil : String(spread.prefix(Self.longestText)),
            fidelity: method, flags: value.flags))
        continue
      }
      prepared.measurements.append(
        Measurement(
          property.name, value: number, unit: value.unit,
          standardUncertainty: value.uncertainty, fidelity: method))
    }
  }

  /// Of a cell that is no number, characters.
  static let longestText = 1000
}

/// What a cell of measurements holds.
private struct CellValue {
  /// Set where there is one that may be used.
  private(set) var number: Double?
  private(set) var unit: String?
  private(set) var uncertainty: Double?
  private(set) var flags: [MeasurementFlag]

  init(_ cell: String, unit: String?, check: MeasurementCheck, of property: String) {
    self.unit = unit
    if let value = Table.number(cell) {
      number = value
      flags = check.flags(value)
      return
    }
    let content = CellText(cell)
    guard content == .text, let (value, own) = Self.numberWithUnit(cell) else {
      flags = check.flags(content)
      return
    }
    guard let known = try? Unit(parsing: own) else {
      flags = [.unknownUnit]
      return
    }
    if let unit {
      // The column says one unit, the cell another: no value is made of that.
      let isSame = (try? Unit(parsing: unit)).map { known.isEquivalent(to: $0) } ?? (unit == own)
      flags = isSame ? check.flags(value) : [.wrongUnit]
    } else {
      self.unit = own
      flags = MeasurementCheck(property: property, unit: own).flags(value)
    }
    number = value
  }

  mutating func addUncertainty(_ cell: String, _ check: MeasurementCheck) {
    guard !Table.isBlank(cell) else { return }
    guard let value = Table.number(cell), MeasurementCheck.isUncertainty(value) else {
      flags.append(.uncertainty)
      return
    }
    uncertainty = value
  }

  /// `2.1 eV`, `300K`: a number with a word behind it.
  private static func numberWithUnit(_ cell: String) -> (Double, String)? {
    let text = cell.drop { $0 == " " || $0 == "\t" }
    guard text.utf8.count <= 60 else { return nil }
    let digits = text.prefix { "0123456789.+-eE".contains($0) }
    var end = digits.endIndex
    while end > text.startIndex {
      if let value = Table.number(String(text[..<end])) {
        let rest = text[end...].drop { $0 == " " }
        guard let first = rest.first, first.isLetter || "°%µΩÅ‰1/".contains(first) else {
          return nil
        }
        return (value, String(rest.reversed().drop { $0 == " " }.reversed()))
      }
      end = text.index(before: end)
    }
    return nil
  }
}

/// Where a row was read first, from the text that names it: `a1, line 2`.
struct RowPlace {
  /// 0 where the text says none.
  let line: Int
  let name: String?

  init(locator: String) {
    if let mark = locator.ranges(of: "line ").last,
      mark.lowerBound == locator.startIndex || locator[..<mark.lowerBound].hasSuffix(", "),
      let line = Int(locator[mark.upperBound...]), line > 0,
      String(line) == locator[mark.upperBound...]
    {
      let name = locator[..<mark.lowerBound].dropLast(2)
      self.line = line
      self.name = mark.lowerBound == locator.startIndex ? nil : String(name)
    } else {
      line = 0
      name = locator.isEmpty ? nil : locator
    }
  }
}
