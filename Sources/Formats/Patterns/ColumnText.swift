import Matter

/// Columns of numbers under a free header: XY, XYE, CSV, RRUFF text and XDI.
///
/// Header lines begin with a mark (`#`, `!`, `;`, `%`, `'`, `*`, `/`) or hold letters; `#` lines of
/// the form `Key.name: value` (XDI 1.0) and `##KEY=value` (RRUFF) are kept by name. Columns stand
/// apart by blanks, tabs, commas or semicolons.
enum ColumnText {
  static func spectrum(_ bytes: [UInt8], file: String) throws(ReadingError) -> SpectrumEntry {
    var table = NumberColumns(file: file)
    var header: [SpectrumEntry.HeaderLine] = []
    for line in TextLines(bytes) {
      let content = trimmed(line.bytes)
      if content.isEmpty { continue }
      if isHeader(content) {
        if let named = named(content) { header.append(named) }
        if table.rowCount == 0 { table.captions = content }
      } else if table.rowCount == 0, !startsWithNumber(content) {
        table.captions = content
      } else {
        try table.append(content, line: line.number)
      }
    }
    guard table.rowCount > 0 else {
      throw ReadingError(file: file, message: "There is no line of numbers in the file.")
    }
    return try entry(table, header, file)
  }

  private static func entry(
    _ table: NumberColumns, _ header: [SpectrumEntry.HeaderLine], _ file: String
  ) throws(ReadingError) -> SpectrumEntry {
    var notices: [ReadingNotice] = []
    let isAbsorption = header.contains { $0.key == "Element.edge" || $0.key == "Column.1" }
    let (points, axis) =
      isAbsorption
      ? try AbsorptionColumns(header).points(table, &notices)
      : (try plain(table, file, &notices), self.axis(table, header, file))
    let spectrum = try points.spectrum(axis, file: file, notices: &notices)
    let name = header.first { ["Sample.name", "NAMES"].contains($0.key) }?.value
    return SpectrumEntry(name: name, spectrum: spectrum, header: header, notices: notices)
  }

  /// Position, intensity, and in `.xye` files the standard deviation.
  private static func plain(
    _ table: NumberColumns, _ file: String, _ notices: inout [ReadingNotice]
  ) throws(ReadingError) -> PointColumns {
    guard table.width >= 2 else {
      throw ReadingError(
        file: file, line: table.lines[0],
        message: "The line holds one number; a pattern needs a position and an intensity.")
    }
    let hasDeviations = table.width >= 3 && file.lowercased().hasSuffix(".xye")
    let used = hasDeviations ? 3 : 2
    if table.width > used {
      notices.append(
        ReadingNotice("Of \(table.width) columns the first \(used) were read."))
    }
    return PointColumns(
      positions: table.column(0), intensities: table.column(1),
      uncertainties: hasDeviations ? table.column(2) : nil, line: table.lines[0])
  }

  /// What the header or the ending of the name say about the positions.
  private static func axis(
    _ table: NumberColumns, _ header: [SpectrumEntry.HeaderLine], _ file: String
  ) -> Spectrum.Axis {
    let caption = TextLines.text(table.captions).lowercased()
    let name = file.lowercased()
    if caption.contains("wave") || caption.contains("raman") || caption.contains("shift") {
      return Spectrum.Axis("Raman shift", unit: "1/cm")
    }
    if caption.contains("energy") { return Spectrum.Axis("energy", unit: "eV") }
    if caption.contains("2theta") || caption.contains("2-theta") || caption.contains("two theta")
      || caption.contains("2θ") || [".xy", ".xye"].contains(where: name.hasSuffix)
    {
      return Spectrum.Axis("2θ", unit: "deg")
    }
    return Spectrum.Axis("position")
  }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line
    while let first = line.first, first == 32 || first == 9 { line.removeFirst() }
    while let last = line.last, last == 32 || last == 9 { line.removeLast() }
    return line
  }

  private static func isHeader(_ line: ArraySlice<UInt8>) -> Bool {
    line.first.map { "#!;%'*/".utf8.contains($0) } ?? false
  }

  /// Of a caption such as `2theta counts` the first word is no number.
  private static func startsWithNumber(_ line: ArraySlice<UInt8>) -> Bool {
    let word = line.prefix { !" \t,;".utf8.contains($0) }
    let looksLikeNumber = word.allSatisfy { "+-.0123456789eE".utf8.contains($0) }
    return looksLikeNumber && word.contains { (48...57).contains($0) }
  }

  /// `# Key.name: value` or `##KEY=value`.
  private static func named(_ line: ArraySlice<UInt8>) -> SpectrumEntry.HeaderLine? {
    let text = TextLines.text(line)
    let isRRUFF = text.hasPrefix("##")
    let content = text.drop { $0 == "#" || $0 == " " }
    guard let separator = content.firstIndex(of: isRRUFF ? "=" : ":") else { return nil }
    let key = content[..<separator].trimmed
    guard !key.isEmpty, isRRUFF || (key.contains(".") && !key.contains(" ")) else { return nil }
    return SpectrumEntry.HeaderLine(key, content[content.index(after: separator)...].trimmed)
  }
}

extension StringProtocol {
  /// Without blanks at the ends.
  var trimmed: String {
    let start = drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
