/// FNV-1a in 64 bits: equal on every machine and in every version of the program.
///
/// Fowler, Noll and Vo, IETF draft-eastlake-fnv. Names tables; no defense against forgery.
struct StableHash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
  }

  mutating func add(_ word: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: word >> shift)) }
  }

  /// By bits; every NaN counts as the same.
  mutating func add(_ numbers: [Double]) {
    for number in numbers { add(number.isNaN ? 0x7ff8_0000_0000_0000 : number.bitPattern) }
  }

  mutating func add(_ numbers: [Int]) {
    for number in numbers { add(UInt64(bitPattern: Int64(number))) }
  }

  var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  static func of(_ tables: [Double]...) -> UInt64 {
    var hash = StableHash()
    for table in tables { hash.add(table) }
    return hash.value
  }
}
