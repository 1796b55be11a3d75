import Formats

/// A row or a structure that is ready to be stored.
struct PreparedRow: Sendable {
  let line: Int
  let name: String?
  let identity: MaterialIdentity

  /// ``StoredStructure``, with its hash; `nil` for a composition alone.
  let structure: (bytes: [UInt8], hash: ContentKey)?
  var measurements: [Measurement]

  /// Values that are kept and not used.
  var flagged: [FlaggedMeasurement] = []

  /// How many cells of measurements were empty.
  var missing = 0

  /// Where the row was read first, when that is not the file that is imported.
  var origin: String?
}

/// What became of one entry of a file.
enum PreparedEntry: Sendable {
  case row(PreparedRow)
  case refused(ReadingError)
}
