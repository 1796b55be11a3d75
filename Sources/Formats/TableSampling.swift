internal import DenseMath

/// Counts different texts in bounded memory by adaptive sampling (Flajolet, Computing 43, 391 (1990)).
///
/// Hashes are kept; where they become too many, only those that end in a zero bit stay, then in two,
/// and so on. The count is exact up to the limit, but for texts that share a hash of 64 bits.
struct DistinctCounter {
  private let limit: Int
  private var slots = [UInt64](repeating: 0, count: 16)
  private var kept = 0
  private var zeroBits = 0

  init(limit: Int) {
    self.limit = limit
  }

  var isExact: Bool { zeroBits == 0 }

  var count: Int { kept << zeroBits }

  mutating func insert(_ text: UnsafeBufferPointer<UInt8>) {
    let hash = Self.hash(UnsafeRawBufferPointer(text))
    guard hash.trailingZeroBitCount >= zeroBits, place(hash) else { return }
    kept += 1
    if kept > limit {
      zeroBits += 1
      rebuild(count: slots.count)
    } else if kept > slots.count / 4 * 3 {
      rebuild(count: slots.count * 2)
    }
  }

  /// - Returns: Whether it was not there.
  private mutating func place(_ hash: UInt64) -> Bool {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash >> 32) & mask
    while slots[slot] != 0 {
      if slots[slot] == hash { return false }
      slot = (slot + 1) & mask
    }
    slots[slot] = hash
    return true
  }

  private mutating func rebuild(count: Int) {
    let old = slots
    slots = [UInt64](repeating: 0, count: count)
    kept = 0
    for hash in old where hash != 0 && hash.trailingZeroBitCount >= zeroBits {
      if place(hash) { kept += 1 }
    }
  }

  /// Eight bytes at a time, each mixed as SplitMix64 does; never zero.
  private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: text.count) &* 0x9E37_79B9_7F4A_7C15
    var place = 0
    while place + 8 <= text.count {
      let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      hash = mixed(hash ^ word)
      place += 8
    }
    var rest: UInt64 = 0
    while place < text.count {
      rest = rest << 8 | UInt64(text[place])
      place += 1
    }
    hash = mixed(hash ^ rest)
    return hash == 0 ? 1 : hash
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Range and median of numbers in bounded memory.
///
/// The median is that of all numbers up to the limit, beyond of a uniform sample of so many (Vitter's
/// algorithm R, ACM Trans. Math. Softw. 11, 37 (1985)) by a fixed seed.
struct NumberSample {
  private let limit: Int
  private var sample: [Double] = []
  private var random = SplitMix64(seed: 0)

  private(set) var count = 0
  private(set) var minimum: Double?
  private(set) var maximum: Double?

  init(limit: Int) {
    self.limit = limit
  }

  /// Whether the sample holds all numbers.
  var isWhole: Bool { count <= limit }

  var median: Double? { sample.isEmpty ? nil : Statistics.median(sample) }

  mutating func add(_ number: Double) {
    count += 1
    minimum = min(minimum ?? number, number)
    maximum = max(maximum ?? number, number)
    if sample.count < limit {
      sample.append(number)
    } else {
      let place = Int(random.next() % UInt64(count))
      if place < limit { sample[place] = number }
    }
  }
}
