import Formats
public import Foundation

/// Brings the structures of an OPTIMADE database into a store.
///
/// Each page is one import, with its address as the source, and is committed before the next page
/// is asked for. A fetch that was cut goes on with the page it stopped at; one that is repeated adds
/// nothing where the data are the same. A structure that cannot be read is left out and listed.
public struct OptimadeImport: Sendable {
  public var query: OptimadeQuery

  /// The most entries to take; `nil` for all.
  public var limit: Int?

  public var threads = 1

  private let client: OptimadeClient
  private let folder: URL

  /// - Parameter folder: Holds how far each fetch has come; made when needed.
  public init(_ client: OptimadeClient, query: OptimadeQuery, folder: URL) {
    self.client = client
    self.query = query
    self.folder = folder
  }

  /// What a fetch did.
  public struct Outcome: Codable, Hashable, Sendable {
    /// Entries that came, earlier attempts included.
    public var entries = 0
    public var pages = 0

    /// How many match in all, where the server says so.
    public var total: Int?

    /// Whether an earlier attempt was continued.
    public var isContinued = false
    public var measurements = 0
    public var newMaterials = 0

    /// Pages whose data were in the store already.
    public var presentPages = 0
    public var refused = 0

    /// The first structures that were refused: the address with the reason.
    public var refusals: [String] = []
    public var warnings: [String] = []
  }

  /// - Parameter progress: Told how many entries have come, and of how many where that is known.
  /// - Throws: ``RemoteError``, ``StoreError``, ``FileError``. What was committed stays, and the next
  ///   call goes on from there.
  public func run(
    into store: RecordStore, progress: (Int, Int?) -> Void = { _, _ in }
  ) async throws -> Outcome {
    let endpoint = try await client.endpoint()
    let options = try await importOptions(at: endpoint)
    let state = FetchState(folder: folder, first: query.url(at: endpoint))
    let cursor = state.cursor
    var pages = try client.pages(query, at: endpoint, from: cursor)
    var outcome = Outcome()
    outcome.isContinued = cursor != nil
    outcome.entries = pages.cursor.entries
    while outcome.entries < limit ?? .max, let page = try await pages.next() {
      let entries = Array(page.entries.prefix((limit ?? .max) - outcome.entries))
      try state.prepare()
      let file = state.file(page: pages.cursor.pages)
      try AtomicFile.write(OptimadePage.text(entries, version: page.version), to: file)
      defer { try? FileManager.default.removeItem(atPath: file) }
      if !entries.isEmpty { try take(file, from: page.url, options, store, &outcome) }
      outcome.entries += entries.count
      outcome.pages += 1
      outcome.total = page.total ?? outcome.total
      outcome.warnings += page.warnings.filter { !outcome.warnings.contains($0) }.prefix(5)
      try state.write(pages.cursor)
      progress(outcome.entries, [page.total, limit].compactMap { $0 }.min())
    }
    state.remove()
    return outcome
  }

  private func take(
    _ file: String, from url: URL, _ options: ImportOptions, _ store: RecordStore,
    _ outcome: inout Outcome
  ) throws {
    var job = DataImport(options: options, errorRule: .skip, threads: threads)
    job.origin = url.absoluteString
    let result = try job.run(file, into: store)
    if result.kind == .present {
      outcome.presentPages += 1
      return
    }
    outcome.measurements += result.run.measurements
    outcome.newMaterials += result.run.newMaterials
    outcome.refused += result.run.refused
    let space = max(0, 20 - outcome.refusals.count)
    outcome.refusals += result.refusals.prefix(space).map { "\($0.error(in: url.shown))" }
  }

  private func importOptions(
    at endpoint: OptimadeEndpoint
  ) async throws(RemoteError) -> ImportOptions {
    var options = ImportOptions()
    guard !query.properties.isEmpty else { return options }
    options.properties = query.properties
    options.units = try await client.units(of: query.properties, at: endpoint)
    return options
  }
}

/// How far a fetch has come, on disk.
private struct FetchState {
  private let folder: URL
  private let first: URL

  /// One folder for each question.
  init(folder: URL, first: URL) {
    let name = ContentHash(of: first.absoluteString).hex.prefix(16)
    self.folder = folder.appendingPathComponent(String(name))
    self.first = first
  }

  private var path: String { folder.appendingPathComponent("cursor.json").path }

  /// `nil` where there is none, where it is damaged or of another question, and after the end.
  var cursor: OptimadeCursor? {
    guard let bytes = try? AtomicFile.read(path, limit: 1 << 20),
      let cursor = try? JSONDecoder().decode(OptimadeCursor.self, from: Data(bytes)),
      cursor.first == first, !cursor.isFinished
    else { return nil }
    return cursor
  }

  func prepare() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func file(page: Int) -> String { folder.appendingPathComponent("page-\(page).json").path }

  func write(_ cursor: OptimadeCursor) throws {
    try AtomicFile.write(Array(try JSONEncoder().encode(cursor)), to: path)
  }

  /// Also the folder of all fetches, when this was the last one.
  func remove() {
    try? FileManager.default.removeItem(at: folder)
    rmdir(folder.deletingLastPathComponent().path)
  }
}

extension OptimadePage {
  /// Entries as a response with nothing in it that changes from one question to the next, so that
  /// equal data have equal bytes.
  static func text(_ entries: [OptimadeEntry], version: String) -> [UInt8] {
    var bytes = Array(#"{"meta":{"api_version":"#.utf8)
    append(.string(version), to: &bytes)
    bytes += Array(#"},"data":"#.utf8)
    append(.array(entries.map(\.resource)), to: &bytes)
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  private static func append(_ value: JSONValue, to bytes: inout [UInt8]) {
    switch value {
    case .null: bytes += Array("null".utf8)
    case .bool(let flag): bytes += Array((flag ? "true" : "false").utf8)
    case .number(let text): bytes += Array(text.utf8)
    case .string(let text): append(quoted: text, to: &bytes)
    case .array(let items):
      bytes.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(item, to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(quoted: member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(member.value, to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func append(quoted text: String, to bytes: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case ..<32: bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
