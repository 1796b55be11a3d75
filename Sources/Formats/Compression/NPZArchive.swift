/// Named arrays in one file: NumPy's NPZ, a ZIP archive of NPY files.
public struct NPZArchive: Sendable {
  private let archive: ZipArchive
  private let file: String

  /// - Throws: ``ReadingError`` for what ``ZipArchive`` refuses and for entries that are not NPY.
  public init(
    _ bytes: [UInt8], file: String, limits: ExpansionLimits = ExpansionLimits()
  ) throws(ReadingError) {
    archive = try ZipArchive(bytes, file: file, limits: limits)
    self.file = file
    for entry in archive.entries where !entry.name.hasSuffix(".npy") {
      throw ReadingError(
        file: file,
        message: "The entry \"\(entry.name)\" is no NPY file; an NPZ holds nothing else.")
    }
  }

  /// In the order of the file.
  public var names: [String] { archive.entries.map { String($0.name.dropLast(4)) } }

  /// - Throws: ``ReadingError`` for an unknown name and for what ``NPYContent`` refuses.
  public func array(_ name: String) throws(ReadingError) -> NPYContent {
    guard let entry = archive.entries.first(where: { $0.name == name + ".npy" }) else {
      throw ReadingError(
        file: file,
        message: "There is no array \"\(name)\"; there are \(names.joined(separator: ", ")).")
    }
    return try NPYContent(try archive.bytes(of: entry), file: "\(file)/\(entry.name)")
  }

  /// The arrays as an NPZ file; equal arrays give equal bytes.
  ///
  /// - Precondition: Names differ; less than 4 GiB in all.
  public static func encode(_ arrays: [(name: String, content: NPYContent)]) -> [UInt8] {
    precondition(Set(arrays.map(\.name)).count == arrays.count, "Two arrays have the same name.")
    var writer = ZipWriter()
    for array in arrays { writer.add(array.name + ".npy", array.content.encoded) }
    return writer.finished()
  }
}
