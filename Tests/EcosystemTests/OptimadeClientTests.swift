import DenseMath
import Ecosystem
import Foundation
import Synchronization
import TestKit
import Testing

@Suite("OPTIMADE client", .serialized)
struct OptimadeClientTests {
  @Test("Walks all pages; the link to the next is a text or an object", arguments: [true, false])
  func walksPages(linkIsObject: Bool) async throws {
    let database = SmallDatabase(count: 25, linkIsObject: linkIsObject)
    let server = try LoopbackServer { request, _ in database.answer(request) }
    let fetch = try await Fetch(server, pageLimit: 10)
    #expect(fetch.identifiers == (0..<25).map { "s\($0)" })
    #expect(fetch.pageSizes == [10, 10, 5])
    #expect(fetch.cursor?.isFinished == true)
    #expect(fetch.totals == [25, 25, 25])
  }

  @Test("Sends the filter, the fields and the wish for a page as they were meant")
  func sendsQuery() async throws {
    let server = try LoopbackServer { request, _ in SmallDatabase(count: 1).answer(request) }
    let filter = try OptimadeFilter(parsing: #"_x_n="a+b & c/d?e=ü" AND elements HAS "O""#)
    let query = OptimadeQuery(filter: filter, properties: ["_x_gap", "nsites"], pageLimit: 7)
    _ = try await Fetch(server, query: query)
    let sent = try #require(server.requests.last)
    #expect(sent.path == "/v1/structures")
    #expect(sent.query("filter") == filter.description)
    #expect(!sent.target.contains("+") && !sent.target.contains(" "))
    #expect(sent.query("page_limit") == "7")
    let fields = OptimadeQuery.structureFields + ["_x_gap"]
    #expect(sent.query("response_fields") == fields.joined(separator: ","))
    #expect(sent.headers["accept"]?.contains("application/vnd.api+json") == true)
  }

  @Test("Finds version 1 with and without it in the address", arguments: ["", "/v1", "/sub/v1.2"])
  func findsVersion(path: String) async throws {
    let server = try LoopbackServer { request, _ in
      SmallDatabase(count: 1, prefix: path.isEmpty ? "/v1" : path).answer(request)
    }
    let client = OptimadeClient.test(server, path: path)
    let endpoint = try await client.endpoint()
    #expect(endpoint.version == "1.2.0")
    #expect(endpoint.url.path == (path.isEmpty ? "/v1" : path))
  }

  @Test("Says which versions there are when 1 is not among them")
  func saysVersions() async throws {
    let server = try LoopbackServer { request, _ in
      request.path == "/versions"
        ? .text("version\n0\n2\n", type: "text/csv; header=present")
        : .text(#"{"errors":[{"detail":"no"}]}"#, status: 553)
    }
    let error = await #expect(throws: RemoteError.self) {
      try await OptimadeClient.test(server).endpoint()
    }
    #expect(error.map { "\($0)" }?.contains("speaks version 0, 2 of OPTIMADE") == true)
  }

  @Test("Lists the databases of an index, and names them where one is meant")
  func listsDatabases() async throws {
    let links = #"""
      {"data":[{"type":"links","id":"a","attributes":{"name":"A","base_url":"https://a.example/o",
      "link_type":"child"}},{"type":"links","id":"b","attributes":{"name":"B","link_type":"child",
      "base_url":{"href":"https://b.example"},"aggregate":"test"}},{"type":"links","id":"c",
      "attributes":{"name":"C","base_url":null,"link_type":"external"}}],"links":{"next":null}}
      """#
    let server = try LoopbackServer { request, _ in
      request.path == "/v1/info"
        ? .text(#"{"data":{"attributes":{"is_index":true}},"meta":{"api_version":"1.1.0"}}"#)
        : .text(links)
    }
    let client = OptimadeClient.test(server)
    let found = try await client.links()
    #expect(found.map(\.id) == ["a", "b", "c"])
    #expect(found.map(\.baseURL) == ["https://a.example/o", "https://b.example", ""])
    #expect(found.map(\.isForUse) == [true, false, true])
    let error = await #expect(throws: RemoteError.self) { try await client.endpoint() }
    #expect(error.map { "\($0)" }?.contains("https://a.example/o, https://b.example") == true)
  }

  @Test("Goes on after a cut where it stopped; no entry is lost or asked for twice")
  func resumes() async throws {
    let database = SmallDatabase(count: 30)
    let isBroken = Mutex(true)
    let server = try LoopbackServer { request, _ in
      if request.query("page_offset") == "10", isBroken.withLock({ $0 }) {
        return .init(
          headers: [("Content-Length", "5000")], body: [.bytes(Array("{\"data\":[{".utf8)), .cut])
      }
      return database.answer(request)
    }
    let client = OptimadeClient.test(server)
    let first = await Fetch.untilFailure(client, OptimadeQuery(pageLimit: 10))
    #expect(first.identifiers.count == 10)
    #expect(first.failure.map { "\($0)" }?.contains("ended in the middle") == true)
    let stored = try JSONEncoder().encode(first.cursor)
    isBroken.withLock { $0 = false }
    let cursor = try JSONDecoder().decode(OptimadeCursor.self, from: stored)
    let second = await Fetch.untilFailure(client, OptimadeQuery(pageLimit: 10), from: cursor)
    #expect(second.failure == nil)
    #expect(first.identifiers + second.identifiers == (0..<30).map { "s\($0)" })
    #expect(second.cursor?.entries == 30 && second.cursor?.pages == 3)
    let other = await Fetch.untilFailure(client, OptimadeQuery(pageLimit: 11), from: cursor)
    #expect(other.failure.map { "\($0)" }?.contains("belongs to another question") == true)
  }

  @Test("The same seed waits the same times")
  func waitsReproducibly() async throws {
    let server = try LoopbackServer { _, number in
      number % 4 == 3 ? SmallDatabase.info : .text("", status: 503)
    }
    func waits(_ seed: UInt64) async throws -> [Double] {
      let clock = CountingClock()
      _ = try await OptimadeClient.test(server, clock: clock, seed: seed).endpoint()
      return clock.waits
    }
    let (one, two, other) = (try await waits(1), try await waits(1), try await waits(2))
    #expect(one == two && one != other && one.count == 3)
    for (wait, whole) in zip(one, [1.0, 2, 4]) { #expect(wait >= whole / 2 && wait <= whole) }
  }

  @Test("Keeps the interval between questions, and the longer one that the server asks for")
  func keepsInterval() async throws {
    let database = SmallDatabase(count: 30, requestDelay: 3)
    let server = try LoopbackServer { request, _ in database.answer(request) }
    let clock = CountingClock()
    let client = OptimadeClient.test(server, clock: clock, interval: 0.5)
    let fetch = await Fetch.untilFailure(client, OptimadeQuery(pageLimit: 10))
    #expect(fetch.identifiers.count == 30)
    #expect(clock.waits == [0.5, 0.5, 3])
  }
}

extension OptimadeClient {
  static func test(
    _ server: LoopbackServer, path: String = "", clock: CountingClock = CountingClock(),
    interval: Double = 0, limits: Limits? = nil, seed: UInt64 = 0
  ) -> OptimadeClient {
    // Other tests may keep all threads busy for minutes.
    var patient = Limits()
    patient.seconds = 1800
    let base = path.isEmpty ? server.url : server.url.appendingPathComponent(path)
    var patience = Patience()
    patience.interval = interval
    return OptimadeClient(
      base: base, transport: SessionTransport(policy: AddressPolicy(base: base)),
      limits: limits ?? patient,
      patience: patience, waiting: clock, seed: seed)
  }
}

/// A clock that moves only when someone waits, and never really does.
final class CountingClock: Waiting {
  private let state = Mutex<(now: Double, waits: [Double])>((0, []))

  var waits: [Double] { state.withLock { $0.waits } }

  func seconds() -> Double { state.withLock { $0.now } }

  /// 2026-01-01T00:00:00Z at the beginning.
  func date() -> Double { 1_767_225_600 + seconds() }

  func wait(_ seconds: Double) async throws {
    state.withLock { state in
      state.now += seconds
      state.waits.append(seconds)
    }
  }
}

/// Entries `s0`, `s1`, … on pages of the size that is wished for.
struct SmallDatabase: Sendable {
  var count: Int
  var linkIsObject = false
  var requestDelay: Double?
  var prefix = "/v1"

  static let info = LoopbackServer.Answer.text(
    #"{"data":{"attributes":{"is_index":false}},"meta":{"api_version":"1.2.0"}}"#)

  func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Answer {
    if request.path == "\(prefix)/info" { return Self.info }
    guard request.path == "\(prefix)/structures" else {
      return .text(#"{"errors":[{"title":"Not Found","detail":"nothing here"}]}"#, status: 404)
    }
    let limit = request.query("page_limit").flatMap { Int($0) } ?? 10
    let offset = request.query("page_offset").flatMap { Int($0) } ?? 0
    let end = min(offset + limit, count)
    let host = request.headers["host"] ?? ""
    let fields = request.target.split(separator: "?").last.map(String.init) ?? ""
    let rest = fields.split(separator: "&").filter { !$0.hasPrefix("page_offset") }
    let query = (rest + ["page_offset=\(end)"]).joined(separator: "&")
    let address = "\"http://\(host)\(prefix)/structures?\(query)\""
    let link = end >= count ? "null" : linkIsObject ? "{\"href\":\(address)}" : address
    let entries = (offset..<max(end, offset)).map {
      "{\"id\":\"s\($0)\",\"type\":\"structures\",\"attributes\":{\"nsites\":\($0)}}"
    }
    let delay = requestDelay.map { ",\"request_delay\":\($0)" } ?? ""
    return .text(
      """
      {"data":[\(entries.joined(separator: ","))],"links":{"next":\(link)},"meta":{"data_returned":\
      \(count),"more_data_available":\(end < count),"api_version":"1.2.0"\(delay)}}
      """)
  }
}

/// What one fetch brought.
struct Fetch {
  var identifiers: [String] = []
  var pageSizes: [Int] = []
  var totals: [Int?] = []
  var cursor: OptimadeCursor?
  var failure: RemoteError?

  private init() {}

  init(
    _ server: LoopbackServer, query: OptimadeQuery? = nil, pageLimit: Int = 100
  ) async throws {
    let fetch = await Fetch.untilFailure(
      OptimadeClient.test(server), query ?? OptimadeQuery(pageLimit: pageLimit))
    if let failure = fetch.failure { throw failure }
    self = fetch
  }

  static func untilFailure(
    _ client: OptimadeClient, _ query: OptimadeQuery, from cursor: OptimadeCursor? = nil
  ) async -> Fetch {
    var fetch = Fetch()
    do throws(RemoteError) {
      var pages = try client.pages(query, at: try await client.endpoint(), from: cursor)
      defer { fetch.cursor = pages.cursor }
      while let page = try await pages.next() {
        fetch.identifiers += page.entries.map(\.id)
        fetch.pageSizes.append(page.entries.count)
        fetch.totals.append(page.total)
      }
    } catch {
      fetch.failure = error
    }
    return fetch
  }
}
