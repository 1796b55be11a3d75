/// Finds numbers by the hash of something that is kept elsewhere: 11 to 21 bytes for each, where a
/// dictionary holds the thing as well.
///
/// Different things may share the 32 bits of a hash that are compared, so whoever asks looks at what the
/// numbers stand for.
struct NumberTable: Sendable {
  /// The upper half of the hash and the number, or 0; the search for a place goes on to the right.
  private var slots: [UInt64] = []
  private var count = 0

  /// - Parameters:
  ///   - number: 1 ..< 2³².
  ///   - hash: Of what it stands for; any number of entries may have the same one.
  mutating func insert(_ number: Int, hash: Int) {
    if 4 * (count + 1) > 3 * slots.count { grow() }
    place(Self.entry(number, UInt64(truncatingIfNeeded: hash)), UInt64(truncatingIfNeeded: hash))
    count += 1
  }

  /// Numbers whose hash may be this one, in any order.
  func numbers(hash: Int) -> [Int] {
    guard !slots.isEmpty else { return [] }
    let hash = UInt64(truncatingIfNeeded: hash)
    var found: [Int] = []
    var slot = start(hash)
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32 { found.append(Int(slots[slot] & 0xFFFF_FFFF)) }
      slot = (slot + 1) & (slots.count - 1)
    }
    return found
  }

  private static func entry(_ number: Int, _ hash: UInt64) -> UInt64 {
    (hash & 0xFFFF_FFFF_0000_0000) | UInt64(UInt32(number))
  }

  /// Where the search begins: by the compared bits alone, so that the table can grow.
  private func start(_ hash: UInt64) -> Int {
    Int((hash >> 32) & UInt64(slots.count - 1))
  }

  private mutating func place(_ entry: UInt64, _ hash: UInt64) {
    var slot = start(hash)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = entry
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: max(16, 2 * old.count))
    for entry in old where entry != 0 { place(entry, entry) }
  }
}
