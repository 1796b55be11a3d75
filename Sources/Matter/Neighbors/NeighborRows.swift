import Foundation

/// Rows of neighbors, packed; see ``NeighborList``.
struct NeighborRows {
  var offsets: [Int]
  var neighbors: [Int32]
  var images: [SIMD3<Int32>]

  /// Puts the images of equal neighbors in a row into lexicographic order.
  ///
  /// By insertion: the runs are short, or nearly in order.
  static func sortImages(
    _ neighbors: UnsafeMutableBufferPointer<Int32>,
    _ images: UnsafeMutableBufferPointer<SIMD3<Int32>>, _ row: Range<Int>
  ) {
    guard row.count > 1 else { return }
    var first = row.lowerBound
    while first < row.upperBound {
      var end = first + 1
      while end < row.upperBound && neighbors[end] == neighbors[first] { end += 1 }
      images.sort(first..<end)
      first = end
    }
  }
}

extension UnsafeMutableBufferPointer<SIMD3<Int32>> {
  /// Sorts a range of images lexicographically.
  func sort(_ range: Range<Int>) {
    guard range.count > 1 else { return }
    guard range.count < 24 else {
      var part = UnsafeMutableBufferPointer(rebasing: self[range])
      part.sort { ($1 &- $0).isPositive }
      return
    }
    for next in (range.lowerBound + 1)..<range.upperBound {
      let image = self[next]
      var slot = next
      while slot > range.lowerBound && (self[slot - 1] &- image).isPositive {
        self[slot] = self[slot - 1]
        slot -= 1
      }
      self[slot] = image
    }
  }
}

extension SIMD3<Int32> {
  /// Whether the first component that is not zero is positive.
  var isPositive: Bool { x != 0 ? x > 0 : y != 0 ? y > 0 : z > 0 }
}

/// Asks for large pages under a block of memory that is about to be written all over.
///
/// A list of millions of pairs spends a third of its time on first touches of small pages otherwise.
/// Only advice: without effect where the system knows no such thing.
func adviseLargePages<Value>(_ base: UnsafeMutablePointer<Value>?, count: Int) {
  #if os(Linux)
    let page = 1 << 21
    let bytes = count * MemoryLayout<Value>.stride
    guard let base, bytes > 2 * page else { return }
    let start = (UInt(bitPattern: base) + UInt(page) - 1) & ~UInt(page - 1)
    let end = (UInt(bitPattern: base) + UInt(bytes)) & ~UInt(page - 1)
    guard end > start else { return }
    madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE)
  #endif
}

/// Memory that grows and is never cleared.
final class Scratch<Value: BitwiseCopyable> {
  private(set) var base: UnsafeMutablePointer<Value>
  private var capacity: Int

  /// How many values are in use; at most what was reserved.
  var count = 0

  init(capacity: Int) {
    self.capacity = max(capacity, 1)
    base = .allocate(capacity: self.capacity)
  }

  /// Makes room for `more` values behind those in use, and one to spare.
  @inline(__always)
  func reserve(_ more: Int) {
    if count &+ more >= capacity { grow(to: count + more + 1) }
  }

  private func grow(to least: Int) {
    let larger = max(least, 2 * capacity)
    let memory = UnsafeMutablePointer<Value>.allocate(capacity: larger)
    adviseLargePages(memory, count: larger)
    memory.update(from: base, count: count)
    base.deallocate()
    base = memory
    capacity = larger
  }

  deinit { base.deallocate() }
}
