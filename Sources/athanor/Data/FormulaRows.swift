import Ecosystem
import Formats
import Foundation
import Learning
import Matter

/// The formulas or structures of a table, list, file or folder, with the variables that a model asks
/// for, piece by piece.
struct FormulaRows {
  private enum Source {
    case formulas(FormulaTable)
    case materials(MaterialRows)
  }

  private var source: Source
  private let card: ModelCard?
  private let fidelity: String?

  /// - Parameters:
  ///   - formula: The column of formulas; `nil` to find it.
  ///   - structures: Where structures are; `nil` to find them.
  ///   - model: That is asked: its columns are tried first, and its variables are read; `nil` to read
  ///     no variables, and structures where there are any.
  ///   - fidelity: The method that is asked for, of a model that knows several.
  ///   - batch: Structures at a time.
  init(
    _ path: String, formula: String?, structures: StructureOptions?, like model: Model?,
    fidelity: String? = nil, batch: Int, threads: Int
  ) throws {
    (card, self.fidelity) = (model?.card, fidelity)
    if let list = try FormulaTable.list(path, formula: formula) {
      source = .formulas(list)
      return
    }
    var options = MaterialRows.Options()
    options.formula = formula
    if let model, let structures {
      options = DataFile.reading(structures, formula, for: model)
    }
    let rows = try MaterialRows(path, options: options, batch: batch, threads: threads)
    // Formulas are read where they are screened, on all cores.
    source =
      rows.isOfStructures
      ? .materials(rows) : .formulas(try FormulaTable(path, column: rows.formulaColumn ?? ""))
  }

  /// Bytes of the file; 0 where that is not known.
  var size: Int {
    switch source {
    case .formulas(let table): table.size
    case .materials(let rows): rows.size
    }
  }

  var bytesRead: Int {
    switch source {
    case .formulas(let table): table.bytesRead
    case .materials(let rows): rows.done
    }
  }

  /// Whether rows have names of their own.
  var haveNames: Bool {
    if case .materials = source { true } else { false }
  }

  /// The next rows, of a table of formulas at most `count`; `nil` at the end.
  ///
  /// - Throws: ``ReadingError`` where the table is damaged or a variable is no number.
  mutating func next(_ count: Int) throws -> [ScreeningRow]? {
    switch source {
    case .formulas(var table):
      defer { source = .formulas(table) }
      return try table.next(count).map { try rows(of: $0.table, $0.formulas) }
    case .materials(var rows):
      defer { source = .materials(rows) }
      return try rows.next().map(screened)
    }
  }

  private func rows(of table: Table, _ formulas: [String]) throws -> [ScreeningRow] {
    let variables = try card.map { try DataFile.variables(of: table, for: $0, fidelity: fidelity) }
    return formulas.indices.map { row in
      ScreeningRow(
        formula: formulas[row], line: table.lines[row], variables: variables?[row] ?? [])
    }
  }

  private func screened(_ batch: MaterialBatch) throws -> [ScreeningRow] {
    let usable = batch.rows.indices.filter { batch.rows[$0].skipped == nil }
    let table = usable.count < batch.rows.count ? batch.table.rows(usable) : batch.table
    let found = try card.map { try DataFile.variables(of: table, for: $0, fidelity: fidelity) }
    var variables = [Int: [Double]]()
    if let found { for (place, row) in usable.enumerated() { variables[row] = found[place] } }
    return batch.rows.enumerated().map { place, row in
      ScreeningRow(
        formula: row.formula, line: row.line, variables: variables[place] ?? [], name: row.name,
        material: row.material.mapError { ScreeningRow.Refusal($0.message) })
    }
  }
}

/// A table or a list of formulas, piece by piece.
struct FormulaTable {
  private var stream: TableStream
  private let column: String
  private var isBareList: Bool

  init(_ path: String, column: String) throws {
    stream = try TableStream(path)
    self.column = column
    isBareList = false
  }

  /// A file of one column without structures: a list, with or without a name above it; `nil` for
  /// other files.
  static func list(_ path: String, formula: String?) throws -> FormulaTable? {
    guard StructureFormat(name: path) == nil, !isJSON(path), formula == nil,
      !FormulaRows.isFolder(path), let stream = try? TableStream(path), stream.columns.count == 1,
      let only = stream.columns.first,
      !TableColumns.structureNames.contains(only.lowercased())
    else { return nil }
    return FormulaTable(stream: stream, column: only, isBareList: stream.isBareList)
  }

  private static func isJSON(_ path: String) -> Bool {
    [".json", ".json.gz"].contains(where: path.lowercased().hasSuffix)
  }

  private init(stream: TableStream, column: String, isBareList: Bool) {
    self.stream = stream
    self.column = column
    self.isBareList = isBareList
  }

  var size: Int { stream.size }

  var bytesRead: Int { stream.bytesRead }

  mutating func next(_ count: Int) throws -> (table: Table, formulas: [String])? {
    if isBareList {
      // The first line of a list stands where a table has its names.
      isBareList = false
      return (try Table(name: stream.path, columns: [(column, [column])]), [column])
    }
    return try stream.next(rows: count).map { ($0, try $0.strings(column)) }
  }
}

extension FormulaRows {
  fileprivate static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
