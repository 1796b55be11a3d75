import ArgumentParser
import Ecosystem
import Formats
import Matter

struct DataQuery: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Find records with a filter in the language of OPTIMADE.",
    discussion: """
      Names are elements, nelements, nsites, chemical_formula_reduced, …, formula, and every measured \
      property in lower case with _ for blanks; band_gap.pbe is the value by one method.

        athanor data query 'elements HAS ALL "Ti","O" AND nelements=2 AND band_gap > 1'
      """)

  enum Output: String, ExpressibleByArgument, CaseIterable {
    case text
    case csv
  }

  @Argument(help: "The filter; without one, all records.")
  var filter: String?

  @Option(help: "The most records that are shown.")
  var limit = 100

  @Option(help: "text or csv.")
  var output: Output = .text

  @Option(
    name: .customLong("property"), parsing: .singleValue,
    help: "A property to show; may be repeated (default: all).")
  var properties: [String] = []

  @OptionGroup var place: StoreOptions

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit must be at least 0.") }
  }

  func run() throws {
    let store = try place.open()
    let wanted = try filter.map(store.filter(parsing:)) ?? .all
    let records = try store.records(matching: wanted, structures: common.json, limit: limit)
    if common.json { return try Terminal.printJSON(records.map(RecordCard.init)) }
    switch output {
    case .csv:
      let table = try RecordTable(
        store.properties(), wanted: properties, uncertainties: store.propertiesWithUncertainty())
      var text = CSVText(header: table.header)
      for record in records { for row in table.rows(record) { text.append(row) } }
      print(text.text, terminator: "")
    case .text: show(records)
    }
    if records.count == limit {
      Terminal.log("athanor: the first \(limit) records; --limit shows more")
    }
  }

  private func show(_ records: [Record]) {
    let rows = records.map { record in
      let shown = record.measurements.filter { sourced in
        let name = sourced.measurement.property
        return properties.isEmpty || properties.contains(name)
          || properties.contains(RecordSubject.name(name))
      }
      let values = shown.prefix(4).map {
        "\($0.measurement.property) \(DataText.value($0.measurement))"
      }
      let more = shown.count > 4 ? ", … \(shown.count - 4) more" : ""
      // A cell without text would leave blanks at the end of the line.
      return [DataText.short(record.key), record.composition.formula]
        + (values.isEmpty ? [] : [values.joined(separator: ", ") + more])
    }
    if rows.isEmpty {
      Terminal.log("athanor: no record matches")
    } else {
      print(DataText.table(rows))
    }
  }
}

/// A record as JSON shows it.
struct RecordCard: Encodable {
  let key: String
  let formula: String
  let elements: [String]
  let sites: Int?
  let measurements: [Value]

  struct Value: Encodable {
    let property: String
    let value: Double
    let unit: String?
    let standardUncertainty: Double?
    let fidelity: String?
    let source: Source
  }

  init(_ record: Record) {
    key = record.key
    formula = record.composition.formula
    elements = record.composition.elements.map(\.symbol)
    sites = record.crystal?.siteCount ?? record.molecule?.elements.count
    measurements = record.measurements.map { sourced in
      let measurement = sourced.measurement
      return Value(
        property: measurement.property, value: measurement.value, unit: measurement.unit,
        standardUncertainty: measurement.standardUncertainty, fidelity: measurement.fidelity,
        source: sourced.source)
    }
  }
}
