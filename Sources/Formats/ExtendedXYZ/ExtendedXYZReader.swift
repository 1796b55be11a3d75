/// Reads frames one at a time from chunks of a file: memory is bounded by one frame and one chunk.
public final class ExtendedXYZReader {
  private let lines: LineBuffer
  private var frameCount = 0

  /// - Parameter chunks: Bytes of the file in order, in pieces of any size; `nil` at its end. See
  ///   ``Gzip/decompressing(file:limits:_:)`` for packed files.
  public init(file: String, chunks: @escaping () throws -> [UInt8]?) {
    lines = LineBuffer(file: file, chunks: chunks)
  }

  /// The next frame; `nil` behind the last.
  ///
  /// - Throws: ``ReadingError`` for what ``ExtendedXYZ/frames(_:file:threads:)`` refuses, and what the
  ///   source of chunks throws. Nothing can be read behind an error.
  public func next() throws -> AtomicFrame? {
    if lines.line == 1 { try lines.skipMark() }
    let begin = lines.line
    guard let count = try readCount() else { return nil }
    let layout = try lines.next { line in
      try FrameLayout(comment: line, line: begin + 1, file: lines.file)
    }
    let comment = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    let known = try layout ?? FrameLayout(comment: comment, line: begin + 1, file: lines.file)
    var blocks: [RowBlock] = []
    var found = 0
    while found < count {
      guard let block = try lines.rows(known, limit: count - found) else {
        throw ExtendedXYZ.cutOff(count, found: found, line: begin, file: lines.file)
      }
      blocks.append(block)
      found += block.rowCount
    }
    frameCount += 1
    return try FrameAssembly(layout: known, file: lines.file, line: begin).frame(blocks)
  }

  /// The count of the next frame; `nil` where only blanks are left.
  private func readCount() throws -> Int? {
    let number = lines.line
    if frameCount > 0, try lines.nextIsBlank(), try lines.onlyBlanksFollow() { return nil }
    let count = try lines.next { line in
      try ExtendedXYZ.atomCount(line, number: number, file: lines.file)
    }
    guard count != nil || frameCount > 0 else {
      throw ReadingError(file: lines.file, message: "The file holds no frame; it is empty.")
    }
    return count
  }
}
