import Foundation

/// Asks for large pages under a result that is about to be written all over: long rows spend two
/// thirds of their time on first touches of small pages otherwise.
///
/// Only advice: without effect where the system knows no such thing.
func adviseLargePages(_ memory: UnsafeMutableRawBufferPointer) {
  #if os(Linux)
    let page = 1 << 21
    guard let base = memory.baseAddress, memory.count > 2 * page else { return }
    let start = base.alignedUp(toMultipleOf: page)
    let end = (base + memory.count).alignedDown(toMultipleOf: page)
    if end > start { madvise(start, end - start, MADV_HUGEPAGE) }
  #endif
}
