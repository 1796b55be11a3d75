import Matter

/// An element read from the letters of a symbol such as `Fe3+` or a label such as `Si1A`.
struct CIFElementText {
  var atomicNumber: UInt8
  var massNumber: Int?
  var oxidationState: Double?

  /// The element of the first letter alone, where two letters could also be meant as one.
  var other: UInt8 = 0

  /// Whether letters remain that say something else.
  var isGuess = false

  /// Symbols of places where nothing sits.
  private static let nothing = ["va", "vac", "du", "dum"]

  enum Reading {
    case element(CIFElementText)
    case nothing
    case unknown
  }

  /// - Parameter isSymbol: Whether it is a symbol, with a mass number before and a charge behind.
  static func read(_ bytes: Span<UInt8>, _ range: Range<Int>, isSymbol: Bool) -> Reading {
    var position = range.lowerBound
    var mass: Int?
    while isSymbol, position < range.upperBound, bytes[position] &- 48 < 10,
      position - range.lowerBound < 3
    {
      mass = (mass ?? 0) * 10 + Int(bytes[position] - 48)
      position += 1
    }
    let letters = position
    while position < range.upperBound, isLetter(bytes[position]) { position += 1 }
    let count = position - letters
    guard count > 0 else { return .unknown }
    if isNothing(bytes, letters..<position) { return .nothing }
    guard var text = element(bytes, letters, count, isSymbol: isSymbol) else { return .unknown }
    if let mass { text.massNumber = mass }
    if isSymbol { text.oxidationState = charge(bytes, position..<range.upperBound) }
    return .element(text)
  }

  private static func element(
    _ bytes: Span<UInt8>, _ start: Int, _ count: Int, isSymbol: Bool
  ) -> CIFElementText? {
    if count == 3, CIFScan.has("wat", bytes, at: start) {
      return CIFElementText(atomicNumber: 8, isGuess: true)
    }
    let first = bytes[start] & 0xDF
    let second = count > 1 ? bytes[start + 1] | 32 : 0
    let two = count > 1 ? table[Int(first - 65) * 27 + Int(second - 96)] : 0
    let one = table[Int(first - 65) * 27]
    if two != 0 {
      // In a label, CA may be calcium, or the carbon atom A.
      let isCapital = bytes[start + 1] & 32 == 0
      return CIFElementText(
        atomicNumber: two, other: !isSymbol && isCapital ? one : 0, isGuess: count > 2 && isSymbol)
    }
    if one == 0, first == UInt8(ascii: "D") || first == UInt8(ascii: "T") {
      return CIFElementText(
        atomicNumber: 1, massNumber: first == UInt8(ascii: "D") ? 2 : 3, isGuess: count > 1)
    }
    return one == 0 ? nil : CIFElementText(atomicNumber: one, isGuess: count > 1 && isSymbol)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 32) &- 97 < 26 }

  private static func isNothing(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let first = bytes[range.lowerBound] | 32
    guard first == UInt8(ascii: "v") || first == UInt8(ascii: "d"), (2...3).contains(range.count)
    else { return false }
    let text = String(decoding: range.map { bytes[$0] | 32 }, as: UTF8.self)
    return nothing.contains(text)
  }

  /// The charge behind a symbol: `3+`, `+3`, `2.5-`, `+`; `nil` where there is none.
  private static func charge(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
    guard let last = range.last else { return nil }
    func sign(_ byte: UInt8) -> Double? {
      byte == UInt8(ascii: "+") ? 1 : byte == UInt8(ascii: "-") ? -1 : nil
    }
    if range.count == 1 { return sign(bytes[last]) }
    if let sign = sign(bytes[last]) {
      return CIFNumber.value(bytes, range.lowerBound..<last).map { sign * $0 }
    }
    if let sign = sign(bytes[range.lowerBound]) {
      return CIFNumber.value(bytes, range.lowerBound + 1..<range.upperBound).map { sign * $0 }
    }
    return nil
  }

  /// Atomic numbers by first letter and second letter (0 for none); 0 where there is no element.
  private static let table: [UInt8] = {
    var table = [UInt8](repeating: 0, count: 26 * 27)
    for element in Element.all {
      let letters = Array(element.symbol.utf8)
      table[Int(letters[0] - 65) * 27 + (letters.count > 1 ? Int(letters[1] - 96) : 0)] = UInt8(
        element.atomicNumber)
    }
    return table
  }()
}
