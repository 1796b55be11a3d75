import Formats
import Foundation
public import Matter

/// How candidates stand in the columns of a table: a formula, the numbers of settings, and one word for
/// each setting that `solvent=water` and its like spell out.
public struct CandidateColumns: Hashable, Sendable {
  /// Whether there is a column of formulas.
  public let hasFormula: Bool

  /// In the order of ``Candidate/variables``.
  public let variableNames: [String]

  /// Settings, in order: a number, or the words that it can be.
  let settings: [(name: String, words: [String])]

  public init(hasFormula: Bool, variableNames: [String]) {
    self.hasFormula = hasFormula
    self.variableNames = variableNames
    var settings: [(name: String, words: [String])] = []
    for name in variableNames {
      let parts = name.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2, let last = settings.last, last.name == parts[0], !last.words.isEmpty {
        settings[settings.count - 1].words.append(parts[1])
      } else {
        settings.append((parts[0], parts.count == 2 ? [parts[1]] : []))
      }
    }
    self.settings = settings
  }

  public static func == (a: CandidateColumns, b: CandidateColumns) -> Bool {
    a.hasFormula == b.hasFormula && a.variableNames == b.variableNames
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(hasFormula)
    hasher.combine(variableNames)
  }

  public var names: [String] { (hasFormula ? ["formula"] : []) + settings.map(\.name) }

  /// The cells of a candidate, one for each of ``names``.
  public func cells(of candidate: Candidate) -> [String] {
    var cells = hasFormula ? [candidate.composition.formula] : []
    var place = 0
    for setting in settings {
      if setting.words.isEmpty {
        cells.append(CSVText.number(candidate.variables[place]))
        place += 1
      } else {
        let chosen = setting.words.indices.first { candidate.variables[place + $0] == 1 }
        cells.append(chosen.map { setting.words[$0] } ?? "")
        place += setting.words.count
      }
    }
    return cells
  }

  /// The candidate of each row of a table.
  ///
  /// - Throws: ``ReadingError`` with the line of the first cell that is no formula, no number or no
  ///   word that is known.
  func candidates(_ table: Table, formula: String?) throws(ReadingError) -> [Candidate] {
    var variables = Array(repeating: [Double](), count: table.rowCount)
    for setting in settings {
      if setting.words.isEmpty {
        for (row, value) in try table.doubles(setting.name).enumerated() {
          variables[row].append(value)
        }
        continue
      }
      for (row, word) in try table.strings(setting.name).enumerated() {
        guard setting.words.contains(word) else {
          throw table.error(
            row: row, column: setting.name,
            "\"\(word)\" is none of \(setting.words.joined(separator: ", ")).")
        }
        variables[row] += setting.words.map { $0 == word ? 1 : 0 }
      }
    }
    guard hasFormula, let formula else { return variables.map { Candidate(variables: $0) } }
    var found: [Candidate] = []
    for (row, text) in try table.strings(formula).enumerated() {
      do throws(FormulaError) {
        found.append(Candidate(try Composition(formula: text), variables: variables[row]))
      } catch {
        throw table.error(row: row, column: formula, "\"\(text)\": \(error)")
      }
    }
    return found
  }
}
