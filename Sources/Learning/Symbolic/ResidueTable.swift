/// Places by residues of ``PrimeField``, which are spread evenly: open addressing without a hash.
struct ResidueTable: Sendable {
  private var keys: [UInt64] = [UInt64](repeating: 0, count: 64)
  private var places: [Int32] = [Int32](repeating: 0, count: 64)
  private var count = 0

  /// The place that a residue was inserted with.
  ///
  /// - Parameter key: 0 is never found.
  @inline(__always)
  subscript(key: UInt64) -> Int32? {
    let mask = keys.count - 1
    var slot = Int(truncatingIfNeeded: key) & mask
    while keys[slot] != 0 {
      if keys[slot] == key { return places[slot] }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// - Parameter key: Not 0, and not inserted before.
  mutating func insert(_ key: UInt64, _ place: Int32) {
    if 4 * (count + 1) > keys.count { grow() }
    let mask = keys.count - 1
    var slot = Int(truncatingIfNeeded: key) & mask
    while keys[slot] != 0 { slot = (slot + 1) & mask }
    (keys[slot], places[slot]) = (key, place)
    count += 1
  }

  private mutating func grow() {
    let old = zip(keys, places)
    let size = keys.count * 4
    (keys, places, count) = (
      [UInt64](repeating: 0, count: size), [Int32](repeating: 0, count: size), 0
    )
    for (key, place) in old where key != 0 { insert(key, place) }
  }
}
