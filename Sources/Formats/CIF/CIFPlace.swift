/// Lines and columns of offsets; counted only when a file is refused or a notice is given.
struct CIFPlace {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The line of an offset, from 1; `\n`, `\r\n` and `\r` end lines.
  ///
  /// - Parameter known: An earlier offset whose line is known, to count from there.
  func line(of offset: Int, from known: (offset: Int, line: Int) = (0, 1)) -> Int {
    var line = known.line
    var index = known.offset
    let end = min(offset, bytes.count)
    while index < end {
      if bytes[index] == 10
        || bytes[index] == 13 && !(index + 1 < bytes.count && bytes[index + 1] == 10)
      {
        line += 1
      }
      index += 1
    }
    return line
  }

  /// The character of an offset in its line, from 1.
  func column(of offset: Int) -> Int {
    var start = min(offset, bytes.count)
    while start > 0, !CIFScan.isLineEnd(bytes[start - 1]) { start -= 1 }
    return String(decoding: bytes[start..<min(offset, bytes.count)], as: UTF8.self)
      .unicodeScalars.count + 1
  }

  func error(_ fault: CIFFault, file: String) -> ReadingError {
    ReadingError(
      file: file, line: line(of: fault.offset), column: column(of: fault.offset),
      message: fault.message)
  }

  /// Notices with their lines, in the order of the file.
  func resolve(_ notices: [CIFNotice], from known: (offset: Int, line: Int) = (0, 1))
    -> [ReadingNotice]
  {
    var known = known
    return notices.enumerated().sorted {
      ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset)
    }
    .map { _, notice in
      if notice.offset >= known.offset {
        known = (notice.offset, line(of: notice.offset, from: known))
      }
      return ReadingNotice(line: known.line, notice.message)
    }
  }
}
