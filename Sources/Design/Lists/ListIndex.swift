/// Which records of a file are members of a list, and where they are found again.
struct ListIndex {
  /// Where the record of each member begins.
  let starts: [Int]
  let hashes: [UInt64]

  /// Members by rising hash.
  let order: [Int32]

  /// Keeps the first of equal records.
  ///
  /// - Parameters:
  ///   - starts: Of all records, repeated ones too.
  ///   - hashes: Equal for equal candidates.
  ///   - areEqual: Whether the records that begin at two places are.
  init(starts: [Int], hashes: [UInt64], areEqual: (Int, Int) -> Bool) {
    precondition(starts.count <= Int32.max, "\(starts.count) candidates in one list")
    var order = starts.indices.map { Int32($0) }
    order.sort { (hashes[Int($0)], $0) < (hashes[Int($1)], $1) }
    let isRepeat = Self.repeats(starts, hashes, order, areEqual)
    guard isRepeat.contains(true) else {
      (self.starts, self.hashes, self.order) = (starts, hashes, order)
      return
    }
    let kept = starts.indices.filter { !isRepeat[$0] }
    var places = [Int32](repeating: 0, count: starts.count)
    for (place, index) in kept.enumerated() { places[index] = Int32(place) }
    self.starts = kept.map { starts[$0] }
    self.hashes = kept.map { hashes[$0] }
    self.order = order.filter { !isRepeat[Int($0)] }.map { places[Int($0)] }
  }

  private static func repeats(
    _ starts: [Int], _ hashes: [UInt64], _ order: [Int32], _ areEqual: (Int, Int) -> Bool
  ) -> [Bool] {
    var result = [Bool](repeating: false, count: starts.count)
    var first = 0
    for place in order.indices {
      let index = Int(order[place])
      if hashes[Int(order[first])] != hashes[index] { first = place }
      result[index] = order[first..<place].contains { areEqual(starts[Int($0)], starts[index]) }
    }
    return result
  }

  /// As a file has it: ``starts``, ``hashes``, ``order``.
  func write(to take: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    try starts.withUnsafeBytes(take)
    try hashes.withUnsafeBytes(take)
    try order.withUnsafeBytes(take)
  }
}
