/// A name or a value of a CIF: a range of its bytes, without the quotes around it.
struct CIFToken: Sendable {
  var start: Int32
  var end: Int32
  var kind: Kind

  /// What a name means to us; ``CIFTag/unknown`` for values.
  var tag = CIFTag.unknown

  enum Kind: UInt8 {
    case tag
    /// A value without quotes: a number, a word, `.` or `?`.
    case bare
    case quoted
    case textField
    /// CIF 2.0: `[…]`, brackets included.
    case list
    /// CIF 2.0: `{…}`, braces included.
    case table
  }

  var range: Range<Int> { Int(start)..<Int(end) }
}

/// An item (one name, one value) or a loop: a run of tokens, names first, then values row by row.
struct CIFEntry {
  /// The index of the first name among the tokens.
  var first: Int32
  var columns: Int32
  var values: Int32

  /// The index of the block or save frame that it belongs to.
  var section: Int32
  var isLoop: Bool

  var rows: Int { columns == 0 ? 0 : Int(values) / Int(columns) }

  /// The index of the token in a row and a column.
  func token(row: Int, column: Int) -> Int {
    Int(first) + Int(columns) * (row + 1) + column
  }
}

/// A data block or a save frame.
struct CIFSection {
  var name: Range<Int>

  /// Where its heading begins.
  var offset: Int

  /// The block around a save frame; `nil` for a block.
  var parent: Int?

  /// Its entries, with those of the save frames inside it.
  var entries: Range<Int>
}

/// Why bytes are not a CIF, or a CIF is not a crystal.
struct CIFFault: Error {
  var offset: Int
  var message: String
}

/// What was read with reservations, before its line is known.
struct CIFNotice {
  var offset: Int
  var message: String
}
