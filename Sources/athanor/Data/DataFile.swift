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

  /// How the rows are read that a model is asked about: from the columns of its training rows, and a
  /// model of formulas from formulas where there are any.
  static func reading(
    _ structures: StructureOptions, _ formula: String?, for model: Model
  ) -> MaterialRows.Options {
    var options = structures.reading(formula: formula)
    options.usualFormula = model.card.formulaColumn
    options.usualStructure = model.card.structureColumn
    options.takesFormulas = !model.readsCrystals && structures.structure == nil
    return options
  }

  /// All that a model is asked about: rows of files, and formulas written on the command line.
  ///
  /// - Parameters:
  ///   - inputs: An input that is no file is read as a formula.
  ///   - fidelity: See ``Questions``.
  static func questions(
    _ inputs: [String], for model: Model, fidelity: String? = nil,
    structures: StructureOptions, threads: Int
  ) throws -> [Material] {
    var questions = try Questions(
      inputs, for: model, fidelity: fidelity, structures: structures, batch: .max,
      threads: threads)
    var found: [Material] = []
    while let batch = try questions.next() {
      found += batch.compactMap { question in
        (try? question.material.get()).map { candidate in
          Material(
            name: question.formula, id: candidate.crystal == nil ? nil : question.name,
            candidate: candidate)
        }
      }
    }
    questions.logSkipped()
    return found
  }

  /// What a model is asked about, by its formula; a structure has a name of its own besides.
  struct Material {
    let name: String
    let id: String?
    let candidate: Candidate
  }

  /// A formula on the command line.
  static func question(
    _ formula: String, for card: ModelCard, fidelity: String?
  ) throws -> Candidate {
    guard !looksLikeFile(formula) else { throw missing(formula) }
    do {
      let composition = try Composition(formula: formula)
      // A model with other variables says so itself.
      let method = card.variableNames.count == card.fidelity?.levels.count ?? 0
      return Candidate(composition, variables: method ? try methodVariables(card, fidelity) : [])
    } catch let error as FormulaError {
      throw CommandError("\"\(formula.prefix(60))\" is neither a file nor a formula: \(error)")
    }
  }

  private static func looksLikeFile(_ input: String) -> Bool {
    input.contains("/")
      || [".csv", ".tsv", ".json", ".jsonl", ".cif", ".xyz", ".extxyz", ".vasp", ".gz"]
        .contains { input.lowercased().hasSuffix($0) }
  }

  private static func missing(_ path: String) -> FileError {
    FileError(operation: .read, path: path, code: ENOENT)
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
      if let wanted, let method = card.fidelities?.method {
        guard wanted == method else {
          throw CommandError("The model predicts values of \(method) alone, not of \"\(wanted)\".")
        }
        return []
      }
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
