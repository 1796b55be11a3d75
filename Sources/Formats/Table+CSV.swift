extension Table {
  /// Reads a table with a header line from CSV (RFC 4180): comma, semicolon or tab between fields,
  /// quotes around fields that need them, any line end; a byte-order mark and blank lines are passed
  /// over.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - file: The name to use in errors.
  ///   - delimiter: `nil` takes whichever of `,`, `;` and tab is most frequent in the header.
  /// - Throws: ``ReadingError`` with the line: for rows of another length than the header, quotes that
  ///   do not close, bytes that are not UTF-8, NUL, repeated column names, an empty file.
  public init(
    csv bytes: [UInt8], file: String, delimiter: UInt8? = nil
  ) throws(ReadingError) {
    let records = try CSVRecords(bytes, file: file, delimiter: delimiter)
    let width = records.header.count
    try self.init(
      file: file, columns: records.header, lines: records.lines,
      cells: (0..<width).map { column in
        stride(from: column, to: records.fields.count, by: width).map { records.fields[$0] }
      })
  }
}

/// The records of a CSV text, checked for shape.
struct CSVRecords {
  let header: [String]

  /// The first line of each record behind the header.
  private(set) var lines: [Int] = []

  /// The fields behind the header, record by record.
  private(set) var fields: [String] = []

  init(_ bytes: [UInt8], file: String, delimiter: UInt8?) throws(ReadingError) {
    var reader = CSVReader(bytes, file: file, delimiter: delimiter)
    guard let header = try reader.nextRecord() else {
      throw ReadingError(
        file: file, message: "The file is empty; it needs a header line and rows.")
    }
    self.header = header.fields
    while let record = try reader.nextRecord() {
      guard record.fields.count == header.fields.count else {
        throw ReadingError(
          file: file, line: record.line,
          message: "The row has \(record.fields.count) fields, the header "
            + "\(header.fields.count); quote fields that hold the delimiter.")
      }
      guard fields.count + record.fields.count <= Table.cellLimit else {
        throw ReadingError(
          file: file, line: record.line, message: "More than \(Table.cellLimit) cells.")
      }
      lines.append(record.line)
      fields.append(contentsOf: record.fields)
    }
  }
}

/// Takes records off a CSV text, one at a time.
struct CSVReader {
  private let bytes: [UInt8]
  private let file: String
  private let delimiter: UInt8
  private var place: Int
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let newline: UInt8 = 10
  private static let carriageReturn: UInt8 = 13

  init(_ bytes: [UInt8], file: String, delimiter: UInt8?) {
    self.bytes = bytes
    self.file = file
    place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    self.delimiter = delimiter ?? CSVReader.detect(bytes, from: place)
  }

  /// Whichever of comma, semicolon and tab occurs most often outside quotes in the first line that
  /// is not blank.
  private static func detect(_ bytes: [UInt8], from start: Int) -> UInt8 {
    let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), 9]
    var counts = [0, 0, 0]
    var isQuoted = false
    var sawText = false
    for byte in bytes[start...].prefix(1 << 20) {
      if byte == quote { isQuoted.toggle() }
      if !isQuoted, byte == newline || byte == carriageReturn {
        if sawText { break }
        continue
      }
      sawText = true
      if !isQuoted, let place = candidates.firstIndex(of: byte) { counts[place] += 1 }
    }
    let most = counts.max() ?? 0
    return candidates[counts.firstIndex(of: most) ?? 0]
  }

  /// The next record that is not a blank line; `nil` at the end.
  mutating func nextRecord() throws(ReadingError) -> (line: Int, fields: [String])? {
    while place < bytes.count, isLineEnd(bytes[place]) { passLineEnd() }
    guard place < bytes.count else { return nil }
    let start = line
    var fields = [try readField()]
    while place < bytes.count, bytes[place] == delimiter {
      place += 1
      fields.append(try readField())
    }
    if place < bytes.count { passLineEnd() }
    return (start, fields)
  }

  private mutating func readField() throws(ReadingError) -> String {
    if place < bytes.count, bytes[place] == CSVReader.quote { return try readQuoted() }
    let start = place
    while place < bytes.count, bytes[place] != delimiter, !isLineEnd(bytes[place]) {
      if bytes[place] == CSVReader.quote {
        throw failure("A quote inside a field; put the whole field in quotes and double it.")
      }
      place += 1
    }
    return try text(bytes[start..<place])
  }

  private mutating func readQuoted() throws(ReadingError) -> String {
    let opening = line
    var content: [UInt8] = []
    place += 1
    while place < bytes.count {
      let byte = bytes[place]
      if byte == CSVReader.quote {
        place += 1
        guard place < bytes.count, bytes[place] == CSVReader.quote else {
          return try closeQuoted(content)
        }
      } else if byte == CSVReader.newline {
        line += 1
      }
      content.append(byte)
      place += 1
    }
    throw ReadingError(file: file, line: opening, message: "A quote is never closed.")
  }

  private func closeQuoted(_ content: [UInt8]) throws(ReadingError) -> String {
    guard place == bytes.count || bytes[place] == delimiter || isLineEnd(bytes[place]) else {
      throw failure("Text follows a closing quote; double the quotes inside a field.")
    }
    return try text(content[...])
  }

  private func text(_ content: ArraySlice<UInt8>) throws(ReadingError) -> String {
    guard let text = String(validating: content, as: UTF8.self) else {
      throw failure("Bytes that are not UTF-8; save the file as UTF-8 (not Latin-1).")
    }
    guard !content.contains(0) else {
      throw failure("A NUL byte; the file is damaged or not text.")
    }
    return text
  }

  private func isLineEnd(_ byte: UInt8) -> Bool {
    byte == CSVReader.newline || byte == CSVReader.carriageReturn
  }

  private mutating func passLineEnd() {
    if bytes[place] == CSVReader.carriageReturn {
      place += 1
      if place < bytes.count, bytes[place] == CSVReader.newline { place += 1 }
    } else {
      place += 1
    }
    line += 1
  }

  private func failure(_ message: String) -> ReadingError {
    ReadingError(file: file, line: line, message: message)
  }
}
