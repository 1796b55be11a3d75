/// The Mersenne Twister MT19937 as NumPy's `RandomState` uses it, to reproduce published splits.
///
/// Matsumoto and Nishimura, ACM Trans. Model. Comput. Simul. 8, 3 (1998). Seeding, bounded integers
/// and shuffling follow `numpy.random.RandomState`, whose sequences are frozen (NEP 19). For
/// everything new there is ``SplitMix64``.
public struct MersenneTwister: RandomNumberGenerator, Sendable {
  private var state: [UInt32]
  private var place: Int

  private static let count = 624
  private static let distance = 397

  /// The state of `numpy.random.RandomState(seed)`.
  public init(seed: UInt32) {
    state = [UInt32](repeating: 0, count: Self.count)
    state[0] = seed
    for index in 1..<Self.count {
      let last = state[index - 1]
      state[index] = 1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index)
    }
    place = Self.count
  }

  /// Uniform on 32 bits.
  public mutating func nextWord() -> UInt32 {
    if place == Self.count { renew() }
    var word = state[place]
    place += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C_5680
    word ^= (word << 15) & 0xEFC6_0000
    return word ^ (word >> 18)
  }

  /// Two words, the first one high.
  public mutating func next() -> UInt64 {
    let high = UInt64(nextWord())
    return high << 32 | UInt64(nextWord())
  }

  /// Uniform on 0 ... `most`: words are masked and those beyond are thrown away
  /// (`random_interval` of NumPy, `rk_interval` of RandomKit).
  public mutating func integer(upTo most: UInt64) -> UInt64 {
    guard most > 0 else { return 0 }
    let mask = UInt64.max >> UInt64(most.leadingZeroBitCount)
    while true {
      let value = (most <= 0xFFFF_FFFF ? UInt64(nextWord()) : next()) & mask
      if value <= most { return value }
    }
  }

  /// Uniform on [0, 1), 53 bits (`random_sample`).
  public mutating func uniform() -> Double {
    let high = Double(nextWord() >> 5)
    return (high * 67_108_864 + Double(nextWord() >> 6)) / 9_007_199_254_740_992
  }

  /// Shuffles as `RandomState.shuffle` does: Fisher and Yates, from the last place down.
  public mutating func shuffle<T>(_ items: inout [T]) {
    guard items.count > 1 else { return }
    for last in stride(from: items.count - 1, to: 0, by: -1) {
      // At most `last`, so it fits.
      items.swapAt(last, Int(integer(upTo: UInt64(last))))
    }
  }

  private mutating func renew() {
    for index in 0..<Self.count {
      let bits =
        (state[index] & 0x8000_0000) | (state[(index + 1) % Self.count] & 0x7FFF_FFFF)
      let twist = bits & 1 == 0 ? 0 : 0x9908_B0DF as UInt32
      state[index] = state[(index + Self.distance) % Self.count] ^ (bits >> 1) ^ twist
    }
    place = 0
  }
}
