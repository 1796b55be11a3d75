/// Reads formulas from UTF-8 bytes; one parser can read many, and then allocates little.
///
/// The grammar, after ``FormulaNotation`` has turned typeset forms into plain ones:
///
///     formula  = part { ("·" | ".") part }          hydrates and double oxides
///     part     = [number] unit { unit }              3CaO·Al2O3: the number counts for its part
///     unit     = (symbol | "(" formula ")" | "[" formula "]" | "{" formula "}") [number]
///     number   = digits | digits "." digits | digits "/" digits
///
/// A point between digits is decimal, with two exceptions: before another decimal number
/// (`CaSO4.0.5H2O`), and before a whole number of water at the end (`CuSO4.5H2O`). A number before
/// the first symbol that looks like its mass number (`13CO2`) is refused as an isotope.
package struct FormulaParser {
  package static let lengthLimit = 16_384
  package static let depthLimit = 64

  /// In plain bytes: a hydrate dot that cannot be a decimal point.
  static let dot: UInt8 = 1

  let isotopes: IsotopeRule
  private var numbers: [UInt8] = []  // atomic number of each symbol read
  private var amounts: [Double] = []
  private var open: [Group] = []
  private var part = Part(start: 0, multiplier: 1)
  private var sums = [Double](repeating: 0, count: Element.count + 1)

  /// An open bracket, and the part that it interrupts.
  private struct Group {
    let bracket: UInt8
    let place: Int
    let start: Int
    let outer: Part
  }

  /// What stands between two hydrate dots: its first symbol and its leading number.
  private struct Part {
    let start: Int
    var multiplier: Double
  }

  /// An error at a place in the plain bytes; or a byte that is not plain.
  enum Failure: Error {
    case formula(FormulaError)
    case notPlain
  }

  package init(isotopes: IsotopeRule = .refused) {
    self.isotopes = isotopes
  }

  /// - Parameter text: UTF-8.
  package mutating func parse(_ text: Span<UInt8>) throws(FormulaError) -> Composition {
    try parseWithCharge(text).composition
  }

  package mutating func parseWithCharge(
    _ text: Span<UInt8>
  ) throws(FormulaError) -> (composition: Composition, charge: Int) {
    guard text.count <= FormulaParser.lengthLimit else { throw .tooLong(text.count) }
    do throws(Failure) {
      return (try parsePlain(text, offsets: nil), 0)
    } catch .formula(let error) {
      throw error
    } catch {
      var notation = FormulaNotation(isotopes: isotopes)
      try notation.read(text)
      return (try parseNotation(notation), notation.charge)
    }
  }

  private mutating func parseNotation(
    _ notation: FormulaNotation
  ) throws(FormulaError) -> Composition {
    do throws(Failure) {
      return try parsePlain(notation.bytes.span, offsets: notation.offsets)
    } catch .formula(let error) {
      throw error
    } catch {
      // The notation lets only plain bytes through.
      throw .unexpected("A character", offset: 0)
    }
  }
}

// MARK: - Plain bytes

extension FormulaParser {
  private mutating func parsePlain(
    _ text: Span<UInt8>, offsets: [Int]?
  ) throws(Failure) -> Composition {
    numbers.removeAll(keepingCapacity: true)
    amounts.removeAll(keepingCapacity: true)
    open.removeAll(keepingCapacity: true)
    part = Part(start: 0, multiplier: 1)
    var place = 0
    do throws(Failure) {
      while place < text.count { try readUnit(text, &place) }
      if let group = open.last {
        throw Failure.formula(.unbalancedBracket(ascii(group.bracket), offset: group.place))
      }
      if numbers.isEmpty, text.isEmpty { throw Failure.formula(.empty) }
      try endPart(at: text.count)
    } catch .formula(let error) {
      throw .formula(offsets.map { error.moved(to: $0) } ?? error)
    }
    return try collect()
  }

  private mutating func readUnit(_ text: Span<UInt8>, _ place: inout Int) throws(Failure) {
    let byte = text[place]
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"):
      try readSymbol(text, &place)
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      try openGroup(text, place)
      place += 1
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      try closeGroup(text, &place)
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      try readLeadingNumber(text, &place)
    case FormulaParser.dot, UInt8(ascii: "."):
      try endPart(at: place)
      part = Part(start: numbers.count, multiplier: 1)
      place += 1
    case UInt8(ascii: "a")...UInt8(ascii: "z"):
      throw .formula(strayLetter(text, at: place))
    case UInt8(ascii: "/"):
      throw .formula(.unexpected("\"/\"", offset: place))
    default:
      throw .notPlain
    }
  }

  private mutating func readSymbol(_ text: Span<UInt8>, _ place: inout Int) throws(Failure) {
    let start = place
    let next = place + 1 < text.count ? text[place + 1] : 0
    let isPair = next >= UInt8(ascii: "a") && next <= UInt8(ascii: "z")
    var number = SymbolTable.atomicNumber(text[place], isPair ? next : 0)
    place += number > 0 && isPair ? 2 : 1
    if number == 0 {
      if isPair { throw .formula(unknownPair(text, at: start)) }
      number = try hydrogenIsotope(text[start], at: start)
    }
    if place < text.count, text[place] >= UInt8(ascii: "a"), text[place] <= UInt8(ascii: "z") {
      throw .formula(strayLetter(text, at: place))
    }
    numbers.append(number)
    amounts.append(try FormulaNumber.amount(text, &place) ?? 1)
  }

  private mutating func openGroup(_ text: Span<UInt8>, _ place: Int) throws(Failure) {
    guard open.count < FormulaParser.depthLimit else { throw .formula(.tooDeep(offset: place)) }
    if let numeral = romanNumeral(text, at: place) {
      throw .formula(.oxidationState(numeral, offset: place))
    }
    open.append(Group(bracket: text[place], place: place, start: numbers.count, outer: part))
    part = Part(start: numbers.count, multiplier: 1)
  }

  private mutating func closeGroup(_ text: Span<UInt8>, _ place: inout Int) throws(Failure) {
    let byte = text[place]
    guard let group = open.popLast(), FormulaParser.partner(of: group.bracket) == byte else {
      throw .formula(.unbalancedBracket(ascii(byte), offset: place))
    }
    try endPart(at: place)
    place += 1
    if let multiplier = try FormulaNumber.amount(text, &place) {
      multiply(from: group.start, by: multiplier)
    }
    part = group.outer
  }

  private mutating func readLeadingNumber(_ text: Span<UInt8>, _ place: inout Int) throws(Failure) {
    let start = place
    guard numbers.count == part.start, part.multiplier == 1,
      let multiplier = try FormulaNumber.amount(text, &place, isLeading: true),
      place < text.count, FormulaParser.opensUnit(text[place])
    else { throw .formula(.amountWithoutElement(offset: start)) }
    if start == 0 || text[start - 1] == UInt8(ascii: "[") {
      try refuseMassNumber(multiplier, text, from: start, symbolAt: place)
    }
    part.multiplier = multiplier
  }

  private mutating func endPart(at place: Int) throws(Failure) {
    guard numbers.count > part.start else { throw .formula(.emptyGroup(offset: place)) }
    if part.multiplier != 1 { multiply(from: part.start, by: part.multiplier) }
  }

  private mutating func multiply(from start: Int, by multiplier: Double) {
    for index in start..<amounts.count { amounts[index] *= multiplier }
  }

  /// Sums the amounts of each element, in the order of the text.
  private mutating func collect() throws(Failure) -> Composition {
    var present = (low: UInt64(0), high: UInt64(0))
    for (number, amount) in zip(numbers, amounts) {
      sums[Int(number)] += amount
      if number < 64 { present.low |= 1 << number } else { present.high |= 1 << (number - 64) }
    }
    let count = present.low.nonzeroBitCount + present.high.nonzeroBitCount
    var elements: [Element] = []
    var totals: [Double] = []
    elements.reserveCapacity(count)
    totals.reserveCapacity(count)
    var offending: FormulaError?
    for _ in 0..<count {
      let number =
        present.low != 0
        ? present.low.trailingZeroBitCount
        : 64 + present.high.trailingZeroBitCount
      if present.low != 0 {
        present.low &= present.low - 1
      } else {
        present.high &= present.high - 1
      }
      let element = Element(unchecked: number)
      let total = sums[number]
      sums[number] = 0
      if !(total.isFinite && total > 0) { offending = .invalidAmount(total, of: element) }
      elements.append(element)
      totals.append(total)
    }
    if let offending { throw .formula(offending) }
    return Composition(ordered: elements, amounts: totals)
  }
}
