/// Kinds of files that are known by their first bytes and not read here.
enum ForeignFile {
  /// What the file is and what to do with it; `nil` for others.
  ///
  /// Signatures: those of `file(1)` (github.com/file/file, Magdir).
  static func remedy(_ bytes: [UInt8]) -> String? {
    for (signature, remedy) in signatures where bytes.starts(with: signature) { return remedy }
    guard bytes.dropFirst(257).starts(with: "ustar".utf8) else { return nil }
    return "A tar archive; unpack it (tar xf) and give the files in it."
  }

  private static let signatures: [([UInt8], String)] = [
    ([0xFF, 0xD8, 0xFF], "A JPEG picture; convert it to PNG or TIFF."),
    (Array("GIF8".utf8), "A GIF picture; convert it to PNG or TIFF."),
    (Array("%PDF-".utf8), "A PDF document; save its text or its tables as plain text or CSV."),
    ([0x89] + Array("HDF\r\n".utf8), "An HDF5 file; write the arrays you need as CSV or NPY."),
    (Array("CDF".utf8) + [1], "A NetCDF file; write the arrays you need as CSV or NPY."),
    ([0xD0, 0xCF, 0x11, 0xE0], "A file of an old Office program; save the sheet as CSV."),
    (Array("BZh".utf8), "A file packed with bzip2; unpack it, or pack it with gzip."),
    ([0xFD] + Array("7zXZ".utf8) + [0], "A file packed with xz; unpack it, or pack it with gzip."),
    ([0x28, 0xB5, 0x2F, 0xFD], "A file packed with zstd; unpack it, or pack it with gzip."),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "A 7z archive; unpack it and give the files in it."),
    (Array("Rar!".utf8), "A RAR archive; unpack it and give the files in it."),
    (Array("SQLite format 3".utf8) + [0], "A database of SQLite; a store is named .sqlite."),
    (Array("PAR1".utf8), "A Parquet table; write it as CSV."),
  ]
}
