import Foundation
import Matter

/// A list of candidates in one block of memory or one mapped file.
///
/// It begins with a line of eight bytes, the number of members and where the records end; then the records
/// (``CandidateRecord``), where each member's begins, the hash of each and the members by rising hash.
/// Words are of eight bytes, places in the order of four, little-endian.
struct PackedCandidates: Sendable {
  let data: Data
  let count: Int

  /// Where the records end.
  private let end: Int

  static let mark = UInt64(0x3130_5453_494C_5441)  // "ATLIST01"
  static let headerSize = 24

  /// Bytes of each member behind the records.
  private static let indexSize = 20

  /// `nil` where the bytes are no list.
  init?(_ data: Data) {
    guard data.count >= Self.headerSize, Self.word(data, 0) == Self.mark,
      let count = Int(exactly: Self.word(data, 8)), let end = Int(exactly: Self.word(data, 16)),
      count > 0, count <= Int32.max, end >= Self.headerSize,
      data.count - Self.indexSize * count == end
    else { return nil }
    (self.data, self.count, self.end) = (data, count, end)
  }

  static func header(count: Int, end: Int) -> [UInt8] {
    [mark, UInt64(count), UInt64(end)].withUnsafeBytes { Array($0) }
  }

  private static func word(_ data: Data, _ place: Int) -> UInt64 {
    data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: UInt64.self) }
  }

  func candidate(_ member: Int) -> Candidate {
    precondition(member >= 0 && member < count, "member \(member) of a list of \(count)")
    return data.withUnsafeBytes { bytes in
      let start = bytes.loadUnaligned(fromByteOffset: end + 8 * member, as: UInt64.self)
      return CandidateRecord.candidate(in: bytes, at: Int(start))
    }
  }

  /// The members of a hash.
  func members(of hash: UInt64) -> [Int] {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self.hash(ranked(middle)) < hash { low = middle + 1 } else { high = middle }
    }
    var found: [Int] = []
    while low < count, self.hash(ranked(low)) == hash {
      found.append(ranked(low))
      low += 1
    }
    return found
  }

  private func hash(_ member: Int) -> UInt64 { Self.word(data, end + 8 * (count + member)) }

  /// The member at a place among the rising hashes.
  private func ranked(_ place: Int) -> Int {
    data.withUnsafeBytes {
      Int($0.loadUnaligned(fromByteOffset: end + 16 * count + 4 * place, as: Int32.self))
    }
  }
}
