/// A point in time, as RFC 3339 writes it: `2023-11-14T03:05:06.5+01:00`.
public struct FilterTimestamp: Hashable, Sendable {
  /// Since 1970-01-01T00:00:00Z, without leap seconds.
  public let seconds: Int

  /// 0 to 999,999,999; further digits are dropped.
  public let nanoseconds: Int

  /// - Returns: `nil` when the text is no date and time with an offset from UTC.
  public init?(_ text: String) {
    var scan = Scan(bytes: Array(text.utf8))
    guard let year = scan.digits(4), scan.accept("-"), let month = scan.digits(2),
      scan.accept("-"), let day = scan.digits(2), scan.acceptAny("Tt "),
      let hour = scan.digits(2), scan.accept(":"), let minute = scan.digits(2), scan.accept(":"),
      let second = scan.digits(2), let nanoseconds = scan.fraction(), let offset = scan.offset(),
      scan.isAtEnd
    else { return nil }
    guard (1...12).contains(month), day >= 1, day <= FilterTimestamp.days(in: month, of: year),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let days = FilterTimestamp.daysSince1970(year: year, month: month, day: day)
    seconds = ((days * 24 + hour) * 60 + minute) * 60 + second - offset
    self.nanoseconds = nanoseconds
  }

  private static func days(in month: Int, of year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    switch month {
    case 2: return isLeap ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }

  /// Days of the proleptic Gregorian calendar, counted in years that begin in March.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let leapDays = floorDivide(shifted, 4) - floorDivide(shifted, 100) + floorDivide(shifted, 400)
    return 365 * shifted + leapDays + dayOfYear - 719_468
  }

  private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
    value >= 0 ? value / divisor : (value - divisor + 1) / divisor
  }
}

extension FilterTimestamp: Comparable {
  public static func < (left: FilterTimestamp, right: FilterTimestamp) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }
}

private struct Scan {
  let bytes: [UInt8]
  var place = 0

  var isAtEnd: Bool { place == bytes.count }

  mutating func digits(_ count: Int) -> Int? {
    guard bytes.count - place >= count else { return nil }
    var value = 0
    for byte in bytes[place..<place + count] {
      guard (48...57).contains(byte) else { return nil }
      value = 10 * value + Int(byte - 48)
    }
    place += count
    return value
  }

  mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  mutating func acceptAny(_ characters: String) -> Bool {
    guard place < bytes.count, characters.utf8.contains(bytes[place]) else { return false }
    place += 1
    return true
  }

  /// Nanoseconds; 0 where no fraction stands.
  mutating func fraction() -> Int? {
    guard accept(".") else { return 0 }
    let start = place
    var value = 0
    var weight = 100_000_000
    while place < bytes.count, (48...57).contains(bytes[place]) {
      value += weight * Int(bytes[place] - 48)
      weight /= 10
      place += 1
    }
    return place > start ? value : nil
  }

  /// Seconds east of UTC.
  mutating func offset() -> Int? {
    if acceptAny("Zz") { return 0 }
    let sign = accept("+") ? 1 : -1
    guard sign == 1 || accept("-") else { return nil }
    guard let hours = digits(2), accept(":"), let minutes = digits(2), hours < 24, minutes < 60
    else { return nil }
    return sign * (hours * 60 + minutes) * 60
  }
}
