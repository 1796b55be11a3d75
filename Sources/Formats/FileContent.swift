public import Matter

/// What any data file holds: the one way from bytes of an unknown kind to values.
///
/// Files that do not fit in memory are read piece by piece by what ``FileKind`` says they are:
/// ``TableProfiler`` and ``TableBatches``, ``StructureStream``, ``NPYSummary``.
public enum FileContent: Sendable {
  case structures([StructureEntry], format: StructureFormat)
  case spectra([SpectrumEntry])
  case image(Micrograph, pages: Int)
  case array(NPYContent)
  case table(Table)
  /// Also the arrays of an NPZ file; see ``NPZArchive``.
  case archive(ZipArchive)

  /// Reads a file as ``FileKind`` says.
  ///
  /// - Parameters:
  ///   - bytes: The whole file, gzipped or not.
  ///   - file: Its name; errors give it.
  ///   - limits: Of what is unpacked.
  /// - Throws: ``ReadingError`` from the reader of its kind.
  public init(
    _ bytes: [UInt8], file: String, limits: ExpansionLimits = ExpansionLimits()
  ) throws(ReadingError) {
    let isPacked = Gzip.isCompressed(bytes)
    let bytes =
      isPacked ? try Gzip.decompress(bytes, file: file, limit: limits.bytes) : bytes
    switch try FileKind(beginning: bytes, file: file) {
    case .structures(let format):
      self = .structures(
        try StructureFile.entries(bytes, file: file, format: format), format: format)
    case .spectra: self = .spectra(try PatternFile.spectra(bytes, file: file))
    case .image:
      let (image, pages) = try ImageFile.micrograph(bytes, file: file)
      self = .image(image, pages: pages)
    case .array: self = .array(try NPYContent(bytes, file: file))
    case .archive: self = .archive(try ZipArchive(bytes, file: file, limits: limits))
    case .table: self = .table(try Table(bytes, file: file))
    case .text:
      do {
        self = .table(try Table(bytes, file: file))
      } catch {
        throw bytes.isEmpty ? error : FileKind.unknown(error)
      }
    }
  }
}
