import Foundation
import TestKit

/// A running service with so many experiments that wait for workers; it ends with this value.
final class LoadedService: Sendable {
  /// Proposals without a model, as many as there are measurements.
  private static let recipe = """
    name: Load
    seed: 3
    space: {elements: [Al, Ti, Fe, Ni, Cr, Co], step: 0.025}
    objective: {maximize: strength}
    surrogate: {kind: gp, features: fractions}
    acquisition: {kind: random}
    initial: 8
    budget: BUDGET
    batch: 8
    oracle: person
    laboratory: {lease: 6000, ahead: BUDGET}

    """

  let port: Int
  private let service: Process

  /// Touched when it is made and when it ends, by one thread each.
  private nonisolated(unsafe) let folder: TemporaryFolder

  var process: Int32 { service.processIdentifier }

  init(_ budget: Int, limit: MemoryLimit? = nil) throws {
    folder = try TemporaryFolder()
    try folder.write(Self.recipe.replacing("BUDGET", with: "\(budget)"), to: "r.yaml")
    port = try ServeTests.freePort()
    service = try ProgramRun.start(
      ["serve", "r.yaml", "--folder", "lab", "--port", "\(port)"], in: folder.url, limit: limit)
    for _ in 0..<6000 {
      let answer = try? KeepAliveClient(port).ask("GET", "/v1/campaigns/r").answer
      if (answer?.json["counts"] as? [String: Int])?["proposed"] == budget { break }
      usleep(20_000)
    }
  }

  deinit {
    service.terminate()
    service.waitUntilExit()
  }

  var isRunning: Bool { service.isRunning }

  /// Files and sockets that it has open.
  var openFiles: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd"))?.count ?? 0
  }

  /// Bytes of memory that it holds.
  var memory: Double {
    let text = (try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)) ?? ""
    return (text.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) * 4096
  }

  /// Waits some seconds for the number of open files to come down to one of before.
  func settle(to files: Int) async throws {
    var rounds = 0
    while openFiles > files, rounds < 200 {
      rounds += 1
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
