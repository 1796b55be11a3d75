extension Composition {
  /// Reads a chemical formula.
  ///
  /// Nested brackets of three kinds; amounts as integers, decimals and fractions (`Li1/2CoO2`);
  /// hydrates and double oxides (`CuSO4·5H2O`, `3CaO·Al2O3`); subscripts in Unicode, LaTeX and HTML.
  /// A charge at the end is read and dropped: a composition counts atoms (``reading(_:isotopes:)``
  /// keeps it). Refused with a reason: isotopes, variables, unknown symbols, dashes, zero amounts.
  ///
  /// - Parameters:
  ///   - formula: For example `Ca(OH)2`. Symbols are case-sensitive.
  ///   - isotopes: What becomes of `D` and `T`.
  /// - Throws: ``FormulaError`` with the offset of the offending character.
  public init(formula: String, isotopes: IsotopeRule = .refused) throws(FormulaError) {
    self = try Composition.reading(formula, isotopes: isotopes).composition
  }

  /// Reads a formula from UTF-8 bytes.
  public init(utf8 formula: Span<UInt8>, isotopes: IsotopeRule = .refused) throws(FormulaError) {
    var parser = FormulaParser(isotopes: isotopes)
    self = try parser.parse(formula)
  }

  /// Reads a formula with its charge.
  ///
  /// - Returns: The composition, and the charge in units of the elementary charge: 0 where none is
  ///   written, −2 for `SO4^2-`.
  public static func reading(
    _ formula: String, isotopes: IsotopeRule = .refused
  ) throws(FormulaError) -> (composition: Composition, charge: Int) {
    var parser = FormulaParser(isotopes: isotopes)
    return try parser.parseWithCharge(formula.utf8.span)
  }
}
