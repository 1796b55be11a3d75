import Ecosystem
import Formats
import Foundation

extension FileCard {
  /// Files that are neither packed nor read piece by piece are read up to this length, bytes.
  private static let wholeLimit = 4 << 30

  /// Rows of a table that are looked at together.
  private static let batch = 8_192

  /// Looks at data of any kind that come in pieces.
  ///
  /// Tables, trajectories and arrays may be of any length: memory does not grow with them.
  ///
  /// - Parameters:
  ///   - limits: Of what is unpacked to be read whole.
  ///   - bytes: The file, gzipped or not; `nil` at its end.
  init(
    data file: String, tolerance: Double, limits: ExpansionLimits = ExpansionLimits(),
    _ bytes: @escaping () throws -> [UInt8]?
  ) throws {
    let raw = PeekedBytes(bytes)
    let limit = Gzip.isCompressed(try raw.beginning(2)) ? limits.bytes : Self.wholeLimit
    let source = PeekedBytes(Gzip.decompressing(file: file, raw.next))
    let beginning = try source.beginning(FileKind.beginningLength)
    switch try FileKind(beginning: beginning, file: file) {
    case .table: try self.init(table: file, source)
    case .text:
      do {
        try self.init(table: file, source)
      } catch let error as ReadingError where !beginning.isEmpty {
        throw FileKind.unknown(error)
      }
    case .array:
      self.init(file: file, format: "npy")
      array = try NPYSummary(file: file, chunks: source.next)
    case .structures(let format) where StructureStream.reads(format):
      try self.init(trajectory: file, format, source, tolerance)
    case .structures, .spectra, .image, .archive:
      let whole = try source.rest(
        limit: limit,
        refusal: ReadingError(
          file: file,
          message: "More than the limit of \(limit) bytes for files that are read whole; "
            + "split it."))
      let content = try FileContent(whole, file: file, limits: limits)
      try self.init(content: content, file, tolerance)
    }
  }

  private init(table file: String, _ source: PeekedBytes) throws {
    self.init(file: file, format: "table")
    var batches = try TableBatches(file: file, nextChunk: source.next)
    var profiler = TableProfiler(formulaNames: Dataset.formulaNames)
    profiler.addColumns(batches.columns)
    while let batch = try batches.next(rows: Self.batch) { profiler.add(batch) }
    if Table.areValues(batches.columns) {
      notices.append(
        Notice(
          line: 1,
          message: "The first line holds values, which are taken for the names of columns; put a "
            + "line of names above it."))
    }
    table = profiler.profile(file: file)
  }

  private init(
    trajectory file: String, _ format: StructureFormat, _ source: PeekedBytes, _ tolerance: Double
  ) throws {
    self.init(file: file, format: format.rawValue)
    let stream = StructureStream(format, file: file, chunks: source.next)
    var count = 0
    while let entry = try stream?.next() {
      count += 1
      if count == 1 { take(entry, tolerance) }
    }
    structure?.structures = count
  }

  private init(content: FileContent, _ file: String, _ tolerance: Double) throws {
    switch content {
    case .structures(let entries, let format):
      self.init(file: file, format: format.rawValue)
      entries.first.map { take($0, tolerance) }
      structure?.structures = entries.count
    case .spectra(let entries):
      self.init(file: file, format: "spectrum")
      spectra = entries.map(SpectrumCard.init)
      notices = entries.flatMap(\.notices).map(Notice.init)
    case .image(let image, let pages):
      self.init(file: file, format: "image")
      self.image = ImageCard(image, pages: pages)
    case .array(let content):
      self.init(file: file, format: "npy")
      var bytes: [UInt8]? = content.encoded
      array = try NPYSummary(file: file) {
        defer { bytes = nil }
        return bytes
      }
    case .table(let table):
      self.init(file: file, format: "table")
      self.table = TableProfile(table, formulaNames: Dataset.formulaNames)
    case .archive(let archive):
      let isArrays =
        !archive.entries.isEmpty && archive.entries.allSatisfy { $0.name.hasSuffix(".npy") }
      self.init(file: file, format: isArrays ? "npz" : "zip")
      self.archive = ArchiveCard.members(archive, file: file, tolerance: tolerance)
    }
  }

  /// The first structure of a file.
  private mutating func take(_ entry: StructureEntry, _ tolerance: Double) {
    let card = StructureCard(entry, tolerance: tolerance)
    structure = card
    notices = entry.notices.map(Notice.init)
    if let implausible = card.implausible {
      notices.append(Notice(line: nil, message: implausible))
    }
  }
}

extension FileCard.Notice {
  init(_ notice: ReadingNotice) {
    self.init(line: notice.line > 0 ? notice.line : nil, message: notice.message)
  }
}
