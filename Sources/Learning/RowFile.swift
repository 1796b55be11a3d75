import Foundation
import Representations

/// Rows of numbers that took long to make, on disk, found by 128 bits that stand for what each describes.
///
/// Two files grow side by side: the rows one after the other, and for each its key and a checksum. What a
/// crash left half written is cut off when they are opened, and a row that is damaged counts as missing.
/// Memory holds some 40 bytes for each row.
///
/// Not safe for use from several threads at once.
final class RowFile {
  struct Key: Hashable, Sendable {
    let first: UInt64
    let second: UInt64
  }

  private let rows: Int32
  private let keys: Int32
  private let width: Int
  private let mostBytes: Int
  private var places: [Key: Int32] = [:]

  /// Rows in the file.
  private var count = 0

  private static let keySize = 24

  /// - Parameters:
  ///   - folder: Where the files lie; `nil` for files without a name that go with the process.
  ///   - name: What the numbers are, so that no row of others is found.
  ///   - width: Of a row.
  ///   - mostBytes: Longest file of rows; a longer one begins anew, and no more is added to it.
  /// - Returns: `nil` where the files cannot be written, or another process writes them.
  init?(in folder: URL?, name: String, width: Int, mostBytes: Int = 1 << 34) {
    let place = folder ?? FileManager.default.temporaryDirectory
    let stem = folder == nil ? "athanor-rows-\(UUID().uuidString)" : name
    let path = place.appendingPathComponent(stem).path
    try? FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    (keys, rows) = (Self.open(path + ".keys"), Self.open(path + ".rows"))
    (self.width, self.mostBytes) = (width, mostBytes)
    guard keys >= 0, rows >= 0, flock(keys, LOCK_EX | LOCK_NB) == 0 else {
      if keys >= 0 { close(keys) }
      if rows >= 0 { close(rows) }
      return nil
    }
    if folder == nil {
      unlink(path + ".keys")
      unlink(path + ".rows")
    }
    readKeys()
  }

  private static func open(_ path: String) -> Int32 {
    Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
  }

  deinit {
    close(keys)
    close(rows)
  }

  private func readKeys() {
    let size = { (file: Int32) in max(0, Int(lseek(file, 0, SEEK_END))) }
    if size(rows) > mostBytes { ftruncate(keys, 0) }
    count = min(size(keys) / Self.keySize, size(rows) / (8 * width))
    ftruncate(keys, off_t(count * Self.keySize))
    ftruncate(rows, off_t(count * 8 * width))
    var words = [UInt64](repeating: 0, count: 3 * count)
    guard Self.read(keys, at: 0, &words) else {
      count = 0
      return
    }
    for row in 0..<count {
      places[Key(first: words[3 * row], second: words[3 * row + 1])] = Int32(row)
    }
  }

  /// The row of a key; `nil` where there is none.
  func row(_ key: Key) -> [Double]? {
    guard let place = places[key].map({ Int($0) }) else { return nil }
    var (words, entry) = ([UInt64](repeating: 0, count: width), [UInt64](repeating: 0, count: 3))
    guard Self.read(rows, at: place * 8 * width, &words),
      Self.read(keys, at: place * Self.keySize, &entry), entry[2] == Self.checksum(words)
    else {
      places[key] = nil
      return nil
    }
    return words.map { Double(bitPattern: $0) }
  }

  /// Adds rows of different keys, as far as they are not there yet.
  ///
  /// - Returns: Whether all are there: not where the file is full, or the disk.
  func add(_ new: [(key: Key, row: [Double])]) -> Bool {
    var (values, entries, added) = ([UInt64](), [UInt64](), [Key]())
    for (key, row) in new where places[key] == nil {
      let words = row.map(\.bitPattern)
      values += words
      entries += [key.first, key.second, Self.checksum(words)]
      added.append(key)
    }
    guard (count + added.count) * 8 * width <= mostBytes, count + added.count <= Int32.max,
      Self.write(rows, at: count * 8 * width, values),
      Self.write(keys, at: count * Self.keySize, entries)
    else { return false }
    for key in added {
      places[key] = Int32(count)
      count += 1
    }
    return true
  }

  private static func checksum(_ words: [UInt64]) -> UInt64 {
    var sum = ContentSum()
    words.withUnsafeBytes { sum.add($0) }
    return sum.words.first
  }

  private static func read(_ file: Int32, at place: Int, _ words: inout [UInt64]) -> Bool {
    words.withUnsafeMutableBytes { bytes in
      moveAll(bytes.count) {
        pread(file, bytes.baseAddress?.advanced(by: $0), bytes.count - $0, off_t(place + $0))
      }
    }
  }

  private static func write(_ file: Int32, at place: Int, _ words: [UInt64]) -> Bool {
    words.withUnsafeBytes { bytes in
      moveAll(bytes.count) {
        pwrite(file, bytes.baseAddress?.advanced(by: $0), bytes.count - $0, off_t(place + $0))
      }
    }
  }

  /// Moves bytes until all are moved.
  ///
  /// - Parameter move: Goes on behind so many bytes; answers how many more it has moved.
  private static func moveAll(_ count: Int, _ move: (_ done: Int) -> Int) -> Bool {
    var done = 0
    while done < count {
      let some = move(done)
      if some < 0, errno == EINTR { continue }
      guard some > 0 else { return false }
      done += some
    }
    return true
  }
}
