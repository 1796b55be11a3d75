import Ecosystem
import Formats
import Foundation
import Learning
import Matter

/// Files of data as commands read them.
enum DataFile {
  static func table(_ path: String) throws -> Table {
    try Table(AtomicFile.read(path), file: path)
  }

  /// What a model is asked about: rows of files, and formulas written on the command line.
  ///
  /// - Parameters:
  ///   - inputs: An input that is no file is read as a formula.
  ///   - fidelity: The method that is asked for, of a model that knows several; `nil` for what the
  ///     table names, else for the model's standard.
  static func questions(
    _ inputs: [String], for card: ModelCard, fidelity: String? = nil
  ) throws -> [(name: String, candidate: Candidate)] {
    try inputs.flatMap { input -> [(name: String, candidate: Candidate)] in
      if FileManager.default.fileExists(atPath: input) {
        return try rows(of: table(input), for: card, fidelity)
      }
      guard !looksLikeFile(input) else { throw missing(input) }
      do {
        let composition = try Composition(formula: input)
        // A model with other variables says so itself.
        let method = card.variableNames.count == card.fidelity?.levels.count
        return [
          (
            input,
            Candidate(composition, variables: method ? try methodVariables(card, fidelity) : [])
          )
        ]
      } catch let error as FormulaError {
        throw CommandError("\"\(input.prefix(60))\" is neither a file nor a formula: \(error)")
      }
    }
  }

  private static func looksLikeFile(_ input: String) -> Bool {
    input.contains("/")
      || [".csv", ".tsv", ".json", ".jsonl"].contains { input.lowercased().hasSuffix($0) }
  }

  private static func missing(_ path: String) -> FileError {
    FileError(operation: .read, path: path, code: ENOENT)
  }

  private static func rows(
    of table: Table, for card: ModelCard, _ fidelity: String?
  ) throws -> [(name: String, candidate: Candidate)] {
    let wanted = table.columns.contains(card.formulaColumn) ? card.formulaColumn : nil
    let column = try Dataset.formulaColumn(of: table, wanted)
    let compositions = try Dataset.compositions(table, column)
    let variables = try variables(of: table, for: card, fidelity: fidelity)
    let formulas = try table.strings(column)
    return compositions.enumerated().map { row, composition in
      (formulas[row], Candidate(composition, variables: variables[row]))
    }
  }

  /// The variables of each row, those that name its method last.
  static func variables(
    of table: Table, for card: ModelCard, fidelity: String? = nil
  ) throws -> [[Double]] {
    let methods = try methodVariables(table, card, fidelity)
    let columns = try card.variableNames.dropLast(card.fidelity?.levels.count ?? 0).map {
      try table.doubles($0)
    }
    return (0..<table.rowCount).map { row in columns.map { $0[row] } + (methods?[row] ?? []) }
  }

  /// The variables of each row that name its method, or `nil` where the model knows no methods.
  private static func methodVariables(
    _ table: Table, _ card: ModelCard, _ wanted: String?
  ) throws -> [[Double]]? {
    guard let fidelity = card.fidelity else {
      return try methodVariables(card, wanted).isEmpty ? nil : []
    }
    if wanted == nil, table.has(fidelity.column) { return try fidelity.variables(of: table) }
    let variables = try methodVariables(card, wanted)
    return (0..<table.rowCount).map { _ in variables }
  }

  private static func methodVariables(_ card: ModelCard, _ wanted: String?) throws -> [Double] {
    guard let fidelity = card.fidelity else {
      guard wanted == nil else {
        throw CommandError("The model was not trained with --fidelity: leave it out.")
      }
      return []
    }
    let known = fidelity.levels.joined(separator: ", ")
    guard let level = wanted ?? fidelity.standard else {
      throw CommandError(
        "The model knows the methods \(known): say with --fidelity whose values to predict.")
    }
    guard let variables = fidelity.variables(of: level) else {
      throw CommandError("The model does not know the method \"\(level)\", but \(known).")
    }
    return variables
  }
}
