/// What a file is, as far as its beginning and its name say.
public enum FileKind: Hashable, Sendable {
  case structures(StructureFormat)
  case spectra
  case image
  /// Numbers without names, as NumPy writes them.
  case array
  case archive
  case table
  /// Text that neither name nor look make something else: it may be a table.
  case text

  /// Enough of a file to tell, bytes.
  public static let beginningLength = 1 << 20

  /// Goes by the first bytes, then by the name, then by what the text looks like.
  ///
  /// - Parameters:
  ///   - beginning: Unpacked; ``beginningLength`` bytes, or all there are.
  ///   - file: Its name; errors give it.
  /// - Throws: ``ReadingError`` for kinds that are known and not read here, with the remedy.
  public init(beginning: [UInt8], file: String) throws(ReadingError) {
    var name = file.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    func isNamed(_ suffixes: [String]) -> Bool { suffixes.contains(where: name.hasSuffix) }
    if ImageFile.isImage(beginning) || isNamed([".png", ".tif", ".tiff"]) {
      self = .image
    } else if ZipArchive.isArchive(beginning) || isNamed([".zip", ".npz"]) {
      self = .archive
    } else if NPYHeader.isPresent(in: beginning) || isNamed([".npy"]) {
      self = .array
    } else if let remedy = ForeignFile.remedy(beginning) {
      throw ReadingError(file: file, message: remedy)
    } else if let format = StructureFormat(name: file) ?? .named(name, content: beginning) {
      self = .structures(format)
    } else if isNamed(PatternFile.suffixes) {
      self = .spectra
    } else if isNamed([".csv", ".tsv", ".json", ".jsonl", ".ndjson"]) {
      self = .table
    } else if PatternFile.isPattern(beginning) {
      self = .spectra
    } else if !beginning.prefix(1 << 16).contains(0)
      || UTF16Transcoder(markAtStartOf: beginning) != nil
    {
      self = .text
    } else {
      throw ReadingError(file: file, message: "A binary file of a kind that is not known here.")
    }
  }

  /// What to say of a text that is no table either.
  public static func unknown(_ error: ReadingError) -> ReadingError {
    ReadingError(
      file: error.file, line: error.line, column: error.column, field: error.field,
      message: "Not a file of a kind that is known here. Read as a table: \(error.message)")
  }
}

extension StructureFormat {
  /// By content, for names that leave a choice: tables keep theirs.
  fileprivate static func named(_ name: String, content bytes: [UInt8]) -> StructureFormat? {
    let isOther =
      [".csv", ".tsv", ".jsonl", ".ndjson"].contains(where: name.hasSuffix)
      || PatternFile.suffixes.contains(where: name.hasSuffix)
    return isOther ? nil : StructureFormat(content: bytes)
  }
}
