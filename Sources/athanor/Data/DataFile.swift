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
  /// - Parameter inputs: An input that is no file is read as a formula.
  static func questions(
    _ inputs: [String], for card: ModelCard
  ) throws -> [(name: String, candidate: Candidate)] {
    try inputs.flatMap { input -> [(name: String, candidate: Candidate)] in
      if FileManager.default.fileExists(atPath: input) {
        return try rows(of: table(input), for: card)
      }
      guard !looksLikeFile(input) else { throw missing(input) }
      do throws(FormulaError) {
        return [(input, Candidate(try Composition(formula: input)))]
      } catch {
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
    of table: Table, for card: ModelCard
  ) throws -> [(name: String, candidate: Candidate)] {
    let wanted = table.columns.contains(card.formulaColumn) ? card.formulaColumn : nil
    let column = try Dataset.formulaColumn(of: table, wanted)
    let compositions = try Dataset.compositions(table, column)
    let variables = try card.variableNames.map { try table.doubles($0) }
    let formulas = try table.strings(column)
    return compositions.enumerated().map { row, composition in
      (formulas[row], Candidate(composition, variables: variables.map { $0[row] }))
    }
  }
}
