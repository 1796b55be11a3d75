/// Lines of a file that comes in chunks: holds what is not read yet.
final class LineBuffer {
  let file: String

  /// The number of the next line, from 1.
  private(set) var line = 1

  private let nextChunk: () throws -> [UInt8]?
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false

  /// Longer lines are refused.
  private static let longestLine = 16 << 20

  init(file: String, chunks: @escaping () throws -> [UInt8]?) {
    self.file = file
    nextChunk = chunks
  }

  /// Drops a byte order mark; only before the first line.
  func skipMark() throws {
    while buffer.count < 3, try refill() {}
    if buffer.starts(with: [0xEF, 0xBB, 0xBF] as [UInt8]) { position = 3 }
  }

  /// The next line without its end, which counts as read; `nil` at the end of the file.
  func next<Value>(
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Value
  ) throws -> Value? {
    guard let range = try lineRange() else { return nil }
    let value = try buffer.withUnsafeBufferPointer { try body(.init(rebasing: $0[range])) }
    position = min(range.upperBound + 1, buffer.count)
    line += 1
    return value
  }

  /// Whether the next line holds blanks alone; `false` at the end of the file.
  func nextIsBlank() throws -> Bool {
    guard let range = try lineRange() else { return false }
    return buffer[range].allSatisfy(isBlank)
  }

  /// Whether nothing but blanks follows.
  func onlyBlanksFollow() throws -> Bool {
    while true {
      guard buffer[position...].allSatisfy({ isBlank($0) || $0 == 10 }) else { return false }
      guard try refill() else { return true }
      if buffer.count - position > Self.longestLine { return false }
    }
  }

  /// Rows of atoms from the whole lines in the buffer, at least one.
  ///
  /// - Returns: `nil` at the end of the file.
  func rows(_ layout: FrameLayout, limit: Int) throws -> RowBlock? {
    guard let end = try wholeLinesEnd() else { return nil }
    let block = try buffer.withUnsafeBufferPointer { bytes in
      try RowBlock(
        UnsafeBufferPointer(rebasing: bytes[position..<end]), layout: layout, limit: limit,
        firstLine: line, file: file)
    }
    position += block.byteCount
    line += block.rowCount
    return block
  }

  private func lineRange() throws -> Range<Int>? {
    var searched = 0
    while true {
      if let end = buffer[(position + searched)...].firstIndex(of: 10) { return position..<end }
      searched = buffer.count - position
      try refuseLongLine()
      guard try refill() else { return searched > 0 ? position..<buffer.count : nil }
    }
  }

  /// The offset behind the last whole line in the buffer, which is filled until there is one; `nil` at
  /// the end of the file.
  private func wholeLinesEnd() throws -> Int? {
    while true {
      if let end = buffer[position...].lastIndex(of: 10) { return end + 1 }
      try refuseLongLine()
      guard try refill() else { return position < buffer.count ? buffer.count : nil }
    }
  }

  private func refuseLongLine() throws(ReadingError) {
    guard buffer.count - position > Self.longestLine else { return }
    throw ReadingError(
      file: file, line: line,
      message: "The line is longer than \(Self.longestLine) bytes; the file is damaged or not text."
    )
  }

  /// Adds a chunk behind what is not read yet; `false` at the end of the file.
  private func refill() throws -> Bool {
    guard !isAtEnd else { return false }
    guard let chunk = try nextChunk() else {
      isAtEnd = true
      return false
    }
    if position == buffer.count {
      buffer = chunk
    } else {
      buffer.removeFirst(position)
      buffer += chunk
    }
    position = 0
    return true
  }
}
