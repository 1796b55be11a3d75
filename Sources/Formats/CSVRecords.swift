/// A CSV text that arrives in pieces, as tables.
struct CSVRecords {
  enum Outcome {
    /// As many rows as were asked for.
    case rows
    case needsMore
    case end
  }

  private let file: String
  private let wantedDelimiter: UInt8?
  private var buffer: [UInt8]
  private var place = 0
  private var isLast: Bool
  private var transcoder: UTF16Transcoder?
  private var scanner: CSVScanner?
  private var builder: TableBuilder?

  /// Columns at the end without a name, as spreadsheets leave them; all their cells must be empty.
  private var namelessColumns = 0

  /// Enough of a text to see its delimiter: bytes.
  static let sniffLength = 1 << 20

  /// - Parameter delimiter: `nil` takes whichever of `,`, `;` and tab is most frequent in the header.
  init(file: String, delimiter: UInt8?) {
    self.file = file
    wantedDelimiter = delimiter
    buffer = []
    isLast = false
  }

  var columns: [String] { builder?.columns ?? [] }

  /// Adds bytes at the end of the text; `nil` says that it is complete.
  mutating func feed(_ chunk: [UInt8]?) throws(ReadingError) {
    guard let chunk else {
      isLast = true
      try transcoder?.finish(file: file)
      return
    }
    if buffer.isEmpty, scanner == nil, transcoder == nil {
      transcoder = UTF16Transcoder(markAtStartOf: chunk)
    }
    let text = try transcoder?.utf8(chunk, file: file) ?? chunk
    if place == buffer.count {
      buffer = text
    } else {
      buffer.removeSubrange(..<place)
      buffer.append(contentsOf: text)
    }
    place = 0
  }

  /// Bytes that wait to be read.
  var waiting: Int { buffer.count - place }

  /// Reads the header and up to `rows` rows behind those that wait in ``take()``.
  mutating func read(rows: Int) throws(ReadingError) -> Outcome {
    if scanner == nil {
      guard isLast || waiting >= Self.sniffLength else { return .needsMore }
      if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
      scanner = CSVScanner(file: file, delimiter: wantedDelimiter ?? Self.detect(buffer, place))
    }
    guard var scanner else { return .end }
    // The buffer is not changed below: only the places in it are.
    let bytes = buffer
    defer { self.scanner = scanner }
    return try bytes.withUnsafeBufferPointer { bytes throws(ReadingError) in
      if builder == nil {
        switch try scanner.next(bytes, at: &place, isLast: isLast) {
        case .needsMore: return .needsMore
        case .end:
          throw ReadingError(
            file: file, message: "The file is empty; it needs a header line and rows.")
        case .record:
          builder = try TableBuilder(file: file, columns: names(scanner.fields, bytes))
          namelessColumns = scanner.fields.count - (builder?.columns.count ?? 0)
        }
      }
      guard var builder else { return .end }
      self.builder = nil
      defer { self.builder = builder }
      while builder.rowCount < rows {
        switch try scanner.next(bytes, at: &place, isLast: isLast) {
        case .needsMore: return .needsMore
        case .end: return .end
        case .record:
          let width = builder.columns.count
          guard scanner.fields.count == width + namelessColumns else {
            throw scanner.widthRefusal(header: width + namelessColumns)
          }
          if namelessColumns > 0 { try checkNameless(scanner.fields, from: width) }
          try builder.append(scanner.fields.prefix(width), of: bytes, line: scanner.recordLine)
        }
      }
      return .rows
    }
  }

  /// The rows read since the last call; `nil` when there are none.
  mutating func take() -> Table? {
    guard let builder, builder.rowCount > 0 else { return nil }
    return self.builder?.take()
  }

  /// A table of no rows.
  mutating func takeEmpty() -> Table? { builder?.take() }

  /// The names of the columns up to the last that has one. A nameless first column, the index that
  /// pandas writes, is called as pandas calls it.
  private func names(
    _ fields: [CSVScanner.Field], _ bytes: UnsafeBufferPointer<UInt8>
  ) -> [String] {
    var names = fields.map { $0.text(in: bytes) }
    while names.count > 1, names.last?.isEmpty == true { names.removeLast() }
    if names.count > 1, names[0].isEmpty { names[0] = "Unnamed: 0" }
    return names
  }

  private func checkNameless(
    _ fields: [CSVScanner.Field], from width: Int
  ) throws(ReadingError) {
    for place in width..<fields.count where !fields[place].range.isEmpty {
      throw ReadingError(
        file: file, line: 1, message: "Column \(place + 1) has no name; give it one.")
    }
  }

  /// Whichever of comma, semicolon and tab occurs most often outside quotes in the first line that
  /// is not blank.
  private static func detect(_ bytes: [UInt8], _ start: Int) -> UInt8 {
    let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), 9]
    var counts = [0, 0, 0]
    var isQuoted = false
    var sawText = false
    for byte in bytes[start...].prefix(sniffLength) {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted, byte == 10 || byte == 13 {
        if sawText { break }
        continue
      }
      sawText = true
      if !isQuoted, let place = candidates.firstIndex(of: byte) { counts[place] += 1 }
    }
    let most = counts.max() ?? 0
    return candidates[counts.firstIndex(of: most) ?? 0]
  }
}
