/// A JSON text as a value (RFC 8259). Numbers keep their text; objects keep their order.
package enum JSONValue: Hashable, Sendable {
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
  ///   - line: Of the first byte.
  /// - Throws: ``ReadingError`` with line and column of the damage; also for a name that occurs twice
  ///   in an object, and for more than ``JSONReader/depthLimit`` levels.
  package init(
    json bytes: some RandomAccessCollection<UInt8>, file: String, line: Int = 1
  ) throws(ReadingError) {
    self.init(try JSONDocument(Array(bytes), file: file, line: line), firstLine: line)
  }

  /// The number as a double.
  ///
  /// - Returns: `nil` for anything but a number, and for one beyond the range of doubles.
  package var double: Double? {
    guard case .number(let text) = self else { return nil }
    return DecimalParser.value(text)
  }

  package var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  package var items: [JSONValue]? {
    if case .array(let items) = self { items } else { nil }
  }

  package var members: [JSONMember]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The value of a name in an object; `nil` where there is none.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == name }?.value
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
