import Ecosystem
public import Formats
import Foundation
import Matter

/// Measurements from before a campaign, or made beside it, as a table: the candidate, a column for each
/// property, and optionally spreads (`± property`) and `instrument`; with several methods also `fidelity`.
public struct PriorTable: Sendable {
  public let measurements: [PriorMeasurement]

  /// Rows without a value of some property.
  public let incomplete: Int

  /// - Parameters:
  ///   - columns: How candidates stand in the table.
  ///   - formula: The column of formulas; `nil` to find it by its name.
  /// - Throws: ``ReadingError`` with file and line for what is no candidate, no number, or cannot be.
  public init(
    _ table: Table, columns: CandidateColumns, campaign: Campaign, formula: String? = nil
  ) throws {
    let formulas = columns.hasFormula ? try Dataset.formulaColumn(of: table, formula) : nil
    let properties = campaign.plan.properties
    var cells: [String: [Double?]] = [:]
    for property in properties { cells[property] = try table.optionalDoubles(property) }
    let whole = (0..<table.rowCount).filter { row in
      properties.allSatisfy { cells[$0]?[row] != nil }
    }
    incomplete = table.rowCount - whole.count
    let kept = table.rows(whole)
    let candidates = try columns.candidates(kept, formula: formulas)
    var spreads: [String: [Double?]] = [:]
    for property in properties where kept.has(ResultSheet.spread(of: property)) {
      spreads[property] = try kept.optionalDoubles(ResultSheet.spread(of: property))
    }
    let instruments =
      kept.has(ResultSheet.instrument) ? try kept.strings(ResultSheet.instrument) : nil
    let fidelities = try Self.fidelities(kept, campaign.plan)
    var measurements: [PriorMeasurement] = []
    for (row, place) in whole.enumerated() {
      var values: [String: MeasuredValue] = [:]
      for property in properties {
        guard let value = cells[property]?[place] else { continue }
        values[property] = MeasuredValue(
          value, spread: spreads[property]?[row],
          unit: Table.unit(of: property) ?? campaign.units[property])
      }
      if let fault = campaign.fault(in: Observation(values)) {
        throw kept.error(row: row, column: properties[0], fault)
      }
      let instrument = instruments.map { $0[row] } ?? ""
      measurements.append(
        PriorMeasurement(
          candidates[row], values: values, instrument: instrument.isEmpty ? nil : instrument,
          fidelity: fidelities.map { $0[row] },
          source: "\((kept.file as NSString).lastPathComponent):\(kept.lines[row])"))
    }
    self.measurements = measurements
  }

  /// The method of each row; `nil` where there is one.
  private static func fidelities(
    _ table: Table, _ plan: CampaignPlan
  ) throws(ReadingError) -> [String]? {
    guard let known = plan.fidelities else { return nil }
    let names = try table.strings(ResultSheet.fidelity)
    for (row, name) in names.enumerated() where known[name] == nil {
      throw table.error(
        row: row, column: ResultSheet.fidelity,
        "\"\(name)\" is no fidelity of the campaign; there are "
          + "\(known.levels.map(\.name).joined(separator: ", ")).")
    }
    return names
  }
}
