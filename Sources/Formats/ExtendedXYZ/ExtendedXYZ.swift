internal import DenseMath
internal import Foundation

/// XYZ files, plain and extended (github.com/libAtoms/extxyz): frames one behind the other.
public enum ExtendedXYZ {
  /// All frames of a text.
  ///
  /// A frame is a count, a line of names and values, and a line for each atom. Without a `Properties`
  /// value the columns are species and position, and further ones are not read. Blank lines may stand
  /// at the end only.
  ///
  /// - Parameter threads: The result does not depend on it.
  /// - Throws: ``ReadingError`` with the line, also for a text without a frame, a species that is no
  ///   element, and numbers that are not finite.
  public static func frames(
    _ bytes: [UInt8], file: String, threads: Int = 2
  ) throws(ReadingError) -> [AtomicFrame] {
    do {
      return try bytes.withUnsafeBufferPointer { text in
        try FrameText(text, file: file).frames(threads: max(1, threads))
      }
    } catch let error as ReadingError {
      throw error
    } catch {
      throw ReadingError(file: file, message: "\(error)")  // parsing throws nothing else
    }
  }

  /// All frames as structures, named `file:1`, `file:2`, … where there are several.
  public static func entries(
    _ bytes: [UInt8], file: String, threads: Int = 2
  ) throws(ReadingError) -> [StructureEntry] {
    var entries: [StructureEntry] = []
    for frame in try frames(bytes, file: file, threads: threads) {
      entries.append(try frame.entry(file: file))
    }
    return entries
  }

  /// The count of atoms on the first line of a frame.
  static func atomCount(
    _ line: UnsafeBufferPointer<UInt8>, number: Int, file: String
  ) throws(ReadingError) -> Int {
    var word = line[...]
    while let first = word.first, isBlank(first) { word.removeFirst() }
    while let last = word.last, isBlank(last) { word.removeLast() }
    if word.first != UInt8(ascii: "-"),
      let count = RowBlock.integer(UnsafeBufferPointer(rebasing: word))
    {
      return count
    }
    let shown = String(decoding: word.prefix(40), as: UTF8.self)
    throw ReadingError(
      file: file, line: number,
      message: word.isEmpty
        ? "A blank line where the count of atoms of a frame should stand; remove it."
        : "\"\(shown)\" where the count of atoms of a frame should stand; an earlier frame may have "
          + "more atoms than it announces.")
  }

  static func cutOff(_ count: Int, found: Int, line: Int, file: String) -> ReadingError {
    ReadingError(
      file: file, line: line,
      message: "The frame announces \(count) atoms, the file ends after \(found); it is cut off.")
  }
}

/// A text of frames in memory. It does not own the bytes: only threads that end before the bytes do
/// see it.
struct FrameText: @unchecked Sendable {
  private let text: UnsafeBufferPointer<UInt8>
  private let file: String

  /// Where a frame stands in the text.
  struct Outline: Sendable {
    let atoms: Int
    let line: Int
    let comment: Range<Int>
    let rows: Range<Int>
  }

  /// Frames longer than this are parsed in pieces of this size.
  private static let pieceSize = 1 << 20

  init(_ text: UnsafeBufferPointer<UInt8>, file: String) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    self.text = text.starts(with: mark) ? UnsafeBufferPointer(rebasing: text[3...]) : text
    self.file = file
  }

  func frames(threads: Int) throws -> [AtomicFrame] {
    let outlines = try self.outlines()
    guard !outlines.isEmpty else {
      throw ReadingError(file: file, message: "The file holds no frame; it is empty.")
    }
    var frames: [AtomicFrame] = []
    frames.reserveCapacity(outlines.count)
    var start = 0
    while start < outlines.count {
      if outlines[start].rows.count > Self.pieceSize {
        frames.append(try large(outlines[start], threads: threads))
        start += 1
        continue
      }
      let end = outlines[start...].firstIndex { $0.rows.count > Self.pieceSize } ?? outlines.count
      frames += try parallelMap(batches(outlines[start..<end]), threads: threads) { batch in
        try batch.map { try small($0) }
      }.joined()
      start = end
    }
    return frames
  }

  /// Frames in groups of about a quarter of a piece.
  private func batches(_ outlines: ArraySlice<Outline>) -> [ArraySlice<Outline>] {
    var batches: [ArraySlice<Outline>] = []
    var begin = outlines.startIndex
    for index in outlines.indices {
      let size = outlines[index].rows.upperBound - outlines[begin].rows.lowerBound
      if size > Self.pieceSize / 4 || index == outlines.endIndex - 1 {
        batches.append(outlines[begin...index])
        begin = index + 1
      }
    }
    return batches
  }

  private func layout(_ outline: Outline) throws(ReadingError) -> FrameLayout {
    try FrameLayout(
      comment: UnsafeBufferPointer(rebasing: text[outline.comment]), line: outline.line + 1,
      file: file)
  }

  private func small(_ outline: Outline) throws(ReadingError) -> AtomicFrame {
    let layout = try layout(outline)
    let block = try RowBlock(
      UnsafeBufferPointer(rebasing: text[outline.rows]), layout: layout, limit: outline.atoms,
      firstLine: outline.line + 2, file: file)
    return try FrameAssembly(layout: layout, file: file, line: outline.line).frame([block])
  }

  private func large(_ outline: Outline, threads: Int) throws -> AtomicFrame {
    let layout = try layout(outline)
    let blocks = try parallelMap(pieces(outline), threads: threads) { piece in
      PieceResult(
        block: try RowBlock(
          UnsafeBufferPointer(rebasing: text[piece.range]), layout: layout, limit: piece.rows,
          firstLine: piece.firstLine, file: file))
    }
    return try FrameAssembly(layout: layout, file: file, line: outline.line)
      .frame(blocks.map(\.block))
  }

  /// Made by one thread and read by another after it.
  private struct PieceResult: @unchecked Sendable {
    let block: RowBlock
  }

  private func pieces(_ outline: Outline) -> [(range: Range<Int>, firstLine: Int, rows: Int)] {
    var pieces: [(Range<Int>, Int, Int)] = []
    var (begin, beginLine) = (outline.rows.lowerBound, outline.line + 2)
    var (position, line) = (begin, beginLine)
    while position < outline.rows.upperBound {
      position = min(lineEnd(from: position) + 1, outline.rows.upperBound)
      line += 1
      if position - begin >= Self.pieceSize || position == outline.rows.upperBound {
        pieces.append((begin..<position, beginLine, line - beginLine))
        (begin, beginLine) = (position, line)
      }
    }
    return pieces
  }

  /// Where the frames stand; only counts and line ends are looked at.
  private func outlines() throws(ReadingError) -> [Outline] {
    var outlines: [Outline] = []
    var (position, line) = (0, 1)
    while position < text.count {
      let countEnd = lineEnd(from: position)
      let head = UnsafeBufferPointer(rebasing: text[position..<countEnd])
      if head.allSatisfy(isBlank), !outlines.isEmpty,
        text[position...].allSatisfy({ isBlank($0) || $0 == 10 })
      {
        break
      }
      let atoms = try ExtendedXYZ.atomCount(head, number: line, file: file)
      let comment = min(countEnd + 1, text.count)
      let commentEnd = lineEnd(from: comment)
      let rows = min(commentEnd + 1, text.count)
      let rowsEnd = try skip(atoms, from: rows, line: line)
      outlines.append(
        Outline(atoms: atoms, line: line, comment: comment..<commentEnd, rows: rows..<rowsEnd))
      position = rowsEnd
      line += 2 + atoms
    }
    return outlines
  }

  /// The offset behind the lines of the atoms.
  private func skip(_ atoms: Int, from start: Int, line: Int) throws(ReadingError) -> Int {
    var position = start
    for found in 0..<atoms {
      guard position < text.count else {
        throw ExtendedXYZ.cutOff(atoms, found: found, line: line, file: file)
      }
      position = min(lineEnd(from: position) + 1, text.count)
    }
    return position
  }

  /// The offset of the next line feed, or of the end.
  private func lineEnd(from start: Int) -> Int {
    guard start < text.count, let base = text.baseAddress,
      let found = memchr(base + start, 10, text.count - start)
    else { return text.count }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }
}
