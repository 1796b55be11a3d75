public import Matter

/// What any data file holds: the one way from bytes of an unknown kind to values.
public enum FileContent: Sendable {
  case structures([StructureEntry], format: StructureFormat)
  case spectra([SpectrumEntry])
  case image(Micrograph, pages: Int)
  case table(Table)
  case archive(ZipArchive)

  /// Reads a file by what its bytes begin with, then by its name, then by what its text looks like.
  ///
  /// - Parameters:
  ///   - bytes: The whole file, gzipped or not.
  ///   - file: Its name; errors give it.
  /// - Throws: ``ReadingError`` from the reader of its kind.
  public init(_ bytes: [UInt8], file: String) throws(ReadingError) {
    if Gzip.isCompressed(bytes) {
      self = try Self.plain(Gzip.decompress(bytes, file: file), file: file)
    } else {
      self = try Self.plain(bytes, file: file)
    }
  }

  private static func plain(_ bytes: [UInt8], file: String) throws(ReadingError) -> FileContent {
    var name = file.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    if ImageFile.isImage(bytes) || [".png", ".tif", ".tiff"].contains(where: name.hasSuffix) {
      let (image, pages) = try ImageFile.micrograph(bytes, file: file)
      return .image(image, pages: pages)
    }
    if ZipArchive.isArchive(bytes) || name.hasSuffix(".zip") {
      return .archive(try ZipArchive(bytes, file: file))
    }
    if let remedy = ForeignFile.remedy(bytes) { throw ReadingError(file: file, message: remedy) }
    if let format = StructureFormat(name: file) ?? .named(name, content: bytes) {
      return .structures(
        try StructureFile.entries(bytes, file: file, format: format), format: format)
    }
    if PatternFile.suffixes.contains(where: name.hasSuffix) {
      return .spectra(try PatternFile.spectra(bytes, file: file))
    }
    if [".csv", ".tsv", ".json", ".jsonl", ".ndjson"].contains(where: name.hasSuffix) {
      return .table(try Table(bytes, file: file))
    }
    return try unnamed(bytes, file: file)
  }

  /// A file whose name says nothing: a pattern where its lines are numbers, else a table.
  private static func unnamed(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> FileContent {
    if PatternFile.isPattern(bytes) { return .spectra(try PatternFile.spectra(bytes, file: file)) }
    let isText = !bytes.prefix(1 << 16).contains(0) || UTF16Transcoder(markAtStartOf: bytes) != nil
    guard isText else {
      throw ReadingError(file: file, message: "A binary file of a kind that is not known here.")
    }
    do {
      return .table(try Table(bytes, file: file))
    } catch {
      guard !bytes.isEmpty else { throw error }
      throw ReadingError(
        file: file, line: error.line, column: error.column, field: error.field,
        message: "Not a file of a kind that is known here. Read as a table: \(error.message)")
    }
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
