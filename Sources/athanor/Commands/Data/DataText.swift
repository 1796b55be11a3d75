import Ecosystem
import Foundation

/// How commands about the store write numbers, times and keys.
enum DataText {
  /// `1 record`, `2 records`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// At most six digits.
  static func number(_ value: Double) -> String {
    String(format: "%.6g", value)
  }

  /// Enough of a key to name a record.
  static func short(_ key: String) -> String { String(key.prefix(12)) }

  /// UTC, to the second.
  static func time(_ microseconds: Int64) -> String {
    var seconds = time_t(microseconds / 1_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    return String(
      format: "%04d-%02d-%02d %02d:%02d:%02d", Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1,
      Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec))
  }

  /// `1.11 ± 0.02 eV (experiment)`
  static func value(_ measurement: Ecosystem.Measurement) -> String {
    var text = number(measurement.value)
    if let uncertainty = measurement.standardUncertainty { text += " ± \(number(uncertainty))" }
    if let unit = measurement.unit { text += " \(unit)" }
    if let fidelity = measurement.fidelity { text += " (\(fidelity))" }
    return text
  }

  /// `gap: -1.2 eV (PBE), not used: below zero`
  static func flagged(_ value: FlaggedMeasurement) -> String {
    var text = "\(value.property): \(value.text.prefix(60))"
    if let uncertainty = value.uncertainty { text += " ± \(uncertainty.prefix(60))" }
    if let unit = value.unit { text += " \(unit)" }
    if let fidelity = value.fidelity { text += " (\(fidelity))" }
    return text + ", not used: " + value.flags.map(\.words).joined(separator: ", ")
  }

  /// Columns of equal width, two spaces between them; the last is not filled up.
  static func table(_ rows: [[String]]) -> String {
    let width = rows.map(\.count).max() ?? 0
    let widths = (0..<width).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, cell in
        column == row.count - 1
          ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
