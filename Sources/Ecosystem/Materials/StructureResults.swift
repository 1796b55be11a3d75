package import Formats

/// The structures of a file one by one: where its format allows, one that is none does not cost the
/// others.
package enum StructureResults {
  /// - Throws: ``ReadingError`` for what concerns the whole file.
  package static func all(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> [Result<StructureEntry, ReadingError>] {
    switch StructureFile.format(of: bytes, file: file) {
    case .json: try StructureJSON.results(bytes, file: file)
    case .cif: try CIF.document(bytes, file: file).results(file: file)
    default: try StructureFile.entries(bytes, file: file).map { .success($0) }
    }
  }
}
