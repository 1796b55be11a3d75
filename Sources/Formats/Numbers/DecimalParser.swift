/// Decimal texts to the nearest double, fast and exact: the one number parser of the readers.
///
/// Goals in order: the correctly rounded result (ties to even) for every input; speed for the
/// numbers of real files. A mantissa of at most 19 digits is exact in 64 bits. Below 2⁵³ with a power
/// of ten up to 22 one multiplication or division rounds correctly (Clinger, PLDI 1990,
/// doi:10.1145/93542.93557). Up to ±27, where 5ⁿ fits 64 bits, a 128-bit product or quotient is
/// rounded by hand. The rest goes to the standard library's conversion, which is exact too.
package enum DecimalParser {
  /// What may stand beside plain decimals.
  package struct Options: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `1.0D+3` as Fortran writes it, besides `e` and `E`.
    package static let fortranExponent = Options(rawValue: 1)

    /// `nan`, `inf` and `infinity` in any case, with a sign; a number beyond the range is infinite.
    package static let nonFinite = Options(rawValue: 2)
  }

  /// Longer texts are no numbers: 768 digits decide every double.
  package static let longestText = 1100

  /// The value of the whole text: sign, digits with at most one point, exponent.
  ///
  /// - Returns: `nil` for anything else: blanks, hexadecimal, a trailing letter, no digit; also for a
  ///   number beyond the range of doubles. A number too small for a double is 0.
  package static func value(
    _ text: UnsafeBufferPointer<UInt8>, options: Options = []
  ) -> Double? {
    guard let start = text.baseAddress else { return nil }
    var cursor = start
    let end = start + text.count
    guard let value = scan(&cursor, end: end, options: options), cursor == end else { return nil }
    return value
  }

  /// The same for a range of an array; `nil` also when the range is not inside it.
  package static func value(
    _ bytes: [UInt8], in range: Range<Int>, options: Options = []
  ) -> Double? {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return nil }
    return bytes.withUnsafeBufferPointer { value(.init(rebasing: $0[range]), options: options) }
  }

  package static func value(_ text: some StringProtocol, options: Options = []) -> Double? {
    var text = String(text)
    return text.withUTF8 { value($0, options: options) }
  }

  /// The longest number at the cursor, which moves behind it; on failure it stays anywhere.
  @inline(__always)
  package static func scan(
    _ cursor: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, options: Options = []
  ) -> Double? {
    let start = cursor
    guard cursor < end else { return nil }
    let isNegative = cursor.pointee == UInt8(ascii: "-")
    if isNegative || cursor.pointee == UInt8(ascii: "+") { cursor += 1 }
    let digits = cursor
    var mantissa: UInt64 = 0
    readDigits(&cursor, end, into: &mantissa)
    var digitCount = cursor - digits
    var power = 0
    if cursor < end, cursor.pointee == UInt8(ascii: ".") {
      cursor += 1
      let fraction = cursor
      readDigits(&cursor, end, into: &mantissa)
      power = fraction - cursor
      digitCount -= power
    }
    guard digitCount > 0 else {
      return options.contains(.nonFinite) ? named(&cursor, from: start, end: end) : nil
    }
    if cursor < end, isExponentMark(cursor.pointee, options) {
      guard let exponent = readExponent(&cursor, end) else { return nil }
      power += exponent
    }
    if mantissa < 1 << 53, digitCount <= 19, power >= -22, power <= 22 {
      let exact = Double(mantissa)
      let value = power < 0 ? exact / tens[-power] : exact * tens[power]
      return isNegative ? -value : value
    }
    return rounded(
      mantissa, power: power, isNegative: isNegative, digits: digitCount, start: start,
      end: cursor, options: options)
  }

  @inline(__always)
  private static func readDigits(
    _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, into mantissa: inout UInt64
  ) {
    while end - cursor >= 8, let eight = eightDigits(cursor) {
      mantissa = mantissa &* 100_000_000 &+ eight
      cursor += 8
    }
    while cursor < end {
      let digit = cursor.pointee &- 48
      guard digit < 10 else { return }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      cursor += 1
    }
  }

  /// The value of eight digits at once; `nil` when one of the bytes is no digit.
  @inline(__always)
  private static func eightDigits(_ start: UnsafePointer<UInt8>) -> UInt64? {
    let word = UInt64(
      littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
    let high: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
    let overflow = (word &+ 0x0606_0606_0606_0606) & high
    guard word & high | overflow &>> 4 == 0x3333_3333_3333_3333 else { return nil }
    let digits = word &- 0x3030_3030_3030_3030
    let pairs = digits &* 10 &+ digits &>> 8
    let mask: UInt64 = 0x0000_00FF_0000_00FF
    let upper = (pairs & mask) &* 0x000F_4240_0000_0064
    let lower = (pairs &>> 16 & mask) &* 0x0000_2710_0000_0001
    return (upper &+ lower) &>> 32
  }

  @inline(__always)
  private static func isExponentMark(_ byte: UInt8, _ options: Options) -> Bool {
    let letter = byte | 0x20
    return letter == UInt8(ascii: "e")
      || letter == UInt8(ascii: "d") && options.contains(.fortranExponent)
  }

  /// `e+05` at the cursor; beyond ±100,000 the value no longer matters.
  private static func readExponent(
    _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Int? {
    cursor += 1
    guard cursor < end else { return nil }
    let isNegative = cursor.pointee == UInt8(ascii: "-")
    if isNegative || cursor.pointee == UInt8(ascii: "+") { cursor += 1 }
    let digits = cursor
    var value = 0
    while cursor < end {
      let digit = cursor.pointee &- 48
      guard digit < 10 else { break }
      value = min(value * 10 + Int(digit), 100_000)
      cursor += 1
    }
    guard cursor > digits else { return nil }
    return isNegative ? -value : value
  }

  /// `10ⁿ` for n = 0 to 22: exact.
  private static let tens: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
