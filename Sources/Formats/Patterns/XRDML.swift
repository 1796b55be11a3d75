import Matter

/// PANalytical's XRDML: one spectrum for each scan with positions along 2θ.
enum XRDML {
  static func spectra(_ bytes: [UInt8], file: String) throws(ReadingError) -> [SpectrumEntry] {
    var scans = Scans(file: file)
    var walk = XMLWalk(bytes, file: file)
    defer { walk.close() }
    while let event = try walk.next() {
      try scans.take(event, line: walk.line)
    }
    guard !scans.found.isEmpty else {
      throw ReadingError(file: file, message: "There is no scan along 2θ in the file.")
    }
    return try scans.found.map { scan throws(ReadingError) in try entry(scan, scans, file) }
  }

  private static func entry(
    _ scan: Scan, _ scans: Scans, _ file: String
  ) throws(ReadingError) -> SpectrumEntry {
    var notices: [ReadingNotice] = []
    let points = PointColumns(
      positions: try scan.positions(file), intensities: scan.counts, line: scan.line)
    let spectrum = try points.spectrum(
      Spectrum.Axis("2θ", unit: "deg"), wavelength: scans.wavelength, file: file,
      notices: &notices)
    return SpectrumEntry(
      name: scans.sample, spectrum: spectrum, header: scans.header, notices: notices)
  }

  /// One `dataPoints` element.
  private struct Scan {
    var line = 0
    var start: Double?
    var end: Double?
    var listed: [Double] = []
    var counts: [Double] = []

    func positions(_ file: String) throws(ReadingError) -> [Double] {
      if !listed.isEmpty {
        guard listed.count == counts.count else {
          throw ReadingError(
            file: file, line: line,
            message: "\(listed.count) positions for \(counts.count) intensities.")
        }
        return listed
      }
      guard let start, let end else {
        throw ReadingError(file: file, line: line, message: "The scan has no 2θ positions.")
      }
      let step = counts.count > 1 ? (end - start) / Double(counts.count - 1) : 0
      return counts.indices.map { start + Double($0) * step }
    }
  }

  /// Collects scans on a walk through the file.
  private struct Scans {
    let file: String
    var found: [Scan] = []
    var header: [SpectrumEntry.HeaderLine] = []
    var sample: String?
    var wavelength: Double?

    private var path: [String] = []
    private var text = ""
    private var scan: Scan?
    private var isAlongTwoTheta = false

    init(file: String) {
      self.file = file
    }

    mutating func take(_ event: XMLWalk.Event, line: Int) throws(ReadingError) {
      switch event {
      case .start(let name, let axis):
        path.append(name)
        text = ""
        if name == "dataPoints" { scan = Scan(line: line) }
        if name == "positions" { isAlongTwoTheta = axis == "2Theta" }
      case .text(let content): text += content
      case .end(let name):
        try finish(name, line)
        if !path.isEmpty { path.removeLast() }
        text = ""
      }
    }

    private mutating func finish(_ name: String, _ line: Int) throws(ReadingError) {
      switch (path.dropLast().last ?? "", name) {
      case ("positions", "startPosition") where isAlongTwoTheta:
        scan?.start = try Self.numbers(text, line, file).first
      case ("positions", "endPosition") where isAlongTwoTheta:
        scan?.end = try Self.numbers(text, line, file).first
      case ("positions", "listPositions") where isAlongTwoTheta:
        scan?.listed = try Self.numbers(text, line, file)
      case ("dataPoints", "counts"), ("dataPoints", "intensities"):
        scan?.counts = try Self.numbers(text, line, file)
      case (_, "dataPoints"):
        if let scan, !scan.counts.isEmpty { found.append(scan) }
        scan = nil
      case ("usedWavelength", "kAlpha1"): wavelength = try Self.numbers(text, line, file).first
      case ("sample", "id"): sample = text.trimmed.isEmpty ? nil : text.trimmed
      case ("xRayTube", "anodeMaterial"):
        header.append(SpectrumEntry.HeaderLine("anode", text.trimmed))
      default: break
      }
    }

    private static func numbers(
      _ text: String, _ line: Int, _ file: String
    ) throws(ReadingError) -> [Double] {
      try text.split(whereSeparator: \.isWhitespace).map { token throws(ReadingError) in
        guard let number = DecimalParser.value(token), number.isFinite else {
          throw ReadingError(
            file: file, line: line, message: "\"\(token.prefix(40))\" is not a finite number.")
        }
        return number
      }
    }
  }
}
