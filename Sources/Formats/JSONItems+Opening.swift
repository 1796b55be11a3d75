/// What stands before the rows of a table in pandas' "split" form.
package struct JSONItemColumns: Sendable {
  package let names: [String]

  /// Of the rows, as far as the file gives them.
  package let labels: [String]

  /// The names in the object of the table.
  let memberNames: Set<String>

  /// The label of a row, from 1.
  package func label(_ number: Int) -> String {
    labels.indices.contains(number - 1) ? labels[number - 1] : "\(number - 1)"
  }

  /// - Parameter header: Bytes of an object with what precedes the rows.
  fileprivate init?(_ header: [UInt8], file: String) {
    guard let root = try? JSONDocument(header, file: file).root, let members = root.members,
      let columns = root["columns"]?.items, let index = root["index"]?.items, !columns.isEmpty
    else { return nil }
    func texts(_ nodes: [JSONNode]) -> [String]? {
      let texts = nodes.compactMap { $0.text ?? $0.numberText }
      return texts.count == nodes.count ? texts : nil
    }
    guard let names = texts(columns), Set(names).count == names.count, let labels = texts(index)
    else { return nil }
    (self.names, self.labels) = (names, labels)
    memberNames = Set(members.map(\.key) + ["data"])
  }
}

extension JSONItems {
  /// What the text is, and where the first value of its list begins or the list ends.
  ///
  /// The object of a table is looked through up to its rows, but for ``itemLimit`` bytes at most.
  func opening() throws -> (Form, start: Int)? {
    var cursor = 0
    while buffer.count < 3, try refill() {}
    if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { cursor = 3 }
    guard let first = try byte(at: &cursor) else { return nil }
    if first == UInt8(ascii: "[") { return (.list, cursor + 1) }
    guard first == UInt8(ascii: "{") else { return nil }
    let start = cursor
    cursor += 1
    var headerEnd = cursor
    while try byte(at: &cursor) == UInt8(ascii: "\"") {
      guard let name = try value(at: &cursor), try byte(at: &cursor) == UInt8(ascii: ":") else {
        return nil
      }
      cursor += 1
      guard let byte = try byte(at: &cursor) else { return nil }
      if name.elementsEqual("\"data\"".utf8), byte == UInt8(ascii: "[") {
        let header = Array(buffer[start..<headerEnd]) + [UInt8(ascii: "}")]
        return JSONItemColumns(header, file: file).map { (.table($0), cursor + 1) }
      }
      guard try value(at: &cursor) != nil else { return nil }
      headerEnd = cursor
      guard try self.byte(at: &cursor) == UInt8(ascii: ",") else { return nil }
      cursor += 1
    }
    return nil
  }

  /// The next byte that is no white space; `nil` at the end and behind ``itemLimit``.
  private func byte(at cursor: inout Int) throws -> UInt8? {
    while cursor < Self.itemLimit {
      while cursor < buffer.count, Self.isSpace(buffer[cursor]) { cursor += 1 }
      if cursor < buffer.count { return buffer[cursor] }
      guard try refill() else { return nil }
    }
    return nil
  }

  /// The bytes of the next value; `nil` where it does not end, or not before ``itemLimit``.
  private func value(at cursor: inout Int) throws -> ArraySlice<UInt8>? {
    var scan = JSONItemScan()
    let start = cursor
    while cursor < Self.itemLimit {
      let from = cursor
      if let end = buffer.withUnsafeBufferPointer({ scan.end(of: $0, from: from) }) {
        cursor = end
        return scan.isTooDeep ? nil : buffer[start..<end]
      }
      cursor = buffer.count
      guard try refill() else { return nil }
    }
    return nil
  }
}
