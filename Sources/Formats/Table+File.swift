extension Table {
  /// Reads a table by the suffix of its name: `.json` and `.jsonl` as JSON, everything else as CSV
  /// (`.tsv` with tabs).
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - file: Its name; errors give it.
  public init(_ bytes: [UInt8], file: String) throws(ReadingError) {
    let name = file.lowercased()
    guard !bytes.isEmpty else {
      throw ReadingError(file: file, message: "The file is empty; it needs a header line and rows.")
    }
    if bytes.starts(with: [0x1F, 0x8B]) {
      throw ReadingError(
        file: file, message: "The file is compressed; unpack it with gunzip first.")
    }
    if [".json", ".jsonl", ".ndjson"].contains(where: name.hasSuffix) {
      try self.init(json: bytes, file: file)
    } else {
      try self.init(csv: bytes, file: file, delimiter: name.hasSuffix(".tsv") ? 9 : nil)
    }
  }
}
