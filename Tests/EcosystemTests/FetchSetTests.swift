import DenseMath
import Ecosystem
import Formats
import Foundation
import Synchronization
import TestKit
import Testing

@Suite("Published sets")
struct FetchSetTests {
  @Test("Every set has a name, an address by https and, for Matbench, a checksum")
  func isComplete() throws {
    #expect(PublishedSet.allNames.count == Set(PublishedSet.allNames).count)
    #expect(PublishedSet.allNames.filter { $0.hasPrefix("matbench:") }.count == 13)
    #expect(PublishedSet.allNames.filter { $0.hasPrefix("jarvis:") }.count > 60)
    for name in PublishedSet.allNames {
      let set = try PublishedSet(named: name)
      #expect(set.name == name && set.url.scheme == "https")
      guard name.hasPrefix("matbench:") else { continue }
      #expect(set.sha256?.count == 64 && set.sha256?.allSatisfy(\.isHexDigit) == true)
    }
    let steels = try PublishedSet(named: "matbench:matbench_steels")
    #expect(
      steels.url.absoluteString
        == "https://ml.materialsproject.org/projects/matbench_steels.json.gz")
    #expect(steels.entries == 312)
  }

  @Test("A wrong name lists those that are known", arguments: ["matbench:steel", "x", "jarvis:"])
  func refusesName(name: String) {
    let error = #expect(throws: FetchError.self) { try PublishedSet(named: name) }
    #expect(error.map { "\($0)" }?.contains("known are") == true)
  }

  private static let content: [UInt8] = {
    var rng = SplitMix64(seed: 7)
    return Gzip.compress((0..<150_000).map { _ in UInt8(truncatingIfNeeded: rng.next()) })
  }()

  private func set(_ server: LoopbackServer, sha256: String?) -> PublishedSet {
    PublishedSet(
      name: "matbench:test", url: server.url.appendingPathComponent("test.json.gz"),
      file: "test.json.gz", sha256: sha256, entries: nil, content: nil, hosts: [])
  }

  private func folder() throws -> URL {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("sets \(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  private func names(_ folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  @Test("Goes on after a cut, and checks the whole", arguments: [true, false])
  func resumes(keepsVersion: Bool) async throws {
    let content = Self.content
    let server = try LoopbackServer { request, number in
      let tag = keepsVersion || number == 0 ? "\"one\"" : "\"two\""
      guard number > 0 else {
        return .init(
          headers: [("ETag", tag), ("Content-Length", "\(content.count)")],
          body: [.bytes(Array(content[..<50_000])), .cut])
      }
      guard request.headers["if-range"] == tag, request.headers["range"] == "bytes=50000-" else {
        return .init(headers: [("ETag", tag)], body: [.bytes(content)])
      }
      return .init(
        status: 206,
        headers: [
          ("ETag", tag), ("Content-Range", "bytes 50000-\(content.count - 1)/\(content.count)"),
        ], body: [.bytes(Array(content[50_000...]))])
    }
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("out.json.gz").path
    let hash = ContentHash(of: content).hex
    let told = Mutex(0)
    let clock = CountingClock()
    let fetch = PublishedSetFetch(set(server, sha256: hash), waiting: clock)
    let transport = SessionTransport(policy: AddressPolicy(base: server.url))
    let outcome = try await fetch.download(to: path, by: transport) { bytes, _ in
      told.withLock { $0 = bytes }
    }
    #expect(outcome.isChecked && outcome.bytes == content.count && outcome.sha256 == hash)
    #expect(try AtomicFile.read(path) == content)
    #expect(names(folder) == ["out.json.gz"])
    #expect(told.withLock { $0 } == content.count)
    #expect(clock.waits.count == 1)
    #expect(server.requests[1].headers["range"] == "bytes=50000-")
  }

  @Test("Goes on in the next call with what a failed one left")
  func resumesLater() async throws {
    let content = Self.content
    let isBroken = Mutex(true)
    let server = try LoopbackServer { request, _ in
      let start = request.headers["range"].flatMap {
        Int($0.drop { !$0.isNumber }.prefix { $0.isNumber })
      }
      let first = start ?? 0
      let end = isBroken.withLock { $0 } ? first + 10_000 : content.count
      return .init(
        status: start == nil ? 200 : 206,
        headers: [
          ("ETag", "\"v\""), ("Content-Length", "\(content.count - first)"),
          ("Content-Range", "bytes \(first)-\(content.count - 1)/\(content.count)"),
        ], body: [.bytes(Array(content[first..<end])), .cut])
    }
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("out.json.gz").path
    var patience = Patience()
    patience.attempts = 2
    let fetch = PublishedSetFetch(
      set(server, sha256: ContentHash(of: content).hex), patience: patience,
      waiting: CountingClock())
    let transport = SessionTransport(policy: AddressPolicy(base: server.url))
    let error = await #expect(throws: FetchError.self) {
      try await fetch.download(to: path, by: transport)
    }
    #expect(error.map { "\($0)" }?.contains("name its folder with --mirror") == true)
    #expect(names(folder) == ["out.json.gz.partial", "out.json.gz.partial.json"])
    isBroken.withLock { $0 = false }
    #expect(try await fetch.download(to: path, by: transport).bytes == content.count)
    #expect(names(folder) == ["out.json.gz"])
    #expect(server.requests.last?.headers["range"]?.hasPrefix("bytes=") == true)
  }

  @Test("Damage leaves no file behind")
  func refusesDamage() async throws {
    let server = try LoopbackServer { request, _ in
      request.path == "/test.json.gz"
        ? .init(body: [.bytes(Self.content + [0])]) : .text("<html>", type: "text/html")
    }
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("out").path
    let transport = SessionTransport(policy: AddressPolicy(base: server.url))
    let published = set(server, sha256: ContentHash(of: Self.content).hex)
    let error = await #expect(throws: FetchError.self) {
      try await PublishedSetFetch(published).download(to: path, by: transport)
    }
    #expect(error.map { "\($0)" }?.contains("is published; fetch it anew") == true)
    let page = PublishedSet(
      name: "jarvis:x", url: server.url.appendingPathComponent("x"), file: "x.zip", sha256: nil,
      entries: nil, content: "x", hosts: [])
    let kind = await #expect(throws: FetchError.self) {
      try await PublishedSetFetch(page).download(to: path, by: transport)
    }
    #expect(kind.map { "\($0)" }?.contains("no archive of the kind") == true)
    #expect(names(folder) == [])
  }

  @Test("A missing set and a missing server are one sentence each")
  func saysMissing() async throws {
    let server = try LoopbackServer { _, _ in .text("", status: 404) }
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("out").path
    let transport = SessionTransport(policy: AddressPolicy(base: server.url))
    let error = await #expect(throws: FetchError.self) {
      try await PublishedSetFetch(set(server, sha256: nil)).download(to: path, by: transport)
    }
    #expect(error.map { "\($0)" }?.contains("status 404") == true)
    let nowhere = PublishedSet(
      name: "matbench:test", url: try #require(URL(string: "https://nowhere.invalid/x.json.gz")),
      file: "x.json.gz", sha256: nil, entries: nil, content: nil, hosts: [])
    let policy = AddressPolicy(base: nowhere.url, resolver: FixedNames())
    let silence = await #expect(throws: FetchError.self) {
      try await PublishedSetFetch(nowhere, waiting: CountingClock())
        .download(to: path, by: SessionTransport(policy: policy))
    }
    #expect(silence.map { "\($0)" }?.contains("No host nowhere.invalid is known") == true)
    #expect(silence.map { "\($0)" }?.contains("--mirror") == true)
    #expect(names(folder) == [])
  }

  @Test("Takes a set from a mirror, checked")
  func copies() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let published = PublishedSet(
      name: "matbench:test", url: try #require(URL(string: "https://x.example/test.json.gz")),
      file: "test.json.gz", sha256: ContentHash(of: Self.content).hex, entries: nil, content: nil,
      hosts: [])
    let fetch = PublishedSetFetch(published)
    let target = folder.appendingPathComponent("copy.json.gz").path
    let missing = #expect(throws: FetchError.self) { try fetch.copy(from: folder.path, to: target) }
    #expect(missing.map { "\($0)" }?.contains("holds no test.json.gz") == true)
    try AtomicFile.write(Self.content, to: folder.appendingPathComponent("test.json.gz").path)
    #expect(try fetch.copy(from: folder.path, to: target).isChecked)
    #expect(try AtomicFile.read(target) == Self.content)
    try AtomicFile.write(Self.content + [1], to: folder.appendingPathComponent("test.json.gz").path)
    #expect(throws: FetchError.self) { try fetch.copy(from: folder.path, to: target) }
    #expect(try AtomicFile.read(target) == Self.content)
    #expect(names(folder) == ["copy.json.gz", "test.json.gz"])
  }
}

/// A machine without a network.
private struct FixedNames: NameResolver {
  func addresses(of host: String) -> [NetworkAddress] { [] }
}
