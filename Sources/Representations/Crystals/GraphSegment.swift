import Foundation
import Matter

/// Graphs in one block of memory or one mapped file.
///
/// A file begins with a line of eight bytes, the number of graphs, the checksum of all that follows,
/// then for each graph its crystal's key and where it ends; then the graphs. Words are of eight bytes,
/// little-endian.
final class GraphSegment: Sendable {
  let keys: [ContentKey]
  /// Where each graph begins in ``data``, `[count + 1]`.
  private let offsets: [Int]
  private let data: Data

  private static let mark = UInt64(0x3130_4850_5247_5441)  // "ATGRPH01"
  private static let headerWords = 3
  private static let rowWords = 3

  init(_ graphs: [[UInt8]], keys: [ContentKey]) {
    var words = [Self.mark, UInt64(graphs.count), 0]
    var end = (words.count + Self.rowWords * graphs.count) * 8
    var offsets = [end]
    for (graph, key) in zip(graphs, keys) {
      end += graph.count
      offsets.append(end)
      words += [key.first, key.second, UInt64(end)]
    }
    var bytes = words.withUnsafeBytes { Data($0) }
    for graph in graphs { bytes.append(contentsOf: graph) }
    let sum = Self.checksum(bytes)
    withUnsafeBytes(of: sum) { bytes.replaceSubrange(16..<24, with: $0) }
    (data, self.offsets, self.keys) = (bytes, offsets, keys)
  }

  /// `nil` where the file is not whole.
  init?(file: URL) {
    guard let data = try? Data(contentsOf: file, options: .alwaysMapped),
      let table = Self.table(data)
    else { return nil }
    (self.data, keys, offsets) = (data, table.keys, table.offsets)
    for row in keys.indices where checkedGraph(row) == nil { return nil }
  }

  private static func table(_ data: Data) -> (keys: [ContentKey], offsets: [Int])? {
    data.withUnsafeBytes { bytes in
      let words = bytes.count / 8
      guard words >= headerWords, bytes.loadUnaligned(as: UInt64.self) == mark,
        let count = Int(exactly: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
        count <= (words - headerWords) / rowWords,
        bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self) == checksum(data)
      else { return nil }
      var (keys, offsets) = ([ContentKey](), [(headerWords + rowWords * count) * 8])
      for row in 0..<count {
        let start = (headerWords + rowWords * row) * 8
        keys.append(
          ContentKey(
            first: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self),
            second: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)))
        let end = bytes.loadUnaligned(fromByteOffset: start + 16, as: UInt64.self)
        guard let end = Int(exactly: end), end >= offsets[row], end <= bytes.count else {
          return nil
        }
        offsets.append(end)
      }
      return offsets.last == bytes.count ? (keys, offsets) : nil
    }
  }

  /// Bytes.
  var size: Int { data.count }

  func graph(_ row: Int) -> CrystalGraph {
    guard let graph = checkedGraph(row) else {
      preconditionFailure("a file of graphs was changed while it was in use")
    }
    return graph
  }

  private func checkedGraph(_ row: Int) -> CrystalGraph? {
    data.withUnsafeBytes { bytes in
      CrystalGraph(UnsafeRawBufferPointer(rebasing: bytes[offsets[row]..<offsets[row + 1]]))
    }
  }

  /// Edges and nodes of a graph.
  func cost(_ row: Int) -> Int {
    data.withUnsafeBytes { bytes in
      let count = { (word: Int) in
        Int(bytes.loadUnaligned(fromByteOffset: self.offsets[row] + 4 * word, as: Int32.self))
      }
      return count(1) + count(3)
    }
  }

  /// Whole or not at all: written beside its place, then moved there.
  func write(to file: URL) throws { try data.write(to: file, options: .atomic) }

  /// The name of the file for a set of crystals.
  static func name(_ settings: GraphSettings, _ keys: [ContentKey]) -> String {
    var sum = ContentSum()
    sum.add(UInt64(version))
    sum.add(Array("\(settings)".utf8))
    for key in keys {
      sum.add(key.first)
      sum.add(key.second)
    }
    return sum.key.hexadecimal + ".graphs"
  }

  /// Raised with every change of what a graph holds.
  private static let version = 2

  /// Of all bytes but its own.
  private static func checksum(_ data: Data) -> UInt64 {
    data.withUnsafeBytes { bytes in
      var sum = ContentSum()
      sum.add(UnsafeRawBufferPointer(rebasing: bytes[..<16]))
      sum.add(UnsafeRawBufferPointer(rebasing: bytes[24...]))
      return sum.key.first
    }
  }
}
