import Formats
import Foundation
import Matter
import TestKit
import Testing

@testable import Discovery

/// What ``NodeOracleTests`` asks of a fake, asked of `madsci_node_module` in a process of its own.
@Suite("A node of MADSci", .serialized)
struct NodePackageTests {
  static let python = URL(fileURLWithPath: #filePath)
    .appendingPathComponent("../../../../.deps/madsci/bin/python").standardizedFileURL.path
  static let isInstalled = FileManager.default.isExecutableFile(atPath: python)

  static let program = """
    import sys, time
    from madsci.node_module.helpers import action
    from madsci.node_module.rest_node_module import RestNode

    class Furnace(RestNode):
        starts = 0

        @action
        def anneal(self, temperature: float, minutes: float = 0.0) -> dict:
            Furnace.starts += 1
            if temperature > 1100:
                raise ValueError("The tube melts.")
            time.sleep(minutes)
            strength = 2 - ((temperature - 900) / 500) ** 2
            return {"strength": {"value": strength, "unit": "GPa"}, "starts": Furnace.starts}

        def safety_stop(self):
            self.node_status.stopped = True
            return True

    Furnace().start_node()

    """

  /// A node on a free port, as long as the object lives.
  private final class Node {
    let oracle: NodeOracle
    private var process = Process()
    private var launches = 0
    private let address: String
    private let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor-node-\(UUID().uuidString)")

    init() throws {
      // A server that has just stopped leaves a port that is free.
      let server = try LoopbackServer { _, _ in .text("") }
      address = "http://127.0.0.1:\(server.port)"
      server.stop()
      oracle = try NodeOracle(
        NodeOracleTests.configuration(address), variableNames: ["temperature", "minutes"],
        properties: ["strength"])
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try NodePackageTests.program.write(to: script, atomically: true, encoding: .utf8)
      try launch()
    }

    private var script: URL { folder.appendingPathComponent("furnace.py") }

    private func launch() throws {
      process = Process()
      launches += 1
      process.executableURL = URL(fileURLWithPath: NodePackageTests.python)
      process.arguments = [
        script.path, "--node_url", address + "/", "--node_name", "furnace-\(launches)",
        "--enable_rate_limiting", "false",
      ]
      process.currentDirectoryURL = folder
      // It keeps a register of its names at home, where that of a dead node stays taken for a while.
      process.environment = ["HOME": folder.path, "PATH": "/usr/bin:/bin"]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      for _ in 0..<600 {
        if let state = try? oracle.client.state(), !state.isBusy { break }
        Thread.sleep(forTimeInterval: 0.05)
      }
      _ = try oracle.client.state()
    }

    /// Dies and comes up again, with nothing in its memory.
    func restart() throws {
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      try launch()
    }

    func measure(_ temperature: Double, seconds: Double = 0) throws -> Observation {
      try oracle.measure(Candidate(variables: [temperature, seconds]), seed: 1)
    }

    /// Sends an order while an action runs.
    func order(_ name: String, after seconds: Double) {
      let client = oracle.client
      Thread {
        Thread.sleep(forTimeInterval: seconds)
        client.order(name)
      }.start()
    }

    func kill(after seconds: Double) {
      let number = process.processIdentifier
      Thread {
        Thread.sleep(forTimeInterval: seconds)
        Foundation.kill(number, SIGKILL)
      }.start()
    }

    deinit {
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      try? FileManager.default.removeItem(at: folder)
    }
  }

  @Test(
    "measures, says why it failed, and is left alone in error, after a stop and after its end",
    .enabled(
      if: Self.isInstalled,
      "The node package is not installed; Scripts/setup.sh madsci installs it."))
  func behaves() throws {
    let node = try Node()
    #expect(try node.measure(900).values == ["strength": MeasuredValue(2, unit: "GPa")])
    #expect(try node.measure(400, seconds: 0.8).values["strength"]?.value == 1)
    #expect(throws: WorkError.self) { try node.measure(1250) }
    #expect(throws: WorkError.reported("The node's action failed: The tube melts.")) {
      try node.measure(1150)
    }
    let error = #expect(throws: OracleHalt.self) { try node.measure(900) }
    #expect(error?.description.contains("is errored (The tube melts.)") == true)
    // A person looks, and resets it.
    node.oracle.client.order("reset")
    #expect(try node.measure(900).values["strength"]?.value == 2)
    node.order("safety_stop", after: 0.7)
    let stop = #expect(throws: OracleHalt.self) { try node.measure(900, seconds: 3) }
    #expect(stop?.description.contains("is stopped") == true)
    #expect(throws: OracleHalt.self) { try node.measure(900) }
  }

  @Test(
    "is asked for what it runs after a restart of the program, and after its own nobody knows",
    .enabled(
      if: Self.isInstalled,
      "The node package is not installed; Scripts/setup.sh madsci installs it."))
  func restarts() throws {
    let node = try Node()
    let (oracle, action) = (node.oracle, Collected<String?>(nil))
    let proposal = Proposal(number: 1, candidate: Candidate(variables: [900, 1.5]), reason: "")
    Thread {
      let notes = ActionNotes(earlier: nil) { name in action.change { $0 = name } }
      _ = try? oracle.measure(proposal, seed: 1, notes: notes)
    }.start()
    while action.value == nil { Thread.sleep(forTimeInterval: 0.02) }
    let noted = try #require(action.value)
    while try oracle.client.result(noted).status == .unknown { Thread.sleep(forTimeInterval: 0.02) }
    let again = ActionNotes(earlier: noted) { _ in Issue.record("it was begun anew") }
    let found = try oracle.measure(proposal, seed: 1, notes: again)
    #expect(found.values["strength"]?.value == 2)
    #expect(try oracle.client.result(noted).content?["starts"]?.double == 1)
    try node.restart()
    let halt = #expect(throws: OracleHalt.self) {
      try oracle.measure(proposal, seed: 1, notes: again)
    }
    #expect(halt?.losesAction == true)
    #expect(try node.measure(900).values["strength"]?.value == 2)
  }

  @Test(
    "that dies in the middle halts the campaign",
    .enabled(
      if: Self.isInstalled,
      "The node package is not installed; Scripts/setup.sh madsci installs it."))
  func dies() throws {
    let node = try Node()
    node.kill(after: 0.8)
    let halt = #expect(throws: OracleHalt.self) { try node.measure(900, seconds: 5) }
    #expect(halt?.description.contains("does not answer") == true, "\(halt as Any)")
  }
}
