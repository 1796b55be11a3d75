import Ecosystem
import Foundation
import TestKit
import Testing

/// The reference server of the standard (optimade-python-tools) with its own test data, on loopback.
final class ReferenceServer: Sendable {
  let url: URL
  private let process: Process

  /// The Python that has it, from `Scripts/setup.sh peers`.
  private static let python = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent(".deps/py/bin/python")

  /// Looked for by its folder: starting Python to ask takes seconds.
  static let isInstalled: Bool = {
    let library = python.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("lib")
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
    return versions.contains {
      FileManager.default.fileExists(
        atPath: library.appendingPathComponent("\($0)/site-packages/optimade/server/main.py").path)
    }
  }()

  private static var environment: [String: String] {
    [
      "OPTIMADE_DATABASE_BACKEND": "mongomock", "OPTIMADE_INSERT_TEST_DATA": "true",
      // The names in its test data, as in the configuration of its own tests; without them its
      // answers have no identifiers.
      "OPTIMADE_ALIASES": """
      {"structures":{"id":"task_id","chemical_formula_reduced":"pretty_formula",
      "chemical_formula_anonymous":"formula_anonymous"}}
      """,
      "PATH": "/usr/bin:/bin", "HOME": NSTemporaryDirectory(),
    ]
  }

  init() async throws {
    let port = 20_000 + Int(getpid()) % 20_000
    // A scheme, an address and a number are always a URL.
    url = URL(string: "http://127.0.0.1:\(port)")!
    process = Process()
    process.executableURL = Self.python
    process.arguments = [
      "-m", "uvicorn", "optimade.server.main:app", "--host", "127.0.0.1", "--port", "\(port)",
      "--log-level", "critical",
    ]
    process.environment = Self.environment
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    try await waitUntilReady()
  }

  /// The server waits for its clients when it is asked to end; it has nothing to lose.
  deinit { kill(process.processIdentifier, SIGKILL) }

  private func waitUntilReady() async throws {
    let transport = SessionTransport(policy: AddressPolicy(base: url))
    var request = HTTPRequest(url.appendingPathComponent("versions"))
    request.timeLimit = 2
    for _ in 0..<300 where process.isRunning {
      if let answer = try? await transport.response(to: request), answer.head.status == 200 {
        return
      }
      try await Task.sleep(for: .milliseconds(200))
    }
    throw HTTPError.unreachable(url.absoluteString, reason: "the reference server did not start")
  }

  var client: OptimadeClient {
    var patience = Patience()
    patience.interval = 0
    return OptimadeClient(
      base: url, transport: SessionTransport(policy: AddressPolicy(base: url)), patience: patience)
  }
}

@Suite(
  "Reference server of OPTIMADE",
  .enabled(
    if: ReferenceServer.isInstalled,
    "the Python package optimade[server] is not installed: Scripts/setup.sh peers installs it"))
struct OptimadeServerTests {
  @Test("All structures come, page by page; filters agree here and there; the store takes them")
  func fetches() async throws {
    let server = try await ReferenceServer()
    defer { withExtendedLifetime(server) {} }
    let client = server.client
    let endpoint = try await client.endpoint()
    #expect(endpoint.version.hasPrefix("1."))
    #expect(try await !client.links().isEmpty)

    let all = try await entries(client, OptimadeQuery(pageLimit: 10), at: endpoint)
    let total = try #require(all.total)
    #expect(total >= 17 && all.entries.count == total)
    #expect(Set(all.entries.map(\.id)).count == total)
    #expect(all.pages == (total + 9) / 10)

    for text in Self.filters {
      let filter = try OptimadeFilter(parsing: text)
      let theirs = try await entries(
        client, OptimadeQuery(filter: filter, properties: Self.properties), at: endpoint)
      let whole = try await entries(
        client, OptimadeQuery(properties: Self.properties), at: endpoint)
      let ours = whole.entries.filter { filter.matches($0) }.map(\.id)
      #expect(theirs.entries.map(\.id).sorted() == ours.sorted(), "\(text)")
      #expect(theirs.total == theirs.entries.count, "\(text)")
    }
    try await store(client, total: total)
  }

  private static let properties = [
    "elements", "nelements", "elements_ratios", "chemical_formula_anonymous",
    "nperiodic_dimensions",
  ]

  private static let filters = [
    #"elements HAS "Si""#, #"elements HAS ALL "Ac","Ag""#, #"elements HAS ANY "O","Ag""#,
    "nelements = 2", "nelements > 3 AND nsites < 40", "NOT nelements = 3",
    #"chemical_formula_anonymous = "A2B" OR nsites <= 2"#, #"chemical_formula_reduced STARTS "Ac""#,
    #"chemical_formula_reduced CONTAINS "2""#, #"chemical_formula_reduced ENDS WITH "O""#,
    "9 < nsites", "nsites != 10", #"NOT (elements HAS "Ag" AND nelements > 2)"#,
    "elements LENGTH 3", "nperiodic_dimensions IS KNOWN",
    #"elements HAS "O" AND (nelements = 4 OR NOT nsites > 20)"#,
  ]

  private func entries(
    _ client: OptimadeClient, _ query: OptimadeQuery, at endpoint: OptimadeEndpoint
  ) async throws -> (entries: [OptimadeEntry], total: Int?, pages: Int) {
    var pages = try client.pages(query, at: endpoint)
    var entries: [OptimadeEntry] = []
    var total: Int?
    while let page = try await pages.next() {
      entries += page.entries
      total = page.total
    }
    return (entries, total, pages.cursor.pages)
  }

  private func store(_ client: OptimadeClient, total: Int) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("optimade \(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try RecordStore(path: folder.appendingPathComponent("records.sqlite").path)
    let job = OptimadeImport(
      client, query: OptimadeQuery(pageLimit: 10),
      folder: folder.appendingPathComponent("fetches"))
    let first = try await job.run(into: store)
    #expect(first.entries == total && first.pages == (total + 9) / 10)
    #expect(first.newMaterials + first.refused <= total && first.newMaterials > total / 2)
    for run in try store.runs() { #expect(run.file.hasPrefix("http://127.0.0.1:")) }
    let second = try await job.run(into: store)
    #expect(second.newMaterials == 0 && second.presentPages == second.pages)
    #expect(
      !FileManager.default.fileExists(atPath: folder.appendingPathComponent("fetches").path))
    try store.verify()
  }
}
