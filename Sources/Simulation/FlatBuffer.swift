/// A fixed number of plain values in one block of memory that kernels address directly.
///
/// Array accesses inside a class are checked for overlap and bounds at each element; the pair
/// kernels run over tens of millions of elements a second and keep their indices in range by
/// construction.
final class FlatBuffer<Value: BitwiseCopyable> {
  let base: UnsafeMutablePointer<Value>
  let count: Int

  init(repeating value: Value, count: Int) {
    self.count = count
    base = .allocate(capacity: max(count, 1))
    base.initialize(repeating: value, count: count)
  }

  convenience init(_ values: some Collection<Value>, or filler: Value) {
    self.init(repeating: filler, count: values.count)
    for (place, value) in values.enumerated() { base[place] = value }
  }

  deinit { base.deallocate() }

  func fill(_ value: Value) { base.update(repeating: value, count: count) }

  /// The first values as an array.
  func prefix(_ length: Int) -> [Value] {
    precondition(length <= count, "\(length) values of \(count).")
    return Array(UnsafeBufferPointer(start: base, count: length))
  }
}
