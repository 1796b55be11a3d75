import Formats
import GRDB
import Matter

/// Records as rows of a table: one row for each place where a material was read, one column for each
/// property with its unit, so that importing the table again gives the same measurements.
public struct RecordTable: Sendable {
  /// What is asked of each record.
  private let properties: [Column]

  /// Column names.
  public let header: [String]

  private struct Column: Hashable, Sendable {
    let property: String
    let unit: String?
    let hasUncertainty: Bool
  }

  /// - Parameters:
  ///   - summaries: The properties of the store.
  ///   - wanted: Names of properties, as measured or as filters have them; empty for all.
  ///   - uncertainties: Properties that have a standard uncertainty.
  /// - Throws: ``StoreError/notFound(_:)`` for a name that no property has.
  public init(
    _ summaries: [PropertySummary], wanted: [String] = [], uncertainties: Set<String> = []
  ) throws {
    var columns: [Column] = []
    for name in wanted
    where !summaries.contains(where: { Self.isNamed($0.property, name) }) {
      throw StoreError.notFound(
        "Nothing is measured as \"\(name)\"; there are "
          + "\(Set(summaries.map(\.property)).sorted().joined(separator: ", ")).")
    }
    for summary in summaries {
      guard wanted.isEmpty || wanted.contains(where: { Self.isNamed(summary.property, $0) })
      else { continue }
      let column = Column(
        property: summary.property, unit: summary.unit,
        hasUncertainty: uncertainties.contains(summary.property))
      if !columns.contains(column) { columns.append(column) }
    }
    properties = columns
    let names = columns.map(\.property)
    header =
      Self.standardColumns
      + columns.flatMap { column in
        let name = column.property + (column.unit.map { " (\($0))" } ?? "")
        let isAlone = names.count { $0 == column.property } == 1
        let uncertainty = "\(isAlone ? column.property : name) uncertainty"
        return column.hasUncertainty ? [name, uncertainty] : [name]
      }
  }

  /// The columns before those of properties.
  static let standardColumns = ["key", "formula", "id", "source", "fidelity"]

  /// The names that the column of uncertainties behind a column of a property can have.
  static func uncertaintyNames(of column: String) -> [String] {
    let bare = UnitText.split(column).map { [$0.name] } ?? []
    return (bare + [column]).map { "\($0) uncertainty" }
  }

  private static func isNamed(_ property: String, _ name: String) -> Bool {
    property == name || RecordSubject.name(property) == name
  }

  /// The rows of a record: one for each source and fidelity, one without numbers where there are none.
  ///
  /// A second value of one property in one source has a row of its own.
  public func rows(_ record: Record) -> [[String]] {
    var rows: [Row] = []
    for sourced in record.measurements {
      guard
        let place = properties.firstIndex(where: {
          $0.property == sourced.measurement.property && $0.unit == sourced.measurement.unit
        })
      else { continue }
      let fidelity = sourced.measurement.fidelity
      let fitting = rows.firstIndex {
        $0.source == sourced.source && $0.fidelity == fidelity && $0.values[place] == nil
      }
      if fitting == nil { rows.append(Row(source: sourced.source, fidelity: fidelity)) }
      rows[fitting ?? rows.count - 1].values[place] = sourced.measurement
    }
    if rows.isEmpty {
      // Another property may be asked for than what was measured.
      let sources: [Source?] =
        record.sources.isEmpty ? [record.measurements.first?.source] : record.sources
      rows = sources.map { Row(source: $0, fidelity: nil) }
    }
    return rows.map { cells($0, of: record) }
  }

  private struct Row {
    let source: Source?
    let fidelity: String?
    var values: [Int: Measurement] = [:]
  }

  private func cells(_ row: Row, of record: Record) -> [String] {
    var cells = [
      record.key, record.composition.formula, row.source?.locator ?? "", row.source?.origin ?? "",
      row.fidelity ?? "",
    ]
    for (place, column) in properties.enumerated() {
      let measurement = row.values[place]
      cells.append(measurement.map { CSVText.number($0.value) } ?? "")
      if column.hasUncertainty {
        cells.append(measurement?.standardUncertainty.map { CSVText.number($0) } ?? "")
      }
    }
    return cells
  }
}

extension RecordStore {
  /// Properties with a standard uncertainty anywhere.
  public func propertiesWithUncertainty() throws -> Set<String> {
    try translatingStore(place) {
      try database.read { db in
        try String.fetchSet(
          db,
          sql: """
            SELECT DISTINCT q.property FROM measurement m JOIN quantity q ON q.id = m.quantity
            WHERE m.uncertainty IS NOT NULL
            """)
      }
    }
  }
}
