import Foundation
import Matter

/// The records of a list as they come, in memory.
struct ListRecords {
  /// Records that are not in a file yet.
  private(set) var bytes: [UInt8] = []

  /// Where each begins in the whole list, and its hash.
  private(set) var starts: [Int] = []
  private(set) var hashes: [UInt64] = []

  /// Where the next one begins.
  private(set) var end = PackedCandidates.headerSize

  mutating func append(_ candidate: Candidate) {
    let record = CandidateRecord.bytesAndHash(of: candidate)
    starts.append(end)
    hashes.append(record.hash)
    bytes += record.bytes
    end += record.bytes.count
  }

  /// Hands over the bytes so far.
  mutating func takeBytes(_ take: ([UInt8]) throws -> Void) rethrows {
    try take(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// - Parameter data: Header and records.
  func index(_ data: Data) -> ListIndex {
    data.withUnsafeBytes { all in
      ListIndex(starts: starts, hashes: hashes) {
        CandidateRecord.candidate(in: all, at: $0) == CandidateRecord.candidate(in: all, at: $1)
      }
    }
  }

  /// The list, where no record is in a file.
  ///
  /// - Throws: ``SpaceError/empty``.
  func packed() throws(SpaceError) -> PackedCandidates {
    guard !starts.isEmpty else { throw .empty }
    var data = Data(capacity: end + 20 * starts.count)
    data.append(contentsOf: PackedCandidates.header(count: 0, end: end))
    data.append(contentsOf: bytes)
    let index = index(data)
    data.replaceSubrange(
      ..<PackedCandidates.headerSize,
      with: PackedCandidates.header(count: index.starts.count, end: end))
    index.write { data.append(contentsOf: $0) }
    guard let packed = PackedCandidates(data) else {
      preconditionFailure("the list that was just written is none")
    }
    return packed
  }
}
