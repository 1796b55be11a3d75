extension Table {
  /// Reads a table with a header line from CSV (RFC 4180): comma, semicolon or tab between fields,
  /// quotes around fields that need them, any line end; a byte-order mark and blank lines are passed
  /// over.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, or UTF-16 with its byte-order mark.
  ///   - file: The name to use in errors.
  ///   - delimiter: `nil` takes whichever of `,`, `;` and tab is most frequent in the header.
  /// - Throws: ``ReadingError`` with the line: for rows of another length than the header, quotes that
  ///   do not close, bytes that are not UTF-8, NUL, repeated column names, an empty file.
  public init(
    csv bytes: [UInt8], file: String, delimiter: UInt8? = nil
  ) throws(ReadingError) {
    var records = CSVRecords(file: file, delimiter: delimiter)
    try records.feed(bytes)
    try records.feed(nil)
    _ = try records.read(rows: .max)
    guard let table = records.takeEmpty() else {
      throw ReadingError(
        file: file, message: "The file is empty; it needs a header line and rows.")
    }
    self = table
  }
}
