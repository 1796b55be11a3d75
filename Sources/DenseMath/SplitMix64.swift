/// The seeded random-number generator that every part of the program uses.
///
/// SplitMix64: Steele, Lea and Flood, OOPSLA 2014, doi:10.1145/2660193.2660195. Equal seeds give
/// equal sequences on every machine; nothing here depends on the standard library's own
/// algorithms. Not for cryptography.
public struct SplitMix64: RandomNumberGenerator, Hashable, Codable, Sendable {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  /// An independent sequence for each number of `stream` under one seed.
  ///
  /// Give each parallel worker, member or fold its own stream: results then do not depend on the
  /// number of threads.
  public init(seed: UInt64, stream: UInt64) {
    var mixer = SplitMix64(seed: stream &* 0xD1B5_4A32_D192_ED03 &+ 0x8CB9_2BA7_2F3D_8DD7)
    state = seed ^ mixer.next()
    state = next()
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform on [0, 1), 53 bits.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Uniform on 0 ..< `count`, without bias.
  ///
  /// - Parameter count: Greater than zero.
  public mutating func index(below count: Int) -> Int {
    precondition(count > 0, "index(below:) needs a positive count, not \(count)")
    let bound = UInt64(count)
    let threshold = (0 &- bound) % bound
    while true {
      let (high, low) = next().multipliedFullWidth(by: bound)
      if low >= threshold { return Int(high) }
    }
  }

  /// A random order of `items` (Fisher and Yates).
  public mutating func shuffled<T>(_ items: some Collection<T>) -> [T] {
    var result = Array(items)
    guard result.count > 1 else { return result }
    for last in stride(from: result.count - 1, to: 0, by: -1) {
      result.swapAt(last, index(below: last + 1))
    }
    return result
  }
}
