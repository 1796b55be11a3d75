/// A JSON text as a value (RFC 8259). Numbers keep their text; objects keep their order.
package indirect enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([JSONMember])

  /// Reads one value; only white space may stand around it.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - file: The name to use in errors.
  /// - Throws: ``ReadingError`` with the line of the damage; also for a name that occurs twice in an
  ///   object, and for more than ``JSONReader/depthLimit`` levels.
  package init(json bytes: some RandomAccessCollection<UInt8>, file: String) throws(ReadingError) {
    var reader = JSONReader(Array(bytes), file: file)
    self = try reader.document()
  }
}

/// A name with its value, and the line it stands on.
package struct JSONMember: Hashable, Sendable {
  package let key: String
  package let value: JSONValue
  package let line: Int

  /// Whether the value is neither a list nor an object.
  var isScalar: Bool {
    switch value {
    case .array, .object: false
    case .null, .bool, .number, .string: true
    }
  }
}
