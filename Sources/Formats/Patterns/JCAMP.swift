import Matter

/// JCAMP-DX 4.24 and 5: spectra as labeled text (McDonald and Wilks, Appl. Spectrosc. 42, 151
/// (1988)), with compressed ordinates (ASDF) or plain pairs.
///
/// Files of several blocks give one spectrum a block; `NTUPLES` are refused.
enum JCAMP {
  static func spectra(_ bytes: [UInt8], file: String) throws(ReadingError) -> [SpectrumEntry] {
    var entries: [SpectrumEntry] = []
    var block = Block(file: file)
    for line in TextLines(bytes) {
      let content = withoutComment(line.bytes)
      let text = TextLines.text(content).trimmed
      if let (label, value) = labeled(content) {
        switch label {
        case "END":
          if let entry = try block.entry() { entries.append(entry) }
          block = Block(file: file)
        case "NTUPLES":
          throw ReadingError(
            file: file, line: line.number,
            message: "Tables of several variables (NTUPLES) are not read; export one spectrum.")
        default: try block.open(label, value, line: line.number)
        }
      } else if !text.isEmpty {
        try block.append(text, line: line.number)
      }
    }
    if let entry = try block.entry() { entries.append(entry) }
    guard !entries.isEmpty else {
      throw ReadingError(
        file: file, message: "There is no ##XYDATA, ##XYPOINTS or ##PEAK TABLE in the file.")
    }
    return entries
  }

  /// Without what follows `$$`, and without blanks in front.
  private static func withoutComment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let line = line.drop { $0 == 32 || $0 == 9 }
    let dollar = UInt8(ascii: "$")
    guard
      let mark = line.indices.dropLast().first(where: {
        line[$0] == dollar && line[$0 + 1] == dollar
      })
    else { return line }
    return line[..<mark]
  }

  /// `##LABEL= value`; labels are compared without blanks, dashes, slashes and underscores.
  private static func labeled(_ line: ArraySlice<UInt8>) -> (label: String, value: String)? {
    guard line.starts(with: Array("##".utf8)), let equals = line.firstIndex(of: UInt8(ascii: "="))
    else { return nil }
    let label = line[(line.startIndex + 2)..<equals].filter { !" -/_".utf8.contains($0) }
    return (TextLines.text(label).uppercased(), TextLines.text(line[(equals + 1)...]).trimmed)
  }

  /// One spectrum on its way.
  struct Block {
    let file: String
    private var labels: [String: (value: String, line: Int)] = [:]
    private var header: [SpectrumEntry.HeaderLine] = []
    private var form: Form?
    private var ordinates = JCAMPOrdinates()
    private var points = PointColumns()

    private enum Form {
      case ordinates
      case pairs
    }

    init(file: String) {
      self.file = file
    }

    mutating func open(_ label: String, _ value: String, line: Int) throws(ReadingError) {
      form = nil
      labels[label] = (value, line)
      switch label {
      case "XYDATA":
        guard value.filter({ $0 != " " }).hasPrefix("(X++(Y..Y))") else {
          throw failure(line, "The form \"\(value.prefix(40))\" of ##XYDATA is not (X++(Y..Y)).")
        }
        form = .ordinates
        points.line = line
      case "XYPOINTS", "PEAKTABLE":
        form = .pairs
        points.line = line
      default: header.append(SpectrumEntry.HeaderLine(label, value))
      }
    }

    mutating func append(_ text: String, line: Int) throws(ReadingError) {
      switch form {
      case .ordinates:
        do throws(JCAMPOrdinates.Damage) {
          try ordinates.append(Array(text.utf8), limit: PatternFile.pointLimit)
        } catch {
          throw failure(line, error.message)
        }
      case .pairs: try appendPairs(text, line)
      case nil: break  // a long value of a label goes on
      }
    }

    private mutating func appendPairs(_ text: String, _ line: Int) throws(ReadingError) {
      let numbers = try text.split { " ,;\t".contains($0) }.map { token throws(ReadingError) in
        guard let value = DecimalParser.value(token) else {
          throw failure(line, "\"\(token.prefix(40))\" is not a number.")
        }
        return value
      }
      guard numbers.count.isMultiple(of: 2) else {
        throw failure(line, "The line has \(numbers.count) numbers, which are no pairs.")
      }
      for place in stride(from: 0, to: numbers.count, by: 2) {
        points.positions.append(try number("XFACTOR", or: 1) * numbers[place])
        points.intensities.append(try number("YFACTOR", or: 1) * numbers[place + 1])
      }
    }

    /// `nil` for a block without data, such as one that only links others.
    mutating func entry() throws(ReadingError) -> SpectrumEntry? {
      var notices: [ReadingNotice] = []
      if !ordinates.values.isEmpty { try placeOrdinates() }
      guard !points.positions.isEmpty else { return nil }
      try checkCount(&notices)
      let unit = labels["XUNITS"]?.value
      let spectrum = try points.spectrum(
        Spectrum.Axis(Self.quantity(of: unit), unit: unit), file: file, notices: &notices)
      return SpectrumEntry(
        name: labels["TITLE"]?.value, spectrum: spectrum, header: header, notices: notices)
    }

    /// Equal steps from ##FIRSTX to ##LASTX.
    private mutating func placeOrdinates() throws(ReadingError) {
      let count = ordinates.values.count
      guard labels["FIRSTX"] != nil, labels["LASTX"] != nil else {
        throw failure(points.line, "##XYDATA needs ##FIRSTX and ##LASTX before it.")
      }
      let first = try number("FIRSTX", or: 0)
      let last = try number("LASTX", or: 0)
      let factor = try number("YFACTOR", or: 1)
      let step = count > 1 ? (last - first) / Double(count - 1) : 0
      points.positions = (0..<count).map { first + Double($0) * step }
      points.intensities = ordinates.values.map { factor * $0 }
    }

    private func checkCount(_ notices: inout [ReadingNotice]) throws(ReadingError) {
      guard let stated = labels["NPOINTS"] else { return }
      guard Int(stated.value) == points.positions.count else {
        throw failure(
          stated.line,
          "##NPOINTS is \(stated.value.prefix(20)), but \(points.positions.count) points follow.")
      }
    }

    private func number(_ label: String, or standard: Double) throws(ReadingError) -> Double {
      guard let (value, line) = labels[label] else { return standard }
      guard let number = DecimalParser.value(value), number.isFinite else {
        throw failure(line, "##\(label) is \"\(value.prefix(40))\", not a number.")
      }
      return number
    }

    private static func quantity(of unit: String?) -> String {
      switch unit?.uppercased() {
      case "1/CM": "wavenumber"
      case "NANOMETERS", "MICROMETERS": "wavelength"
      case "HZ", "PPM": "shift"
      case "DEGREES": "2θ"
      default: "position"
      }
    }

    private func failure(_ line: Int, _ message: String) -> ReadingError {
      ReadingError(file: file, line: line, message: message)
    }
  }
}
