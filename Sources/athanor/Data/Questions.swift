import Ecosystem
import Formats
import Foundation
import Learning
import Matter

/// What a model is asked about: rows of files, and formulas of the command line, some at a time.
struct Questions {
  struct Question {
    /// The row's own name; of a formula of the command line, the formula.
    let name: String
    let formula: String

    /// With its variables; or the row that nothing can be said about.
    let material: Result<Candidate, Skipped>
  }

  struct Skipped: Error {
    let row: SkippedRow
  }

  private enum Input {
    case rows(MaterialRows)
    case formula(String, Candidate)
  }

  private var inputs: [Input]
  private var place = 0
  private let card: ModelCard
  private let needsCrystals: Bool
  private let fidelity: String?

  /// Rows that were handed out.
  private(set) var count = 0
  private var skipped: [SkippedRow] = []
  private var skippedCount = 0

  /// Most skipped rows that are kept by name.
  private static let namedRows = 100

  /// Whether any input holds structures: their rows have names of their own.
  let haveNames: Bool

  /// - Parameters:
  ///   - inputs: An input that is no file is read as a formula.
  ///   - fidelity: The method that is asked for, of a model that knows several; `nil` for what the
  ///     table names, else for the model's standard.
  ///   - batch: Rows at a time.
  ///   - source: What is read of the materials, where the model can read either; `nil` for what it
  ///     needs.
  init(
    _ inputs: [String], for model: Model, fidelity: String?, structures: StructureOptions,
    batch: Int, threads: Int, needing source: LearnedVectors.Source? = nil
  ) throws {
    card = model.card
    let needsCrystals = source.map { $0 == .structures } ?? model.needsCrystals
    self.needsCrystals = needsCrystals
    self.fidelity = fidelity
    let options = DataFile.reading(structures, nil, for: model)
    var isOfStructures = false
    self.inputs = try inputs.map { input in
      guard FileManager.default.fileExists(atPath: input) else {
        let candidate = try DataFile.question(input, for: model.card, fidelity: fidelity)
        guard !needsCrystals else {
          throw CommandError("\"\(input.prefix(60))\" is a formula; \(Self.remedy)")
        }
        return .formula(input, candidate)
      }
      let rows = try MaterialRows(input, options: options, batch: batch, threads: threads)
      isOfStructures = isOfStructures || rows.isOfStructures
      guard rows.isOfStructures || !needsCrystals else {
        throw CommandError("\(input) holds formulas; \(Self.remedy)")
      }
      return .rows(rows)
    }
    haveNames = isOfStructures
  }

  private static let remedy =
    "the model learned from structures and needs them: give files of structures (CIF, POSCAR, "
    + "extended XYZ, JSON), or a table with a column of them (--structure, --structures)."

  /// Of the files, bytes that were read and bytes there are.
  var progress: (done: Int, size: Int) {
    inputs.reduce((0, 0)) { sum, input in
      guard case .rows(let rows) = input else { return sum }
      return (sum.0 + rows.done, sum.1 + rows.size)
    }
  }

  /// The next questions; `nil` at the end.
  ///
  /// - Throws: ``ReadingError`` for a formula of a table that is none, where variables are missing, and
  ///   for damage of a file as a whole.
  mutating func next() throws -> [Question]? {
    while place < inputs.count {
      switch inputs[place] {
      case .formula(let formula, let candidate):
        place += 1
        count += 1
        return [Question(name: formula, formula: formula, material: .success(candidate))]
      case .rows(var rows):
        let batch = try rows.next()
        inputs[place] = .rows(rows)
        if let batch { return try questions(batch) }
        place += 1
      }
    }
    return nil
  }

  private mutating func questions(_ batch: MaterialBatch) throws -> [Question] {
    let usable = batch.rows.indices.filter { row in
      if batch.isOfStructures { return reason(batch.rows[row]) == nil }
      return true
    }
    let variables =
      usable.count == batch.rows.count
      ? try DataFile.variables(of: batch.table, for: card, fidelity: fidelity)
      : try DataFile.variables(of: batch.table.rows(usable), for: card, fidelity: fidelity)
    let places = Dictionary(uniqueKeysWithValues: usable.enumerated().map { ($1, $0) })
    count += batch.rows.count
    return try batch.rows.enumerated().map { place, row in
      if let known = places[place] {
        let candidate = try row.material.get().with(variables: variables[known])
        return Question(name: row.name, formula: row.formula, material: .success(candidate))
      }
      let skipped = SkippedRow(line: row.line, name: row.name, reason: reason(row) ?? "")
      skippedCount += 1
      if self.skipped.count < Self.namedRows { self.skipped.append(skipped) }
      return Question(
        name: row.name, formula: row.formula, material: .failure(Skipped(row: skipped)))
    }
  }

  /// Why nothing can be said about a row; `nil` where something can.
  private func reason(_ row: MaterialRow) -> String? {
    if let skipped = row.skipped { return skipped.reason }
    return needsCrystals && !row.hasCrystal
      ? "It has no structure, which the model needs." : nil
  }

  /// Says on standard error which rows are without an answer.
  func logSkipped() {
    SkippedRows.log(
      skipped, count: skippedCount, of: count, in: "the input", fate: "without an answer")
  }

  /// Whether no row could be asked about.
  var areAllSkipped: Bool { count > 0 && skippedCount == count }
}
