/// Numbers of a CIF: decimals, perhaps with a standard uncertainty in parentheses.
enum CIFNumber {
  /// The value of the whole text, without its uncertainty.
  ///
  /// - Returns: `nil` when it is not a number, or one beyond the range of doubles.
  @inline(__always)
  static func value(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
    bytes.extracting(range).withUnsafeBufferPointer { text in
      guard var cursor = UnsafePointer(text.baseAddress), !text.isEmpty else { return nil }
      let end = cursor + text.count
      guard let value = DecimalParser.scan(&cursor, end: end), value.isFinite else { return nil }
      if cursor == end { return value }
      return isUncertainty(cursor, end) ? value : nil
    }
  }

  /// Whether `(digits)` remains; some programs leave `()` or write a point inside.
  @inline(never)
  private static func isUncertainty(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    guard end - start >= 2, start[0] == UInt8(ascii: "("), end[-1] == UInt8(ascii: ")") else {
      return false
    }
    return (1..<end - start - 1).allSatisfy {
      start[$0] &- 48 < 10 || start[$0] == UInt8(ascii: ".")
    }
  }
}
