extension Table {
  /// Reads a table by the suffix of its name, a `.gz` at the end aside: `.json` and `.jsonl` as JSON,
  /// everything else as CSV (`.tsv` with tabs).
  ///
  /// - Parameters:
  ///   - bytes: The whole file, gzipped or not.
  ///   - file: Its name; errors give it.
  public init(_ bytes: [UInt8], file: String) throws(ReadingError) {
    var name = file.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    guard !bytes.isEmpty else {
      throw ReadingError(file: file, message: "The file is empty; it needs a header line and rows.")
    }
    let bytes = Gzip.isCompressed(bytes) ? try Gzip.decompress(bytes, file: file) : bytes
    if [".json", ".jsonl", ".ndjson"].contains(where: name.hasSuffix) {
      try self.init(json: bytes, file: file)
    } else {
      try self.init(csv: bytes, file: file, delimiter: name.hasSuffix(".tsv") ? 9 : nil)
    }
  }
}
