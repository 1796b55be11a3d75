import Discovery
import Foundation
import Synchronization
import TestKit

@testable import Service

/// A service in this process, on a port of its own and in a folder that goes with it.
final class TestService: Sendable {
  static let recipe = """
    name: Strong alloys
    seed: 3
    space: {elements: [Al, Ti, Fe, Ni], step: 0.25}
    objective: {maximize: strength}
    ranges: [{property: strength, atLeast: 0, atMost: 100, unit: GPa}]
    surrogate: {kind: gp, features: fractions}
    acquisition: {kind: log-ei}
    initial: 8
    budget: 20
    batch: 4
    oracle: person
    laboratory: {lease: 60}

    """

  let folder: String
  let port: Int
  private let task: Task<Void, any Error>
  private let lines: Lines
  private let keepsFolder: Bool

  /// What the service logged.
  final class Lines: Sendable {
    private let content = Mutex<[String]>([])

    var all: [String] { content.withLock { $0 } }

    func add(_ line: String) { content.withLock { $0.append(line) } }
  }

  var log: [String] { lines.all }

  /// - Parameters:
  ///   - kept: A folder that stays, so that another service can go on there.
  ///   - limits: Smaller ones, where a test is to reach them.
  ///   - prepare: Gets the folder before the service starts, to put tokens there.
  ///   - configure: May name a store and models in the folder.
  init(
    recipe: String = TestService.recipe, in kept: String? = nil, limits: Limits = Limits(),
    prepare: (String) throws -> Void = { _ in },
    configure: (inout LaboratoryService.Configuration) throws -> Void = { _ in }
  ) async throws {
    keepsFolder = kept != nil
    folder =
      kept
      ?? FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor-service-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/alloys.yaml"
    try Data(recipe.utf8).write(to: URL(fileURLWithPath: path))
    try prepare(folder)
    var configuration = LaboratoryService.Configuration(folder: folder, codeVersion: "test")
    configuration.port = 0
    try configure(&configuration)
    let lines = Lines()
    let service = try LaboratoryService(recipes: [path], configuration, limits) { lines.add($0) }
    let (addresses, continuation) = AsyncStream.makeStream(of: String.self)
    let running = Task {
      try await service.run(watchesSignals: false, on: ServiceExecutor()) { continuation.yield($0) }
    }
    self.lines = lines
    task = running
    var iterator = addresses.makeAsyncIterator()
    let address = await iterator.next() ?? ""
    port = Int(address.split(separator: ":").last ?? "") ?? 0
    try await Self.waitForProposals(service)
  }

  /// The planner fills the queue in the background.
  private static func waitForProposals(_ service: LaboratoryService) async throws {
    for _ in 0..<6000 {
      if try await service.hosts[0].store.read({ $0.openCount }) > 0 { return }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  deinit {
    task.cancel()
    guard !keepsFolder else { return }
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Ends it, as far as a process can end a part of itself.
  func stop() async {
    task.cancel()
    _ = await task.result
  }

  static let base = "/v1/campaigns/alloys"

  /// Sends a request with a JSON body, or without one.
  func ask(
    _ method: String, _ path: String, _ body: String? = nil, token: String? = nil,
    headers: [String] = []
  ) async throws -> RawAnswer {
    var lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"]
    if let token { lines.append("Authorization: Bearer \(token)") }
    lines += headers
    if let body {
      lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
    }
    let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
    return try await raw(Array(text.utf8))
  }

  /// Sends bytes as they are.
  func raw(_ bytes: [UInt8]) async throws -> RawAnswer {
    try RawAnswer(try await RawConnection.exchanged(port, bytes))
  }

  func post(_ path: String, _ body: String, token: String? = nil) async throws -> RawAnswer {
    try await ask("POST", Self.base + path, body, token: token)
  }
}
