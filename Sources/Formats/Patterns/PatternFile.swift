/// Spectra and diffraction patterns: columns of text (XY, XYE, CSV, RRUFF, XDI), JCAMP-DX, XRDML.
public enum PatternFile {
  /// Most points of one file.
  public static let pointLimit = 20_000_000

  /// Endings of the names of pattern files.
  public static let suffixes = [
    ".xy", ".xye", ".xrdml", ".jdx", ".dx", ".jcamp", ".xdi", ".dat", ".chi",
  ]

  /// - Parameters:
  ///   - bytes: The whole file. Header lines may be in any encoding; numbers are plain ASCII.
  ///   - file: Its name; `.xye` says that a third column holds standard deviations.
  /// - Throws: ``ReadingError`` with the line and column of the damage.
  public static func spectra(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> [SpectrumEntry] {
    guard !bytes.isEmpty else { throw ReadingError(file: file, message: "The file is empty.") }
    if bytes.starts(with: Array("RAW".utf8)) {
      throw ReadingError(
        file: file,
        message: "A binary RAW file of a diffractometer; export it as XY or XRDML.")
    }
    guard !bytes.contains(0) else {
      throw ReadingError(file: file, message: "NUL bytes: the file is damaged or not text.")
    }
    let start = bytes.prefix(4096)
    if start.contains(UInt8(ascii: "<")), contains(start, "<xrdMeasurements") {
      return try XRDML.spectra(bytes, file: file)
    }
    if contains(start, "##JCAMP") || contains(start, "##XYDATA") || contains(start, "##TITLE") {
      return try JCAMP.spectra(bytes, file: file)
    }
    return [try ColumnText.spectrum(bytes, file: file)]
  }

  /// Whether bytes look like a pattern: a known header, or columns of numbers under comments.
  public static func isPattern(_ bytes: [UInt8]) -> Bool {
    let start = bytes.prefix(1 << 16)
    if ["<xrdMeasurements", "##JCAMP", "##TITLE", "##NAMES", "# XDI/"].contains(where: {
      contains(start.prefix(4096), $0)
    }) {
      return true
    }
    let isWhole = start.count == bytes.count
    let lines = TextLines(Array(start)).map(\.bytes).dropLast(isWhole ? 0 : 1)
    let rows = lines.filter { line in
      !line.allSatisfy { $0 == 32 || $0 == 9 }
        && !(line.first.map { "#!%'*".utf8.contains($0) } ?? false)
    }
    return rows.count >= 2
      && rows.allSatisfy { row in
        let words = row.split { " \t,;".utf8.contains($0) }
        return words.count >= 2 && words.allSatisfy { DecimalParser.value($0) != nil }
      }
  }

  /// Whether a text occurs, case ignored.
  private static func contains(_ bytes: some Collection<UInt8>, _ text: String) -> Bool {
    String(decoding: bytes, as: UTF8.self).uppercased().contains(text.uppercased())
  }
}
