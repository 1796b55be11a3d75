/// Atomic numbers by the bytes of their symbols.
enum SymbolTable {
  /// The atomic number of a symbol, 0 where it is none.
  ///
  /// - Parameters:
  ///   - first: `A`...`Z`.
  ///   - second: `a`...`z`, or 0 for symbols of one letter.
  static func atomicNumber(_ first: UInt8, _ second: UInt8) -> UInt8 {
    numbers[index(first, second)]
  }

  private static func index(_ first: UInt8, _ second: UInt8) -> Int {
    Int(first - UInt8(ascii: "A")) * 27 + (second == 0 ? 0 : Int(second - UInt8(ascii: "a")) + 1)
  }

  private static let numbers: [UInt8] = {
    var numbers = [UInt8](repeating: 0, count: 26 * 27)
    for (position, symbol) in Element.symbols.enumerated() {
      let letters = Array(symbol.utf8)
      numbers[index(letters[0], letters.count > 1 ? letters[1] : 0)] = UInt8(position + 1)
    }
    return numbers
  }()
}
