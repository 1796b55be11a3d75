import Ecosystem
import Formats
import Foundation
import Matter
import TestKit
import Testing

@testable import Discovery

@Suite("Oracles outside")
struct OutsideOracleTests {
  static let candidate = Candidate(
    try! Composition(formula: "Fe0.5Ni0.5"),  // a formula, as anyone can see
    variables: [900])

  private func shell(
    _ script: String, _ change: (inout ProgramOracle.Configuration) -> Void = { _ in }
  ) -> ProgramOracle {
    var configuration = ProgramOracle.Configuration(command: ["sh", "-c", script])
    configuration.timeLimitSeconds = 20
    change(&configuration)
    return ProgramOracle(configuration, variableNames: ["temperature"])
  }

  @Test("A program reads its order and answers on standard output")
  func output() throws {
    let script = """
      grep -q '"temperature":900' && grep -q '"formula":"Fe0.5Ni0.5"' order.json &&
      echo working && echo '{"values": {"a": {"value": 1.5, "spread": 0.1, "unit": "eV"}, "b": 2}}'
      """
    let answer = try shell(script).measure(Self.candidate, seed: 7)
    #expect(
      answer.values == [
        "a": MeasuredValue(1.5, spread: 0.1, unit: "eV"), "b": MeasuredValue(2),
      ])
  }

  @Test("A program may answer in a file")
  func file() throws {
    let answer = try shell("echo '{\"values\": {\"a\": 3}}' > answer.json; echo noise")
      .measure(Self.candidate, seed: 7)
    #expect(answer.values == ["a": MeasuredValue(3)])
  }

  @Test(
    "What goes wrong is said",
    arguments: [
      ("echo no furnace >&2; exit 3", WorkError.exit(3, lastWords: "no furnace")),
      ("kill -9 $$", .signal(9, lastWords: "")),
      ("echo '{\"failure\": \"It broke.\"}'", .reported("It broke.")),
      ("true", .unreadable("there is neither answer.json nor a line on standard output.")),
    ])
  func failures(script: String, expected: WorkError) {
    #expect(throws: expected) { try shell(script).measure(Self.candidate, seed: 7) }
  }

  @Test("A program that takes too long is stopped, with all that it started")
  func timeLimit() throws {
    let mark = FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor-mark-\(UUID().uuidString)").path
    let oracle = shell("(sleep 1; touch \(mark)) & sleep 30") { $0.timeLimitSeconds = 0.3 }
    let start = ContinuousClock.now
    #expect(throws: WorkError.timedOut(seconds: 0.3)) {
      try oracle.measure(Self.candidate, seed: 7)
    }
    #expect(ContinuousClock.now - start < .seconds(10))
    Thread.sleep(forTimeInterval: 1.2)
    #expect(!FileManager.default.fileExists(atPath: mark))
  }

  @Test("A program that wants too much memory fails alone")
  func memoryLimit() throws {
    let oracle = shell("head -c 400000000 /dev/zero | tail | wc -c; exit 9") {
      $0.memoryLimitMB = 100
    }
    #expect(throws: WorkError.self) { try oracle.measure(Self.candidate, seed: 7) }
  }

  @Test("It is asked again with other settings, where that may help and only then")
  func settings() throws {
    let script = """
      grep -q '"mixing":"0.1"' order.json && echo '{"values": {"a": 1}}' && exit 0
      grep -q '"mixing":"0.7"' order.json && exit CODE
      """
    func oracle(_ code: Int) -> ProgramOracle {
      shell(script.replacing("CODE", with: "\(code)")) {
        $0.settings = [["mixing": "0.7"], ["mixing": "0.1"]]
      }
    }
    #expect(try oracle(75).measure(Self.candidate, seed: 7).values["a"]?.value == 1)
    #expect(throws: WorkError.exit(2, lastWords: "")) {
      try oracle(2).measure(Self.candidate, seed: 7)
    }
  }

  @Test("A service is asked over HTTP, and again where it is busy")
  func service() throws {
    let server = try LoopbackServer { request, number in
      guard request.method == "POST" else { return .text("", status: 405) }
      if number == 0 { return .text("", status: 503) }
      return .text("{\"values\": {\"a\": 4.5}}")
    }
    var configuration = ServiceOracle.Configuration(address: "\(server.url)/measure")
    configuration.timeLimitSeconds = 10
    let oracle = try ServiceOracle(configuration)
    #expect(try oracle.measure(Self.candidate, seed: 1).values["a"]?.value == 4.5)
    #expect(server.requests.map(\.path) == ["/measure", "/measure"])
    let order = try JSONDecoder().decode(
      WorkOrder.self, from: Data(try #require(server.requests.last).body))
    #expect(order.formula == "Fe0.5Ni0.5" && order.attempt == 2 && order.seed == 1)
    // One key for all attempts at a measurement, another for the next measurement.
    _ = try oracle.measure(Self.candidate, seed: 2)
    let keys = server.requests.compactMap { $0.headers["idempotency-key"] }
    #expect(keys.count == 3 && keys[0] == keys[1] && keys[1] != keys[2])
    #expect(throws: CampaignError.self) {
      try ServiceOracle(ServiceOracle.Configuration(address: "furnace"))
    }
  }

  @Test("A crystal is in the order as CIF, exactly, and no composition has one")
  func crystal() throws {
    let text =
      "2\nLattice=\"0 2.7 2.7 2.7 0 2.7 2.7 2.7 0.1\" Properties=species:S:1:pos:R:3\n"
      + "Si 0 0 0\nC 1.35 1.3 1.35\n"
    let entry = try #require(
      StructureFile.entries(Array(text.utf8), file: "a.xyz").first?.crystal)
    let order = WorkOrder(Candidate(entry), variableNames: [], seed: 1)
    let cif = try #require(order.cif)
    let copy = try #require(StructureFile.entries(Array(cif.utf8), file: "a.cif").first?.crystal)
    #expect(copy.lattice == entry.lattice && copy.positions == entry.positions)
    let script = "grep -q _atom_site_fract_x order.json && echo '{\"values\": {\"a\": 1}}'"
    #expect(try shell(script).measure(Candidate(entry), seed: 1).values["a"]?.value == 1)
    #expect(WorkOrder(Self.candidate, variableNames: [], seed: 1).cif == nil)
  }
}
