internal import Foundation

/// Reads frames one at a time from chunks of a file: memory is bounded by one frame and one chunk.
public final class ExtendedXYZReader {
  private let file: String
  private let nextChunk: () throws -> [UInt8]?
  private var buffer: [UInt8] = []
  private var position = 0
  private var line = 1
  private var isAtEnd = false
  private var frameCount = 0

  /// Longer lines are refused.
  private static let longestLine = 16 << 20

  /// - Parameter chunks: Bytes of the file in order, in pieces of any size; `nil` at its end. See
  ///   ``Gzip/decompressing(file:limits:_:)`` for packed files.
  public init(file: String, chunks: @escaping () throws -> [UInt8]?) {
    self.file = file
    nextChunk = chunks
  }

  /// The next frame; `nil` behind the last.
  ///
  /// - Throws: ``ReadingError`` for what ``ExtendedXYZ/frames(_:file:threads:)`` refuses, and what the
  ///   source of chunks throws. Nothing can be read behind an error.
  public func next() throws -> AtomicFrame? {
    let begin = line
    guard let count = try readCount() else { return nil }
    let comment = try lineRange() ?? position..<position
    let layout = try buffer.withUnsafeBufferPointer { bytes in
      try FrameLayout(
        comment: UnsafeBufferPointer(rebasing: bytes[comment]), line: line, file: file)
    }
    advance(behind: comment)
    var blocks: [RowBlock] = []
    var found = 0
    while found < count {
      guard let end = try wholeLinesEnd() else {
        throw ExtendedXYZ.cutOff(count, found: found, line: begin, file: file)
      }
      let block = try buffer.withUnsafeBufferPointer { bytes in
        try RowBlock(
          UnsafeBufferPointer(rebasing: bytes[position..<end]), layout: layout,
          limit: count - found, firstLine: line, file: file)
      }
      blocks.append(block)
      found += block.rowCount
      position += block.byteCount
      line += block.rowCount
    }
    frameCount += 1
    return try FrameAssembly(layout: layout, file: file, line: begin).frame(blocks)
  }

  /// The count of the next frame; `nil` where only blanks are left.
  private func readCount() throws -> Int? {
    if frameCount == 0, line == 1 { try skipMark() }
    guard let range = try lineRange() else {
      guard frameCount > 0 else {
        throw ReadingError(file: file, message: "The file holds no frame; it is empty.")
      }
      return nil
    }
    if frameCount > 0, buffer[range].allSatisfy(isBlank), try onlyBlanksFollow() { return nil }
    let count = try buffer.withUnsafeBufferPointer { bytes in
      try ExtendedXYZ.atomCount(
        UnsafeBufferPointer(rebasing: bytes[range]), number: line, file: file)
    }
    advance(behind: range)
    return count
  }

  private func skipMark() throws {
    while buffer.count < 3, try refill() {}
    if buffer.starts(with: [0xEF, 0xBB, 0xBF] as [UInt8]) { position = 3 }
  }

  /// Only called on a blank line.
  private func onlyBlanksFollow() throws -> Bool {
    while true {
      guard buffer[position...].allSatisfy({ isBlank($0) || $0 == 10 }) else { return false }
      guard try refill() else { return true }
      if buffer.count - position > Self.longestLine { return false }
    }
  }

  /// The next line without its end; `nil` at the end of the file.
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

  private func advance(behind range: Range<Int>) {
    position = min(range.upperBound + 1, buffer.count)
    line += 1
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
