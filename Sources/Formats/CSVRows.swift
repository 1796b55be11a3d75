/// The rows of a CSV text as they stand, the header among them.
package enum CSVRows {
  /// Blank lines are passed over; names may repeat. All else is checked as in ``Table``.
  package static func rows(
    _ bytes: [UInt8], file: String, delimiter: UInt8
  ) throws(ReadingError) -> [[String]] {
    let text = try UTF16Transcoder.utf8(all: bytes, file: file)
    return try text.withUnsafeBufferPointer { text throws(ReadingError) in
      var scanner = CSVScanner(file: file, delimiter: delimiter)
      var place = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
      var rows: [[String]] = []
      while case .record = try scanner.next(text, at: &place, isLast: true) {
        guard scanner.fields.count == rows.first?.count ?? scanner.fields.count else {
          throw scanner.widthRefusal(header: rows.first?.count ?? 0)
        }
        rows.append(scanner.fields.map { $0.text(in: text) })
      }
      guard !rows.isEmpty else {
        throw ReadingError(
          file: file, message: "The file is empty; it needs a header line and rows.")
      }
      return rows
    }
  }
}
