import Foundation
import Matter

/// Compositions one after the other in a file that has no name: the number of elements, their atomic numbers, their
/// amounts.
final class PackedFormulas: Sendable {
  private let data: Data

  private init(_ data: Data) {
    self.data = data
  }

  static func bytes(of composition: Composition) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(composition.elements.count)]
    bytes.reserveCapacity(1 + 9 * composition.elements.count)
    bytes += composition.elements.map { UInt8($0.atomicNumber) }
    for amount in composition.amounts {
      withUnsafeBytes(of: amount.bitPattern) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// FNV-1a, in words of a record's bytes.
  static func hash(_ bytes: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }

  func composition(at start: Int) -> Composition {
    data.withUnsafeBytes { all in
      let count = Int(all[start])
      let elements = (0..<count).map { Element.all[Int(all[start + 1 + $0]) - 1] }
      let amounts = (0..<count).map {
        Double(
          bitPattern: all.loadUnaligned(
            fromByteOffset: start + 1 + count + 8 * $0, as: UInt64.self))
      }
      return Composition(ordered: elements, amounts: amounts)
    }
  }

  func holds(_ bytes: [UInt8], at start: Int) -> Bool {
    data.withUnsafeBytes { all in all[start...].starts(with: bytes) }
  }

  func areEqual(_ one: Int, _ other: Int) -> Bool {
    data.withUnsafeBytes { all in
      let length = 1 + 9 * Int(all[one])
      return all[one..<one + length].elementsEqual(all[other..<min(other + length, all.count)])
    }
  }

  /// Writes the file.
  struct Writer: ~Copyable {
    private let url: URL
    private let handle: FileHandle
    private var buffer: [UInt8] = []

    /// Bytes so far.
    private(set) var count = 0

    init() throws {
      url = FileManager.default.temporaryDirectory
        .appendingPathComponent("athanor-formulas-\(UUID().uuidString)")
      try Data().write(to: url)
      handle = try FileHandle(forWritingTo: url)
    }

    mutating func append(_ bytes: [UInt8]) throws {
      buffer += bytes
      count += bytes.count
      guard buffer.count >= 1 << 20 else { return }
      try handle.write(contentsOf: buffer)
      buffer.removeAll(keepingCapacity: true)
    }

    /// The file goes once it is mapped: nothing is left of it when the list is.
    consuming func finish() throws -> PackedFormulas {
      try handle.write(contentsOf: buffer)
      try handle.close()
      return PackedFormulas(try Data(contentsOf: url, options: .alwaysMapped))
    }

    deinit {
      try? FileManager.default.removeItem(at: url)
    }
  }
}
