import DenseMath
import Formats

/// JSON lines with a structure in each, read some at a time.
final class StructureLines {
  private let file: String
  private let next: () throws -> [UInt8]?
  private var buffer: [UInt8] = []

  /// Of the first byte that was not taken.
  private var place = 0
  private var line = 1

  /// Lines, and bytes of them, that are held as text at once at most.
  private static let batch = 512
  private static let batchLength = 1 << 23

  /// Longest line, bytes.
  private static let longestLine = 1 << 28

  init(file: String, next: @escaping () throws -> [UInt8]?) {
    self.file = file
    self.next = next
  }

  /// Whether the first line is a structure, or an object with one; only before anything is taken.
  func isOfStructures() throws -> Bool {
    while !buffer.contains(10), buffer.count < 1 << 20, let chunk = try next() { buffer += chunk }
    return StructureFormat(content: Array(buffer.prefix { $0 != 10 })) == .json
  }

  /// What was not taken yet.
  func rest() -> () throws -> [UInt8]? {
    {
      guard self.buffer.isEmpty else {
        defer { self.buffer = [] }
        return self.buffer
      }
      return try self.next()
    }
  }

  /// The structures of the next lines, at most `count` lines; empty at the end.
  func next(
    _ count: Int, threads: Int
  ) throws -> [Result<StructureEntry, ReadingError>] {
    var results: [Result<StructureEntry, ReadingError>] = []
    let file = file
    while results.count < count {
      let lines = try taken(count - results.count)
      guard !lines.isEmpty else { break }
      results += try parallelMap(lines, threads: threads) {
        Self.results($0.bytes, $0.number, file)
      }.flatMap { $0 }
    }
    return results
  }

  private func taken(_ count: Int) throws -> [(number: Int, bytes: [UInt8])] {
    var lines: [(number: Int, bytes: [UInt8])] = []
    var length = 0
    while lines.count < min(count, Self.batch), length < Self.batchLength,
      let bytes = try nextLine()
    {
      line += 1
      guard !bytes.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) else { continue }
      length += bytes.count
      lines.append((line - 1, bytes))
    }
    return lines
  }

  /// The bytes up to the next line end, without it.
  private func nextLine() throws -> [UInt8]? {
    var searched = place
    while true {
      if let end = buffer[searched...].firstIndex(of: 10) {
        defer { place = end + 1 }
        return Array(buffer[place..<end])
      }
      buffer.removeSubrange(..<place)
      place = 0
      searched = buffer.count
      guard buffer.count <= Self.longestLine else {
        throw ReadingError(
          file: file, line: line, message: "A line of more than \(Self.longestLine >> 20) MiB.")
      }
      guard let chunk = try next() else { break }
      buffer += chunk
    }
    guard !buffer.isEmpty else { return nil }
    defer { buffer = [] }
    return buffer
  }

  private static func results(
    _ bytes: [UInt8], _ number: Int, _ file: String
  ) -> [Result<StructureEntry, ReadingError>] {
    do throws(ReadingError) {
      return try StructureJSON.results(bytes, file: file).map { result in
        result.map { entry in
          var placed = entry
          placed.line = number
          return placed
        }.mapError { $0.moved(to: number) }
      }
    } catch {
      return [.failure(error.moved(to: number))]
    }
  }
}

extension ReadingError {
  /// The same error on another line.
  fileprivate func moved(to line: Int) -> ReadingError {
    ReadingError(file: file, line: line, column: column, field: field, message: message)
  }
}
