public import Formats
import Foundation
import Matter

extension ResultSheet {
  /// Reads a sheet that came back: rows in any order, blank ones still pending.
  ///
  /// - Throws: ``ReadingError`` with file and line for a number that was never proposed, a row whose
  ///   candidate is another one's, a result that contradicts an earlier one, a property that is missing
  ///   beside others, or a value that cannot be.
  public func read(_ table: Table) throws(ReadingError) -> Told {
    let rows = try Rows(table, campaign)
    var events: [CampaignEvent] = []
    var (known, blank) = ([Int](), [Int]())
    var seen: [Int: Campaign.Outcome] = [:]
    for row in 0..<table.rowCount {
      let number = try proposalNumber(row, rows)
      guard let answer = try answer(row, number, rows) else {
        blank.append(number)
        continue
      }
      if let earlier = campaign.outcomes[number - 1] ?? seen[number] {
        guard earlier.isSameResult(as: answer.outcome) else {
          throw table.error(
            row: row, column: Self.number,
            "\(number) has another result already: \(earlier.text). A result is never changed; "
              + "remove the row, or measure the material again under a number of its own.")
        }
        if seen[number] == nil { known.append(number) }
        continue
      }
      seen[number] = answer.outcome
      events.append(answer.event)
    }
    return Told(events: events, known: known, blank: blank)
  }

  private func proposalNumber(_ row: Int, _ rows: Rows) throws(ReadingError) -> Int {
    let text = rows.numbers[row]
    guard let number = Int(text), number >= 1 else {
      throw rows.table.error(
        row: row, column: Self.number,
        "\"\(text)\" is no number of a suggestion. Keep the numbers of the sheet.")
    }
    guard number <= campaign.proposals.count else {
      throw rows.table.error(
        row: row, column: Self.number,
        "Nothing was suggested under number \(number); the last one is "
          + "\(campaign.proposals.count). Own materials go into a table for --data.")
    }
    if let candidate = rows.candidates?[row],
      !candidate.isClose(to: campaign.proposals[number - 1].candidate)
    {
      throw rows.table.error(
        row: row, column: Self.number,
        "Number \(number) is another candidate: "
          + "\(columns.cells(of: campaign.proposals[number - 1].candidate).joined(separator: ", ")). "
          + "Was a single column sorted?")
    }
    return number
  }

  /// `nil` for a row that is blank.
  private func answer(
    _ row: Int, _ number: Int, _ rows: Rows
  ) throws(ReadingError) -> (event: CampaignEvent, outcome: Campaign.Outcome)? {
    let proposal = campaign.proposals[number - 1]
    if let reason = try rows.failure(row) {
      return (
        .failed(FailedResult(number: number, reason: reason, raw: rows.raw(row))),
        .failed(reason: reason)
      )
    }
    guard let values = try rows.values(row) else { return nil }
    let observation = Observation(values)
    if let fault = campaign.fault(in: observation) {
      throw rows.table.error(
        row: row, column: Self.number,
        "\(fault) Correct it, or write why the measurement failed under \"\(Self.failed)\".")
    }
    return (
      campaign.judge(observation, of: proposal, instrument: rows.instrument(row)),
      .measured(values)
    )
  }
}

/// The cells of a sheet that count.
private struct Rows {
  let table: Table
  let numbers: [String]

  /// `nil` where the sheet does not repeat the candidates.
  let candidates: [Candidate]?
  private let properties: [String]
  private let units: [String: String]
  private let cells: [String: [String]]

  init(_ table: Table, _ campaign: Campaign) throws(ReadingError) {
    self.table = table
    numbers = try table.strings(ResultSheet.number)
    properties = campaign.plan.properties
    units = campaign.units
    let columns = campaign.candidateColumns
    let isWhole = columns.names.allSatisfy(table.has)
    candidates = isWhole ? try columns.candidates(table, formula: "formula") : nil
    var cells: [String: [String]] = [:]
    for property in properties { cells[property] = try table.strings(property) }
    let optional =
      properties.map(ResultSheet.spread) + [ResultSheet.instrument, ResultSheet.failed]
    for name in optional where table.has(name) { cells[name] = try table.strings(name) }
    self.cells = cells
  }

  private func cell(_ name: String, _ row: Int) -> String {
    (cells[name]?[row] ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  func instrument(_ row: Int) -> String? {
    let name = cell(ResultSheet.instrument, row)
    return name.isEmpty ? nil : name
  }

  /// The reason of a failure, from its column or from `failed: …` in the place of a value.
  func failure(_ row: Int) throws(ReadingError) -> String? {
    let said = cell(ResultSheet.failed, row)
    if !said.isEmpty {
      if let property = properties.first(where: { Table.number(cell($0, row)) != nil }) {
        throw table.error(
          row: row, column: property,
          "The row has a value and a reason of failure; keep one of them.")
      }
      return said
    }
    for property in properties {
      let text = cell(property, row)
      guard text.lowercased().hasPrefix("failed") else { continue }
      let reason = text.dropFirst(6).drop { ": ,;-–".contains($0) }
      return reason.isEmpty ? "No reason was given." : String(reason)
    }
    return nil
  }

  /// What stands beside a failure.
  func raw(_ row: Int) -> [String: String] {
    var raw: [String: String] = [:]
    for property in properties where !cell(property, row).isEmpty {
      raw[property] = cell(property, row)
    }
    if let instrument = instrument(row) { raw[ResultSheet.instrument] = instrument }
    return raw
  }

  /// `nil` where all are blank.
  func values(_ row: Int) throws(ReadingError) -> [String: MeasuredValue]? {
    guard properties.contains(where: { !Table.isMissing(cell($0, row)) }) else { return nil }
    var values: [String: MeasuredValue] = [:]
    for property in properties {
      let text = cell(property, row)
      guard let value = Table.number(text) else {
        throw table.error(
          row: row, column: property,
          Table.isMissing(text)
            ? "The row has other values but none of \(property); fill in all or none."
            : Table.reason(against: text))
      }
      let spread = cell(ResultSheet.spread(of: property), row)
      guard spread.isEmpty || Table.number(spread) != nil else {
        throw table.error(
          row: row, column: ResultSheet.spread(of: property), Table.reason(against: spread))
      }
      values[property] = MeasuredValue(
        value, spread: Table.number(spread), unit: Table.unit(of: property) ?? units[property])
    }
    return values
  }
}

extension Campaign.Outcome {
  /// Spread and unit aside.
  fileprivate func isSameResult(as other: Campaign.Outcome) -> Bool {
    switch (self, other) {
    case (.measured(let a), .measured(let b)): a.mapValues(\.value) == b.mapValues(\.value)
    case (.failed, .failed): true
    default: false
    }
  }

  fileprivate var text: String {
    switch self {
    case .measured(let values):
      values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.value)" }
        .joined(separator: ", ")
    case .failed(let reason): "failed (\(reason))"
    }
  }
}

extension Candidate {
  /// Whether both are the same up to what writing and reading numbers may change.
  fileprivate func isClose(to other: Candidate) -> Bool {
    hasMaterial == other.hasMaterial && composition.elements == other.composition.elements
      && zip(composition.fractions, other.composition.fractions).allSatisfy { abs($0 - $1) < 1e-6 }
      && zip(variables, other.variables).allSatisfy {
        abs($0 - $1) <= 1e-6 * max(abs($0), abs($1))
      }
  }
}
