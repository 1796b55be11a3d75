/// The names that a block has already, whatever the case of their letters.
struct CIFNames {
  private var hashes: [UInt64] = []
  private var ranges: [Range<Int>] = []
  private var places: [UInt64: Int] = [:]

  /// Few names are searched one by one; this many are put into a dictionary.
  private static let many = 128

  mutating func removeAll() {
    hashes.removeAll(keepingCapacity: true)
    ranges.removeAll(keepingCapacity: true)
    places.removeAll()
  }

  /// Adds a name that is new.
  ///
  /// - Returns: The earlier place of the same name; `nil` when it was added.
  mutating func insert(_ range: Range<Int>, _ hash: UInt64, _ bytes: Span<UInt8>) -> Range<Int>? {
    let found = hashes.count < Self.many ? hashes.firstIndex(of: hash) : places[hash]
    if let found, Self.isSame(ranges[found], range, bytes) { return ranges[found] }
    if hashes.isEmpty {
      hashes.reserveCapacity(32)
      ranges.reserveCapacity(32)
    }
    if hashes.count + 1 == Self.many {
      for (index, hash) in hashes.enumerated() { places[hash] = index }
    }
    if hashes.count + 1 >= Self.many { places[hash] = hashes.count }
    hashes.append(hash)
    ranges.append(range)
    return nil
  }

  private static func isSame(_ a: Range<Int>, _ b: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for offset in 0..<a.count
    where CIFScan.lowercased(bytes[a.lowerBound + offset])
      != CIFScan.lowercased(bytes[b.lowerBound + offset])
    {
      return false
    }
    return true
  }
}
