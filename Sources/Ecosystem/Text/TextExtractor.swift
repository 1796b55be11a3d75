/// Formulas and quantities from plain text and tables, by grammar.
///
/// Nothing is learned: what is found follows from the wording, and each mention says where it
/// stands. A mention may be wrong; ``Mention/confidence`` ranks them.
public struct TextExtractor: Sendable {
  /// Longest text, Unicode scalars.
  public static let limit = 50_000_000

  public init() {}

  /// Formulas and quantities in the order of the text; those that overlap are kept both.
  ///
  /// - Throws: ``TextError`` when the text is longer than ``limit``.
  public func mentions(in text: String) throws(TextError) -> [Mention] {
    let scan = TextScan(text)
    guard scan.count <= Self.limit else { throw .tooLong(scan.count) }
    let found = FormulaGrammar(scan).mentions() + QuantityGrammar(scan).mentions()
    return found.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
  }
}

/// Why a text is not read.
public enum TextError: Error, Hashable, Sendable, CustomStringConvertible {
  case tooLong(Int)

  public var description: String {
    switch self {
    case .tooLong(let count):
      "The text has \(count) characters, more than \(TextExtractor.limit); split it."
    }
  }
}
