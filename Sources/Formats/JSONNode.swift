/// A value in a JSON document.
package struct JSONNode: Sendable {
  package enum Kind: Sendable {
    case null, flag, number, text, list, object
  }

  let document: JSONDocument
  let index: Int

  package var kind: Kind {
    switch document.kind(index) {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .list
    case UInt8(ascii: "\""): .text
    case UInt8(ascii: "n"): .null
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .flag
    default: .number
    }
  }

  package var isNull: Bool { kind == .null }

  /// A number as a double; `nil` for another value and for one beyond the range of doubles.
  package var double: Double? { document.double(index) }

  /// A number as it is written.
  package var numberText: String? {
    guard kind == .number else { return nil }
    let entry = document.entries[index]
    return String(decoding: document.bytes[Int(entry.start)..<Int(entry.end)], as: UTF8.self)
  }

  package var text: String? { kind == .text ? document.text(index) : nil }

  package var flag: Bool? {
    kind == .flag ? document.kind(index) == UInt8(ascii: "t") : nil
  }

  /// Values of a list or names of an object; 0 for anything else.
  package var count: Int {
    switch kind {
    case .list, .object: document.count(index)
    default: 0
    }
  }

  /// The values of a list; `nil` for anything else.
  package var items: [JSONNode]? {
    guard kind == .list else { return nil }
    var items: [JSONNode] = []
    items.reserveCapacity(count)
    var place = index + 1
    for _ in 0..<count {
      items.append(JSONNode(document: document, index: place))
      place = document.next(place)
    }
    return items
  }

  /// The names and values of an object in order; `nil` for anything else.
  package var members: [(key: String, value: JSONNode)]? {
    guard kind == .object else { return nil }
    var members: [(key: String, value: JSONNode)] = []
    members.reserveCapacity(count)
    var place = index + 1
    for _ in 0..<count {
      members.append((document.text(place), JSONNode(document: document, index: place + 1)))
      place = document.next(place + 1)
    }
    return members
  }

  /// The first value of a list.
  package var first: JSONNode? {
    kind == .list && count > 0 ? JSONNode(document: document, index: index + 1) : nil
  }

  /// The value of a name in an object; `nil` where there is none. The name has no escapes.
  package subscript(name: StaticString) -> JSONNode? {
    document.member(index, name).map { JSONNode(document: document, index: $0) }
  }

  /// A list of finite numbers, lists in it taken apart; `nil` for anything else.
  package var numbers: [Double]? {
    guard kind == .list else { return nil }
    var numbers: [Double] = []
    var place = index + 1
    let end = document.next(index)
    while place < end {
      if document.kind(place) != UInt8(ascii: "[") {
        guard let number = document.double(place) else { return nil }
        numbers.append(number)
      }
      place += 1
    }
    return numbers
  }

  /// A list of three numbers.
  package var vector: SIMD3<Double>? {
    guard kind == .list, count == 3, document.next(index) == index + 4,
      let x = document.double(index + 1), let y = document.double(index + 2),
      let z = document.double(index + 3)
    else { return nil }
    return SIMD3(x, y, z)
  }

  /// A list of such lists.
  package var vectors: [SIMD3<Double>]? {
    guard kind == .list else { return nil }
    var vectors: [SIMD3<Double>] = []
    vectors.reserveCapacity(count)
    var place = index + 1
    for _ in 0..<count {
      guard let vector = JSONNode(document: document, index: place).vector else { return nil }
      vectors.append(vector)
      place = document.next(place)
    }
    return vectors
  }

  /// An error at the value.
  package func error(_ message: String, field: String = "") -> ReadingError {
    document.error(at: index, message, field: field)
  }

  /// The value and all inside it.
  ///
  /// - Parameter lines: Counts the lines of names.
  fileprivate func value(_ lines: inout JSONLineCounter) -> JSONValue {
    switch kind {
    case .null: return .null
    case .flag: return .bool(flag ?? false)
    case .number: return .number(numberText ?? "")
    case .text: return .string(text ?? "")
    case .list: return .array((items ?? []).map { $0.value(&lines) })
    case .object:
      var members: [JSONMember] = []
      members.reserveCapacity(count)
      var place = index + 1
      for _ in 0..<count {
        let line = lines.line(of: Int(document.entries[place].start), in: document.bytes)
        let value = JSONNode(document: document, index: place + 1).value(&lines)
        members.append(JSONMember(key: document.text(place), value: value, line: line))
        place = document.next(place + 1)
      }
      return .object(members)
    }
  }
}

/// Lines of places that are asked for in order.
private struct JSONLineCounter {
  var line: Int
  var place = 0

  mutating func line(of start: Int, in bytes: [UInt8]) -> Int {
    while place < start {
      if bytes[place] == 10 { line += 1 }
      place += 1
    }
    return line
  }
}

extension JSONValue {
  /// The whole of a document as a value.
  init(_ document: JSONDocument, firstLine: Int) {
    var lines = JSONLineCounter(line: firstLine)
    self = document.root.value(&lines)
  }
}
