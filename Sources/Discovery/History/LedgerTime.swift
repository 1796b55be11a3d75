import Foundation

/// Times of a ledger as people write them, in UTC.
public enum LedgerTime {
  /// `2026-03-01T12:00:05Z`.
  ///
  /// - Parameter microseconds: Since 1970.
  public static func text(_ microseconds: Int64) -> String {
    let (day, second) = parts(microseconds)
    return date(day: day)
      + String(format: "T%02d:%02d:%02dZ", second / 3600, second / 60 % 60, second % 60)
  }

  /// `2026-03-01`.
  public static func date(_ microseconds: Int64) -> String { date(day: parts(microseconds).day) }

  /// Days since 1970, and seconds of the day.
  static func parts(_ microseconds: Int64) -> (day: Int, second: Int) {
    let seconds = Int((Double(microseconds) / 1e6).rounded(.down))
    let day = Int((Double(seconds) / 86_400).rounded(.down))
    return (day, seconds - 86_400 * day)
  }

  private static func date(day: Int) -> String {
    // Civil date from a count of days (Hinnant, chrono-compatible low-level date algorithms).
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
    let (year, calendar) = (yearOfEra + 400 * era, month < 10 ? month + 3 : month - 9)
    return String(format: "%04d-%02d-%02d", calendar <= 2 ? year + 1 : year, calendar, dayOfMonth)
  }

  /// Microseconds since 1970 of `2026-03-01T12:00`, with or without seconds and a zone (`Z`,
  /// `+01:00`; UTC without); of a date alone the last moment of its day. `nil` for anything else.
  public static func microseconds(_ text: String) -> Int64? {
    guard let match = text.wholeMatch(of: pattern) else { return nil }
    let numbers = [match.1, match.2, match.3].map { Int($0) ?? 0 }
    var components = DateComponents()
    (components.year, components.month, components.day) = (numbers[0], numbers[1], numbers[2])
    (components.hour, components.minute, components.second) = (23, 59, 59)
    if let hour = match.4, let minute = match.5 {
      components.hour = Int(hour)
      components.minute = Int(minute)
      components.second = match.6.map { Int($0) ?? 0 } ?? 0
    }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    components.calendar = calendar
    components.timeZone = .gmt
    guard components.isValidDate, let date = components.date else { return nil }
    guard let offset = offset(match.7) else { return nil }
    let end: Int64 = match.4 == nil ? 999_999 : 0
    return (Int64(date.timeIntervalSince1970) - offset) * 1_000_000 + end
  }

  nonisolated(unsafe) private static let pattern =
    /(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:?\d{2})?)?/

  /// Seconds east of Greenwich.
  private static func offset(_ zone: Substring?) -> Int64? {
    guard let zone, zone != "Z" else { return 0 }
    let digits = zone.filter(\.isNumber)
    guard let hours = Int64(digits.prefix(2)), let minutes = Int64(digits.suffix(2)), hours < 24,
      minutes < 60
    else { return nil }
    return (zone.hasPrefix("-") ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}
