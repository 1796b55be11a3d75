public import Matter

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
    try read(text).mentions
  }

  /// What a text says, in prose and in tables.
  struct Reading {
    let scan: TextScan
    let mentions: [Mention]
    let tables: [TableGrammar.Reading]
  }

  func read(_ text: String) throws(TextError) -> Reading {
    let scan = TextScan(text)
    guard scan.count <= Self.limit else { throw .tooLong(scan.count) }
    let formulas = FormulaGrammar(scan).mentions()
    let tables = TableGrammar(scan).readings(formulas: formulas)
    var mentions = formulas
    for table in tables {
      mentions += table.rows.flatMap(\.values).map { table.mentions[$0] }
    }
    mentions += Self.outsideCells(QuantityGrammar(scan).mentions(), tables)
    mentions.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    return Reading(scan: scan, mentions: mentions, tables: tables)
  }

  /// Quantities of the prose, and those that a cell of a table says by itself (`5 h`); not those that
  /// reach over cells, nor those whose cell is read already.
  private static func outsideCells(
    _ quantities: [Mention], _ tables: [TableGrammar.Reading]
  ) -> [Mention] {
    var next = 0
    return quantities.filter { quantity in
      while next < tables.count,
        tables[next].table.range.upperBound <= quantity.range.lowerBound
      {
        next += 1
      }
      guard next < tables.count, tables[next].table.range.overlaps(quantity.range) else {
        return true
      }
      return tables[next].allows(quantity.range)
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
