package import Matter

/// 128 bits that stand for content; no defense against forgery.
struct ContentKey: Hashable, Sendable {
  let first: UInt64
  let second: UInt64

  init(first: UInt64, second: UInt64) {
    self.first = first
    self.second = second
  }

  /// Of all that a graph is made from: cell, positions and what sits on them.
  init(_ crystal: Crystal) {
    var sum = ContentSum()
    for vector in [crystal.lattice.a, crystal.lattice.b, crystal.lattice.c] { sum.add(vector) }
    for (site, position) in crystal.positions.enumerated() {
      sum.add(position)
      let occupants = crystal.occupants(of: site)
      sum.add(UInt64(occupants.count))
      for occupant in occupants {
        sum.add(UInt64(occupant.element.atomicNumber))
        sum.add(occupant.occupancy.bitPattern)
      }
    }
    self = sum.key
  }

  var hexadecimal: String {
    [first, second].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

extension Crystal {
  /// Words that stand for cell, positions and what sits on them.
  package var contentWords: [UInt64] {
    let key = ContentKey(self)
    return [key.first, key.second]
  }
}

/// Two sums of 64 bits over words, each mixed with the finalizer of SplitMix64.
package struct ContentSum: Sendable {
  private var first: UInt64 = 0x243F_6A88_85A3_08D3
  private var second: UInt64 = 0x1319_8A2E_0370_7344

  package mutating func add(_ word: UInt64) {
    first = Self.mixed(first ^ word)
    second = Self.mixed(second &+ word &* 0x9E37_79B9_7F4A_7C15)
  }

  package mutating func add(_ vector: SIMD3<Double>) {
    for axis in 0..<3 { add(vector[axis].bitPattern) }
  }

  package mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    add(UInt64(bytes.count))
    var place = 0
    while place + 8 <= bytes.count {
      add(bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place += 8
    }
    for byte in bytes[place...] { add(UInt64(byte)) }
  }

  package init() {}

  /// 128 bits.
  package var words: (first: UInt64, second: UInt64) { (first, second) }

  var key: ContentKey { ContentKey(first: first, second: second) }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
