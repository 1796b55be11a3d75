import Ecosystem
import Foundation
import TestKit
import Testing

/// One way in which a server goes wrong, and what must come of it.
struct Misbehavior: Sendable, CustomTestStringConvertible {
  let name: String

  /// Entries that come nevertheless.
  var entries = 0

  /// Words of the sentence that ends the fetch; `nil` when it succeeds.
  let words: String?

  /// How long one answer may take: little where that ends the fetch, else much, on a busy machine too.
  var seconds: Double { words?.contains("did not answer within 1 s") == true ? 1 : 60 }

  /// Answers to questions for structures, by their number from 0; `nil` for the right one.
  let answer: @Sendable (LoopbackServer.Request, Int) -> LoopbackServer.Answer?

  var testDescription: String { name }

  init(
    _ name: String, entries: Int = 0, _ words: String?,
    answer: @escaping @Sendable (LoopbackServer.Request, Int) -> LoopbackServer.Answer?
  ) {
    self.name = name
    self.entries = entries
    self.words = words
    self.answer = answer
  }

  static func page(_ content: String, status: Int = 200) -> LoopbackServer.Answer {
    .text("{\(content)}", status: status)
  }

  static func sendingOn(_ target: String)
    -> @Sendable (
      LoopbackServer.Request, Int
    ) -> LoopbackServer.Answer?
  {
    { _, _ in .init(status: 302, headers: [("Location", target)], body: []) }
  }

  static func nextPage(_ target: String)
    -> @Sendable (
      LoopbackServer.Request, Int
    ) -> LoopbackServer.Answer?
  {
    { _, number in
      page(
        #""data":[{"id":"x\#(number)","type":"structures"}],"links":{"next":"\#(target)"},"meta":{}"#
      )
    }
  }

  static let all: [Misbehavior] = [
    .init("429 with seconds to wait, then right", entries: 25, nil) { _, number in
      number < 2 ? .text("", status: 429, headers: [("Retry-After", "7")]) : nil
    },
    .init("429 with a date to wait for, then right", entries: 25, nil) { _, number in
      number == 0
        ? .text("", status: 429, headers: [("Retry-After", "Thu, 01 Jan 2026 00:00:09 GMT")]) : nil
    },
    .init("429 for a day", "asks to wait 86400 s") { _, _ in
      .text("", status: 429, headers: [("Retry-After", "86400")])
    },
    .init("429 for ever", "status 429") { _, _ in .text("", status: 429) },
    .init("500, then right", entries: 25, nil) { _, number in
      number % 2 == 0 ? .text("<h1>oops</h1>", status: 500, type: "text/html") : nil
    },
    .init("500 for ever", "in trouble") { _, _ in .text("{}", status: 500) },
    .init("cut connection, then right", entries: 25, nil) { _, number in
      number == 1
        ? .init(headers: [("Content-Length", "99")], body: [.bytes([123]), .cut]) : nil
    },
    .init("no answer at all, then right", entries: 25, nil) { _, number in
      number == 0 ? .init(status: 200, headers: [("X-Endless", "1")], body: [.cut]) : nil
    },
    .init("truncated JSON, then right", entries: 25, nil) { _, number in
      number == 0 ? .text(#"{"data":[{"id":"a","type":"stru"#) : nil
    },
    .init("truncated JSON for ever", "sends a cut answer") { _, _ in .text(#"{"data":[{"id":"#) },
    .init("400 with a reason", "Bad Request: no such property _x_y") { _, _ in
      page(#""errors":[{"title":"Bad Request","detail":"no such property _x_y"}]"#, status: 400)
    },
    .init("501", "does not support this part of the filter language") { _, _ in
      page(#""errors":[{"detail":"HAS ONLY"}]"#, status: 501)
    },
    .init("403", "wants a key") { _, _ in .text("", status: 403) },
    .init("a web page", "it sends a web page") { _, _ in
      .text("<!DOCTYPE html><p>Welcome", type: "text/html; charset=utf-8")
    },
    .init("a web page that claims to be JSON", "it sends a web page") { _, _ in
      .text("\n<html></html>", type: "application/json")
    },
    .init("an image", "it sends image/png, not JSON") { _, _ in .text("x", type: "image/png") },
    .init("JSON of another kind", "it is no JSON object") { _, _ in .text("[{}]", type: "") },
    .init("damaged JSON", "does not answer as OPTIMADE says") { _, _ in .text(#"{"data":[1,,2]}"#)
    },
    .init("no data", #"holds no "data""#) { _, _ in page(#""meta":{}"#) },
    .init("entries without id", "entry 2 has no") { _, _ in
      page(#""data":[{"id":"a","type":"structures"},{"type":"structures"}]"#)
    },
    .init("data that is a number", "has no") { _, _ in page(#""data":7"#) },
    .init("deep JSON", "Nested more than") { _, _ in
      page("\"data\":" + String(repeating: "[", count: 100_000) + "}")
    },
    .init("errors beside status 200", "does not answer as OPTIMADE says") { _, _ in
      page(#""errors":[{"detail":"broken"}]"#)
    },
    .init("more data, but no next page", "no next page is named") { _, _ in
      page(#""data":[{"id":"a","type":"s"}],"meta":{"more_data_available":true}"#)
    },
    .init("a next page that is itself", "the same page again") { request, _ in
      nextPage("http://\(request.headers["host"] ?? "")\(request.target)")(request, 0)
    },
    .init("a circle of two pages", entries: 2, "the same page again") { request, number in
      nextPage("/v1/structures?p=\(number % 2)")(request, number)
    },
    .init("the same entries under ever new addresses", entries: 1, "the same page again") {
      request, number in
      page(#""data":[{"id":"a","type":"s"}],"links":{"next":"/v1/structures?p=\#(number)"}"#)
    },
    .init("empty pages for ever", "the same page again") { request, number in
      page(#""data":[],"links":{"next":"/v1/structures?p=\#(number)"}"#)
    },
    .init("new entries for ever", entries: 40, "limit of 40 pages") { request, number in
      nextPage("/v1/structures?p=\(number)")(request, number)
    },
    .init("large pages for ever", entries: 3, "limit of 3000000 bytes") { _, number in
      page(
        #""data":[{"id":"x\#(number)","type":"s","attributes":{"t":"\#(String(repeating: "x", count: 1 << 20))"}}],"#
          + #""links":{"next":"/v1/structures?p=\#(number)"}"#)
    },
    .init("2 GB in one page", "more than the limit of 4194304 bytes") { _, _ in
      .init(headers: [("Content-Type", "application/json")], body: [.zeros(2 << 30)])
    },
    .init("2 GB of unknown length", "more than the limit of 4194304 bytes") { _, _ in
      .init(headers: [("X-Endless", "1")], body: [.zeros(2 << 30)])
    },
    .init("bytes that drip", "did not answer within 1 s") { _, _ in
      .init(body: (0..<40).flatMap { _ in [.bytes([123]), .pause(seconds: 0.2)] })
    },
    .init("on to another host", "another server", answer: sendingOn("https://example.org/v1")),
    .init(
      "on to the secrets of the machine", "another server",
      answer: sendingOn("http://169.254.169.254/latest/meta-data")),
    .init("on to another loopback", "another server", answer: sendingOn("http://127.0.0.2:1/")),
    .init("on to a file", "another server", answer: sendingOn("file:///etc/passwd")),
    .init("on and on", "sends on and on", answer: sendingOn("/v1/structures")),
    .init(
      "a next page elsewhere", "on another server",
      answer: nextPage("http://169.254.169.254/latest")),
    .init("a next page in a file", "on another server", answer: nextPage("file:///etc/passwd")),
    .init(
      "a next page on another port", "on another server", answer: nextPage("http://127.0.0.1:9/")),
    .init("a next page that is a number", "is no address") { _, _ in
      page(#""data":[],"links":{"next":7}"#)
    },
  ]
}

@Suite("Servers that go wrong", .serialized)
struct OptimadeMisbehaviorTests {
  @Test("Ends with one clear sentence, or with all entries", arguments: Misbehavior.all)
  func survives(_ misbehavior: Misbehavior) async throws {
    let database = SmallDatabase(count: 25)
    let server = try LoopbackServer { request, number in
      if request.path == "/v1/info" { return SmallDatabase.info }
      // The first question is for the version.
      return misbehavior.answer(request, number - 1) ?? database.answer(request)
    }
    var limits = OptimadeClient.Limits()
    limits.bytesPerPage = 4 << 20
    limits.bytes = 3_000_000
    limits.pages = 40
    limits.seconds = misbehavior.seconds
    let clock = CountingClock()
    let client = OptimadeClient.test(server, clock: clock, limits: limits)
    let start = Date()
    let fetch = await Fetch.untilFailure(client, OptimadeQuery(pageLimit: 10))
    #expect(Date().timeIntervalSince(start) < 600)
    #expect(fetch.identifiers.count == misbehavior.entries)
    guard let words = misbehavior.words else {
      #expect(fetch.failure == nil)
      #expect(fetch.identifiers == (0..<25).map { "s\($0)" })
      return
    }
    let sentence = fetch.failure.map { "\($0)" } ?? "no failure"
    #expect(sentence.contains(words), "\(sentence)")
    #expect(sentence.count < 700 && !sentence.contains("\n"))
  }

  @Test("At least forty ways are tried")
  func countsWays() {
    #expect(Misbehavior.all.count >= 40)
  }

  @Test("Waits as long as the server asks, not longer")
  func obeysRetryAfter() async throws {
    let server = try LoopbackServer { _, number in
      number == 0 ? .text("", status: 429, headers: [("Retry-After", "7")]) : SmallDatabase.info
    }
    let clock = CountingClock()
    _ = try await OptimadeClient.test(server, clock: clock).endpoint()
    #expect(clock.waits == [7])
  }
}
