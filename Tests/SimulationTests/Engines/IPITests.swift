import DenseMath
import Foundation
import Matter
import Testing

@testable import Simulation

@Suite("i-PI messages")
struct IPIMessageTests {
  static let messages: [IPIMessage] = [
    .status, .needsInitialization, .initialize(bead: 3, parameters: Array("none".utf8)), .ready,
    .positions(
      cell: [1, 2, 3, 4, 5, 6, 7, 8, 9], inverseCell: [9, 8, 7, 6, 5, 4, 3, 2, 1],
      positions: [0.5, -0.25, 1e-300, -0.0, 3, 4]),
    .haveData, .getForce,
    .forces(
      energy: -0.5, forces: [1, 2, 3], virial: [1, 0, 0, 0, 2, 0, 0, 0, 3], extra: [0, 255]),
    .exit,
  ]

  @Test("Bytes and messages are inverse")
  func roundTrips() throws {
    let bytes = Self.messages.flatMap(\.bytes)
    let read = try IPIMessage.messages(bytes)
    #expect(read == Self.messages && read.flatMap(\.bytes) == bytes)
    #expect(IPIMessage.getForce.bytes == Array("GETFORCE    ".utf8))
    #expect(IPIMessage.positions(cell: [], inverseCell: [], positions: []).bytes.count == 16)
  }

  @Test("A stream that is cut off anywhere but between messages is refused")
  func truncated() throws {
    let bytes = Self.messages.flatMap(\.bytes)
    var ends: Set<Int> = [0]
    for message in Self.messages { ends.insert((ends.max() ?? 0) + message.bytes.count) }
    for count in 0...bytes.count {
      if ends.contains(count) {
        #expect(throws: Never.self) { try IPIMessage.messages(Array(bytes[..<count])) }
      } else {
        #expect(throws: IPIError.self) { try IPIMessage.messages(Array(bytes[..<count])) }
      }
    }
  }

  @Test("Mutated streams give messages or errors, never a trap", arguments: UInt64(0)..<8)
  func mutated(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let bytes = Self.messages.flatMap(\.bytes)
    var refused = 0
    for _ in 0..<500 {
      var copy = bytes
      for _ in 0...generator.index(below: 4) {
        copy[generator.index(below: copy.count)] = UInt8(generator.index(below: 256))
      }
      if generator.index(below: 3) == 0 { copy.removeSubrange(generator.index(below: 50)..<60) }
      do throws(IPIError) {
        let read = try IPIMessage.messages(copy)
        // What is understood is written back as it came.
        #expect(read.flatMap(\.bytes) == copy)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 100)
  }

  @Test("Counts that lie and numbers that are none are refused")
  func lies() {
    var bytes = IPIMessage.forces(
      energy: 0, forces: [1, 2, 3], virial: [Double](repeating: 0, count: 9), extra: []
    ).bytes
    bytes.replaceSubrange(20..<24, with: [255, 255, 255, 255])
    #expect(throws: IPIError.badCount("atoms", -1)) { try IPIMessage.messages(bytes) }
    bytes.replaceSubrange(20..<24, with: [0, 0, 0, 127])
    #expect(throws: IPIError.self) { try IPIMessage.messages(bytes) }
    let infinite = IPIMessage.forces(
      energy: .infinity, forces: [1, 2, 3], virial: [Double](repeating: 0, count: 9), extra: []
    ).bytes
    #expect(throws: IPIError.notFinite) { try IPIMessage.messages(infinite) }
    #expect(throws: IPIError.unknownHeader("GET / HTTP/1")) {
      try IPIMessage.messages(Array("GET / HTTP/1.1".utf8))
    }
  }
}

@Suite("i-PI sessions")
struct IPISessionTests {
  /// Two ends of a connection within this process.
  static func pair(timeLimit: Double = 2) throws -> (server: IPIConnection, client: IPIConnection) {
    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    return (
      IPIConnection(ends[0], timeLimit: timeLimit), IPIConnection(ends[1], timeLimit: timeLimit)
    )
  }

  @Test("Asks for initialization, positions and forces in the order of the protocol, in our units")
  func conversation() throws {
    let (server, client) = try Self.pair()
    let crystal = try Engines.diamond("Si", edge: 5.4)
    // The answers wait in the socket: the protocol is a strict exchange.
    let virial: [Double] = [1, 0, 0, 0, 1, 0, 0, 0, 1]
    for answer: IPIMessage in [
      .needsInitialization, .ready, .haveData,
      .forces(energy: 2, forces: [1, 0, 0, -1, 0, 0], virial: virial, extra: []),
    ] { try client.send(answer) }
    let found = try IPISession(server).evaluate(crystal)
    #expect(abs(found.energy - 2 * 27.211386) < 1e-5)
    #expect(abs(found.forces[0].x - 27.211386 / 0.529177211) < 1e-4)
    #expect(abs(found.stress.xx + 27.211386 / crystal.volume) < 1e-6)
    let heard = try (0..<6).map { _ in try client.receive() }
    #expect(
      heard.map(\.header) == ["STATUS", "INIT", "STATUS", "POSDATA", "STATUS", "GETFORCE"])
    guard case .positions(let cell, let inverse, let positions) = heard[3] else {
      Issue.record("no positions")
      return
    }
    let edge = 2.7 / 0.529177210544
    for (a, b) in zip(cell, [0, edge, edge, edge, 0, edge, edge, edge, 0]) {
      #expect(abs(a - b) < 1e-9)
    }
    // Both are transposed, so their product is the unit matrix.
    for row in 0..<3 {
      for column in 0..<3 {
        let sum = (0..<3).reduce(0) { $0 + cell[3 * row + $1] * inverse[3 * $1 + column] }
        #expect(abs(sum - (row == column ? 1 : 0)) < 1e-12)
      }
    }
    #expect(positions.count == 6 && abs(positions[3] - edge / 2) < 1e-9)
  }

  @Test("A client that answers out of turn, falls silent or goes away ends in a typed error")
  func misbehaves() throws {
    let crystal = try Engines.diamond("Si", edge: 5.4)
    do {
      let (server, client) = try Self.pair()
      try client.send(.getForce)
      #expect(throws: IPIError.unexpected("GETFORCE", expected: "READY")) {
        try IPISession(server).evaluate(crystal)
      }
    }
    do {
      let (server, client) = try Self.pair(timeLimit: 0.05)
      try client.send(.ready)
      #expect(throws: IPIError.timedOut(seconds: 0.05)) {
        try IPISession(server).evaluate(crystal)
      }
    }
    do {
      let (server, client) = try Self.pair()
      for answer: IPIMessage in [
        .ready, .haveData,
        .forces(
          energy: 0, forces: [0, 0, 0], virial: [Double](repeating: 0, count: 9), extra: []),
      ] { try client.send(answer) }
      #expect(throws: IPIError.badCount("atoms of 2", 1)) {
        try IPISession(server).evaluate(crystal)
      }
    }
    let server = try { () throws -> IPIConnection in try Self.pair().server }()
    #expect(throws: IPIError.closed) { try IPISession(server).evaluate(crystal) }
  }

  @Test("Listens on a port and on a Unix socket, which goes with it")
  func listens() throws {
    let listener = try IPIListener(.loopback(port: 0))
    guard case .loopback(let port) = listener.address else { return }
    #expect(port > 0)
    #expect(throws: IPIError.clientEnded("it did not connect.")) {
      try listener.accept(timeLimit: 2) { false }
    }
    #expect(throws: IPIError.timedOut(seconds: 0.05)) { try listener.accept(timeLimit: 0.05) }
    let name = "athanor-test-\(UUID().uuidString.prefix(8))"
    do {
      let local = try IPIListener(.local(name: name))
      #expect(local.address == .local(name: name))
      #expect(FileManager.default.fileExists(atPath: "/tmp/ipi_\(name)"))
      #expect(throws: IPIError.self) { try IPIListener(.local(name: name)) }
    }
    #expect(!FileManager.default.fileExists(atPath: "/tmp/ipi_\(name)"))
    #expect(throws: IPIError.self) { try IPIListener(.local(name: "a/b")) }
  }
}
