import Matter

/// Finds the species of atoms by their type symbols, or by their labels where these are missing.
struct CIFSpeciesReader {
  private let document: CIFDocument
  private let oxidationNumbers: [(token: Int, value: Double)]
  private let formula: Int?

  /// Symbols of up to 8 bytes that were read before, and what they mean.
  private var keys = InlineArray<8, UInt64>(repeating: 0)
  private var known = InlineArray<8, Species>(repeating: Species(Element.all[0]))
  private var count = 0
  private var declared: [Bool]?

  init(_ reader: CIFStructureReader) {
    document = reader.document
    formula = reader.single(.formulaSum)
    guard let symbols = reader.slots[.atomTypeSymbol], let numbers = reader.slots[.oxidationNumber],
      symbols.entry == numbers.entry
    else {
      oxidationNumbers = []
      return
    }
    let entry = reader.document.entries[symbols.entry]
    // A file has as many types as species; more than a few hundred are damage.
    oxidationNumbers = (0..<min(entry.rows, 500)).compactMap { row in
      let token = entry.token(row: row, column: symbols.column)
      return reader.number(entry.token(row: row, column: numbers.column)).map { (token, $0) }
    }
  }

  /// - Parameters:
  ///   - symbol: The token of the type symbol.
  ///   - label: The token of the label.
  /// - Returns: `nil` for a place where nothing sits.
  mutating func species(
    symbol: Int?, label: Int?, notices: inout [CIFNotice]
  ) throws(CIFFault) -> Species? {
    if let symbol, !document.isMissing(symbol) {
      return try fromSymbol(symbol, &notices)
    }
    guard let label, !document.isMissing(label) else {
      let offset = (symbol ?? label).map { Int(document.tokens[$0].start) } ?? 0
      throw CIFFault(offset: offset, message: "An atom has no type symbol and no label.")
    }
    return try fromLabel(label, &notices)
  }

  private mutating func fromSymbol(
    _ token: Int, _ notices: inout [CIFNotice]
  ) throws(CIFFault) -> Species? {
    let range = document.tokens[token].range
    var key: UInt64 = 0
    if range.count <= 8 {
      for offset in range { key = key << 8 | UInt64(document.bytes[offset]) }
      for index in 0..<count where keys[index] == key { return known[index] }
    }
    guard let text = try read(token, isSymbol: true) else { return nil }
    if text.isGuess { note(token, text.atomicNumber, &notices) }
    let number = oxidationNumbers.first { isSame($0.token, token) }?.value
    let species = Species(
      Self.element(text), oxidationState: number ?? text.oxidationState,
      massNumber: text.massNumber)
    if key != 0, count < 8 {
      keys[count] = key
      known[count] = species
      count += 1
    }
    return species
  }

  private mutating func fromLabel(
    _ token: Int, _ notices: inout [CIFNotice]
  ) throws(CIFFault) -> Species? {
    guard var text = try read(token, isSymbol: false) else { return nil }
    if text.other != 0 || text.isGuess || !isDeclared(text.atomicNumber) {
      let bytes = document.bytes
      let first = Int(bytes[Int(document.tokens[token].start)] & 0xDF)
      if text.other != 0, isDeclared(text.other), !isDeclared(text.atomicNumber) || !hasFormula {
        if hasFormula { text.atomicNumber = text.other }
      } else if !isDeclared(text.atomicNumber), first == Int(UInt8(ascii: "W")), isDeclared(8) {
        text.atomicNumber = 8  // W for water
      }
      note(token, text.atomicNumber, &notices)
    }
    return Species(Self.element(text), massNumber: text.massNumber)
  }

  private func read(_ token: Int, isSymbol: Bool) throws(CIFFault) -> CIFElementText? {
    switch CIFElementText.read(
      document.bytes.span, document.tokens[token].range, isSymbol: isSymbol)
    {
    case .element(let text): return text
    case .nothing: return nil
    case .unknown:
      let text = document.text(document.tokens[token].range).prefix(40)
      throw CIFFault(
        offset: Int(document.tokens[token].start),
        message: "\"\(text)\" is not an element; give _atom_site_type_symbol.")
    }
  }

  private static func element(_ text: CIFElementText) -> Element {
    // The table that the number is from holds 1 to 118 alone.
    Element(atomicNumber: Int(text.atomicNumber)) ?? Element.all[0]
  }

  /// One notice for each guess that differs.
  private func note(_ token: Int, _ number: UInt8, _ notices: inout [CIFNotice]) {
    guard notices.count < 20 else { return }
    let symbol = Element(atomicNumber: Int(number))?.symbol ?? ""
    let text = document.text(document.tokens[token].range).prefix(40)
    notices.append(
      CIFNotice(
        offset: Int(document.tokens[token].start), message: "\"\(text)\" is read as \(symbol)."))
  }

  private func isSame(_ a: Int, _ b: Int) -> Bool {
    document.bytes[document.tokens[a].range] == document.bytes[document.tokens[b].range]
  }

  private var hasFormula: Bool { formula != nil }

  /// Whether the formula of the block has an element; true where there is no formula.
  private mutating func isDeclared(_ number: UInt8) -> Bool {
    guard let formula else { return true }
    if declared == nil {
      var found = [Bool](repeating: false, count: Element.count + 1)
      for (number, amount) in CIFFormula.amounts(
        document.bytes.span, document.tokens[formula].range
      ).enumerated() where amount > 0 {
        found[number] = true
      }
      declared = found
    }
    return declared?[Int(number)] ?? true
  }
}
