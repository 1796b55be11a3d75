import DenseMath
import Formats
import Foundation
import Matter

/// Records as ``Record/jsonLine(flagged:)`` writes them, line by line.
///
/// Each source of a record becomes a row of its own, with the place where it was read first.
struct RecordLines {
  private let file: String
  private let options: ImportOptions
  private let nextChunk: () throws -> [UInt8]?
  private var waiting: [UInt8] = []
  private var place = 0
  private var line = 0
  private var isAtEnd = false

  /// Bytes in which ``isStart(_:)`` can see what a file is.
  static let startLength = 128

  /// Longest line, bytes.
  static let longestLine = 1 << 28

  init(file: String, options: ImportOptions, nextChunk: @escaping () throws -> [UInt8]?) {
    self.file = file
    self.options = options
    self.nextChunk = nextChunk
  }

  /// Whether a text begins as an exported record does: with its key and its formula.
  static func isStart(_ bytes: [UInt8]) -> Bool {
    let head = Array("{\"key\":\"".utf8)
    let tail = Array("\",\"formula\":\"".utf8)
    guard bytes.count >= head.count + 64 + tail.count, bytes.starts(with: head) else {
      return false
    }
    return bytes[(head.count + 64)...].starts(with: tail)
  }

  /// The rows of the next lines, of `count` lines at most; `nil` at the end.
  mutating func next(_ count: Int, threads: Int) throws -> [PreparedEntry]? {
    var lines: [(number: Int, bytes: [UInt8])] = []
    while lines.count < count, let bytes = try nextLine() {
      if !bytes.isEmpty { lines.append((line, bytes)) }
    }
    guard !lines.isEmpty else { return nil }
    let (file, options) = (file, options)
    return try parallelMap(lines, threads: threads) { line in
      RecordLine.entries(line.bytes, number: line.number, file: file, options: options)
    }.flatMap { $0 }
  }

  private mutating func nextLine() throws -> [UInt8]? {
    var searched = place
    while true {
      if let end = waiting[searched...].firstIndex(of: 10) {
        defer { place = end + 1 }
        line += 1
        return Array(waiting[place..<end])
      }
      searched = waiting.count
      guard !isAtEnd, let chunk = try nextChunk() else {
        isAtEnd = true
        defer { place = waiting.count }
        line += 1
        return place < waiting.count ? Array(waiting[place...]) : nil
      }
      waiting.removeFirst(place)
      searched -= place
      place = 0
      waiting += chunk
      guard waiting.count <= Self.longestLine else {
        throw ReadingError(
          file: file, line: line + 1,
          message: "A record longer than \(Self.longestLine >> 20) MiB; is this an export?")
      }
    }
  }
}

/// One exported record.
private struct RecordLine {
  private let file: String
  private let number: Int
  private let parts: [String: JSONValue]
  private let options: ImportOptions

  static func entries(
    _ bytes: [UInt8], number: Int, file: String, options: ImportOptions
  ) -> [PreparedEntry] {
    do throws(ReadingError) {
      let value = try JSONValue(json: bytes, file: file, line: number)
      let line = RecordLine(
        file: file, number: number,
        parts: Dictionary(
          (value.members ?? []).map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }),
        options: options)
      return try line.rows().map { .row($0) }
    } catch {
      return [.refused(error)]
    }
  }

  private func rows() throws(ReadingError) -> [PreparedRow] {
    let (identity, structure) = try material()
    if let key = parts["key"]?.text, key != identity.key.hex, structure != nil {
      throw refusal("key", "The structure is not the one that the key names; export it again.")
    }
    var values: [(value: PreparedValue, source: Source)] = []
    for item in parts["measurements"]?.items ?? [] { values.append(try measurement(item)) }
    for item in parts["flagged"]?.items ?? [] { values.append(try flagged(item)) }
    var sources: [Source] = []
    for item in parts["sources"]?.items ?? [] { sources.append(try source(item)) }
    // Of equal sources the first has all values.
    var bySource: [Source: [PreparedValue]] = [:]
    for source in sources { bySource[source] = [] }
    for value in values {
      if bySource[value.source] == nil { sources.append(value.source) }
      bySource[value.source, default: []].append(value.value)
    }
    if sources.isEmpty { sources = [Source(origin: file, locator: "line \(number)")] }
    var rows: [PreparedRow] = []
    for source in sources {
      let locator = RowPlace(locator: source.locator)
      var row = PreparedRow(
        line: locator.line, name: locator.name, identity: identity, structure: structure,
        measurements: [])
      row.origin = source.origin
      for value in bySource.removeValue(forKey: source) ?? [] { value.add(to: &row) }
      rows.append(row)
    }
    return rows
  }

  private enum PreparedValue {
    case measurement(Measurement)
    case flagged(FlaggedMeasurement)

    func add(to row: inout PreparedRow) {
      switch self {
      case .measurement(let value): row.measurements.append(value)
      case .flagged(let value): row.flagged.append(value)
      }
    }
  }

  private func material() throws(ReadingError) -> StructureRows.Material {
    if let structure = parts["structure"] {
      let arrangement = try arrangement(structure)
      return try StructureRows.material(arrangement, file: file, line: number, column: "structure")
    }
    guard let formula = parts["formula"]?.text else {
      throw refusal("formula", "A record needs a formula.")
    }
    do throws(FormulaError) {
      return (MaterialIdentity(try Composition(formula: formula)), nil)
    } catch {
      throw refusal("formula", "\"\(formula.prefix(60))\": \(error)")
    }
  }

  private func arrangement(
    _ value: JSONValue
  ) throws(ReadingError) -> StructureEntry.Arrangement {
    do {
      return try StoredStructure.read(value, place: file)
    } catch {
      throw refusal("structure", "The structure cannot be read; export it again.")
    }
  }

  private func measurement(
    _ item: JSONValue
  ) throws(ReadingError) -> (value: PreparedValue, source: Source) {
    guard let property = item["property"]?.text, case .number(let text)? = item["value"] else {
      throw refusal("measurements", "A measurement needs a property and a value that is a number.")
    }
    let uncertainty = item["standardUncertainty"]?.double
    let value = Measurement(
      property, value: item["value"]?.double ?? .infinity, unit: item["unit"]?.text,
      standardUncertainty: uncertainty, fidelity: item["fidelity"]?.text)
    let flags = MeasurementCheck(property: property, unit: value.unit)
      .flags(value.value, uncertainty: uncertainty)
    let place = try source(item["source"])
    if flags.isEmpty { return (.measurement(value), place) }
    var kept = FlaggedMeasurement(value, flags: flags)
    kept.text = text
    return (.flagged(kept), place)
  }

  private func flagged(
    _ item: JSONValue
  ) throws(ReadingError) -> (value: PreparedValue, source: Source) {
    let flags = (item["flags"]?.items ?? []).compactMap { item in
      item.text.flatMap { MeasurementFlag(rawValue: $0) }
    }
    guard let property = item["property"]?.text, let text = item["text"]?.text, !flags.isEmpty
    else { throw refusal("flagged", "A flagged value needs a property, a text and flags.") }
    let value = FlaggedMeasurement(
      property, text: text, unit: item["unit"]?.text, uncertainty: item["uncertainty"]?.text,
      fidelity: item["fidelity"]?.text, flags: flags)
    return (.flagged(value), try source(item["source"]))
  }

  private func source(_ item: JSONValue?) throws(ReadingError) -> Source {
    guard let item, let origin = item["origin"]?.text else {
      throw refusal("sources", "A source needs an origin.")
    }
    return Source(origin: origin, locator: item["locator"]?.text ?? "")
  }

  private func refusal(_ field: String, _ message: String) -> ReadingError {
    ReadingError(file: file, line: number, field: field, message: message)
  }
}
