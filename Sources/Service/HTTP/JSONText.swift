import Foundation

/// JSON as the service writes it: sorted keys, so that equal answers are equal bytes.
enum JSONText {
  static func data(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Intervals of models with few rows have no end.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try encoder.encode(value)
  }

  /// What a parser would have to do, seen before it is asked; what stands inside strings is left out.
  struct Extent: Hashable, Sendable {
    /// The deepest nesting.
    var depth = 0

    /// Values of lists and objects, or a few more.
    var values = 1

    /// Bytes of the text.
    var length = 0

    /// Bytes that parsing takes, beside the text: copies of it, and each value.
    var weight: Int { 3 * length + 150 * values }
  }

  static func extent(_ bytes: [UInt8]) -> Extent {
    var (extent, depth, isText, isEscaped) = (Extent(), 0, false, false)
    extent.length = bytes.count
    for byte in bytes {
      if isText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isText = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isText = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        extent.depth = max(extent.depth, depth)
        extent.values += 1
      case UInt8(ascii: ","): extent.values += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
    return extent
  }
}
