extension DecimalParser {
  /// The double nearest to `mantissa · 10^power`, where one operation on doubles is not enough.
  ///
  /// - Parameters:
  ///   - mantissa: Valid when at most 19 digits follow the leading zeros.
  ///   - digits: How many digits the text has, leading zeros included.
  ///   - start: Where the text begins, its sign included.
  @inline(never)
  static func rounded(
    _ mantissa: UInt64, power: Int, isNegative: Bool, digits: Int,
    start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, options: Options
  ) -> Double? {
    let fits = digits <= 19 || significantDigits(start, end) <= 19
    if fits, mantissa == 0 { return isNegative ? -0.0 : 0 }
    if fits, power >= -27, power <= 27 {
      let value =
        power < 0
        ? quotient(mantissa, fives[-power], power: power)
        : product(mantissa, fives[power], power: power)
      return isNegative ? -value : value
    }
    return byLibrary(start, end, options: options)
  }

  /// `mantissa / 5ⁿ · 2^power`, correctly rounded: 64 bits of the quotient and whether more follows.
  private static func quotient(_ mantissa: UInt64, _ divisor: UInt64, power: Int) -> Double {
    let (shift, divisorShift) = (mantissa.leadingZeroBitCount, divisor.leadingZeroBitCount)
    let (high, scaled) = (mantissa << shift, divisor << divisorShift)
    // Both have their top bit set, so the quotient fills 64 bits once high is below scaled.
    let halved = high >= scaled
    let parts =
      halved
      ? scaled.dividingFullWidth((high >> 1, high << 63)) : scaled.dividingFullWidth((high, 0))
    let exponent = (halved ? 1 : 0) - 64 + divisorShift - shift + power
    return nearest(parts.quotient, hasMore: parts.remainder != 0, exponent: exponent)
  }

  /// `mantissa · 5ⁿ · 2^power`, correctly rounded.
  private static func product(_ mantissa: UInt64, _ factor: UInt64, power: Int) -> Double {
    let (high, low) = mantissa.multipliedFullWidth(by: factor)
    if high == 0 {
      let shift = low.leadingZeroBitCount
      return nearest(low << shift, hasMore: false, exponent: power - shift)
    }
    let shift = high.leadingZeroBitCount
    let top = high << shift | low >> (64 - shift)
    return nearest(top, hasMore: low << shift != 0, exponent: power + 64 - shift)
  }

  /// `top · 2^exponent` to 53 bits, ties to even; `top` has its highest bit set and the exponent is
  /// far from the ends of the range.
  private static func nearest(_ top: UInt64, hasMore: Bool, exponent: Int) -> Double {
    var kept = top >> 11
    let rest = top & 0x7FF
    if rest > 0x400 || rest == 0x400 && (hasMore || kept & 1 == 1) { kept += 1 }
    let scale = Double(bitPattern: UInt64(1023 + exponent + 11) << 52)
    return Double(kept) * scale
  }

  /// How many digits stand in the mantissa from the first that is not 0.
  private static func significantDigits(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Int {
    var count = 0
    for byte in UnsafeBufferPointer(start: start, count: end - start) {
      if byte | 0x20 == UInt8(ascii: "e") || byte | 0x20 == UInt8(ascii: "d") { break }
      if byte &- 48 < 10, count > 0 || byte != 48 { count += 1 }
    }
    return count
  }

  private static func byLibrary(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, options: Options
  ) -> Double? {
    guard end - start <= longestText else { return nil }
    var text = ""
    for byte in UnsafeBufferPointer(start: start, count: end - start) {
      let isMark = byte | 0x20 == UInt8(ascii: "d")
      text.unicodeScalars.append(Unicode.Scalar(isMark ? UInt8(ascii: "e") : byte))
    }
    guard let value = Double(text) else { return nil }
    return value.isFinite || options.contains(.nonFinite) ? value : nil
  }

  /// `nan`, `inf` or `infinity` from `start`, after an optional sign.
  @inline(never)
  static func named(
    _ cursor: inout UnsafePointer<UInt8>, from start: UnsafePointer<UInt8>,
    end: UnsafePointer<UInt8>
  ) -> Double? {
    let isNegative = start.pointee == UInt8(ascii: "-")
    let isSigned = isNegative || start.pointee == UInt8(ascii: "+")
    let letters = start + (isSigned ? 1 : 0)
    let word = UnsafeBufferPointer(start: letters, count: min(8, end - letters)).map { $0 | 0x20 }
    for (name, value) in [("infinity", Double.infinity), ("inf", .infinity), ("nan", .nan)]
    where word.starts(with: name.utf8) {
      cursor = letters + name.utf8.count
      return isNegative ? -value : value
    }
    return nil
  }

  /// `5ⁿ` for n = 0 to 27, all that fit 64 bits.
  private static let fives: [UInt64] = [
    1, 5, 25, 125, 625, 3125, 15625, 78125, 390_625, 1_953_125, 9_765_625, 48_828_125,
    244_140_625, 1_220_703_125, 6_103_515_625, 30_517_578_125, 152_587_890_625, 762_939_453_125,
    3_814_697_265_625, 19_073_486_328_125, 95_367_431_640_625, 476_837_158_203_125,
    2_384_185_791_015_625, 11_920_928_955_078_125, 59_604_644_775_390_625,
    298_023_223_876_953_125, 1_490_116_119_384_765_625, 7_450_580_596_923_828_125,
  ]
}
