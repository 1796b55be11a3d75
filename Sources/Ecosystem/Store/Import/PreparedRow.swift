import Formats

/// A row or a structure that is ready to be stored.
struct PreparedRow: Sendable {
  let line: Int
  let name: String?
  let identity: MaterialIdentity

  /// ``StoredStructure``, with its hash; `nil` for a composition alone.
  let structure: (bytes: [UInt8], hash: ContentKey)?
  let measurements: [Measurement]

  /// How many cells of measurements were empty.
  var missing = 0
}

/// What became of one entry of a file.
enum PreparedEntry: Sendable {
  case row(PreparedRow)
  case refused(ReadingError)
}
