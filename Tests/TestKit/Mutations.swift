public import DenseMath

/// Seeded damage to byte texts, for tests that no input can crash a reader.
public enum Mutations {
  /// A copy of `bytes` with one to four random changes: a byte flipped, replaced, inserted, removed
  /// or doubled, a range cut or repeated, the end cut off.
  public static func mutate(
    _ bytes: [UInt8], dictionary: [[UInt8]] = [], using rng: inout SplitMix64
  ) -> [UInt8] {
    var result = bytes
    for _ in 0...rng.index(below: 4) {
      change(&result, dictionary: dictionary, using: &rng)
    }
    return result
  }

  /// The beginning of one input and the end of another.
  static func splice(_ a: [UInt8], _ b: [UInt8], using rng: inout SplitMix64) -> [UInt8] {
    a.prefix(rng.index(below: a.count + 1)) + b.suffix(rng.index(below: b.count + 1))
  }

  private static func change(
    _ bytes: inout [UInt8], dictionary: [[UInt8]], using rng: inout SplitMix64
  ) {
    let place = bytes.isEmpty ? 0 : rng.index(below: bytes.count)
    let random = UInt8(rng.index(below: 256))
    let length = min(bytes.count - place, 1 + rng.index(below: 16))
    switch bytes.isEmpty ? 2 : rng.index(below: dictionary.isEmpty ? 7 : 9) {
    case 0: bytes[place] ^= 1 << UInt8(rng.index(below: 8))
    case 1: bytes[place] = random
    case 2: bytes.insert(random, at: place)
    case 3: bytes.remove(at: place)
    case 4: bytes.removeSubrange(place..<place + length)
    case 5: bytes.insert(contentsOf: Array(bytes[place..<place + length]), at: place)
    case 6: bytes.removeLast(bytes.count - place)
    default: bytes.insert(contentsOf: dictionary[rng.index(below: dictionary.count)], at: place)
    }
  }
}
