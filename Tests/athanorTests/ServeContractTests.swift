import Foundation
import TestKit
import Testing

/// The service against programs of others: schemathesis makes requests from its OpenAPI document, good
/// and bad ones, and promtool reads its figures.
@Suite("The contract of a service", .serialized)
struct ServeContractTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static var schemathesisProgram: URL {
    root.appendingPathComponent(".deps/py/bin/schemathesis")
  }

  private static var promtoolProgram: URL { root.appendingPathComponent(".deps/bin/promtool") }

  private static func isThere(_ program: URL) -> Bool {
    FileManager.default.isExecutableFile(atPath: program.path)
  }

  /// Runs another program to its end.
  private static func run(
    _ program: URL, _ arguments: [String], in folder: TemporaryFolder, input: Data = Data()
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    let (given, said) = (Pipe(), Pipe())
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.standardInput = given
    process.standardOutput = said
    process.standardError = said
    try process.run()
    given.fileHandleForWriting.write(input)
    try given.fileHandleForWriting.close()
    let data = said.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  @Test(
    "holds whatever schemathesis asks",
    .enabled(
      if: isThere(schemathesisProgram), "schemathesis is not installed: Scripts/setup.sh peers"))
  func schemathesis() throws {
    // Requests that break the recipe's rules though they are well formed are answered with 422; the
    // stream of events has no end, and is left out.
    let settings = """
      [parameters]
      "path.model" = "gap"

      [checks]
      positive_data_acceptance.expected-statuses = ["2xx", "304", "404", "409", "422", "429"]

      """
    let laboratory = try ServedLaboratory(withToken: true)
    let (port, token, folder) = (laboratory.port, laboratory.token, laboratory.folder)
    try folder.write(settings, to: "schemathesis.toml")
    let wanted = Reliability.count(0, full: 10_000)
    var (calls, round) = (0, 0)
    repeat {
      round += 1
      let result = try Self.run(
        Self.schemathesisProgram,
        [
          "--config-file", folder.url.appendingPathComponent("schemathesis.toml").path, "run",
          "http://127.0.0.1:\(port)/openapi.json", "--header", "Authorization: Bearer \(token)",
          "--exclude-path-regex", "progress", "--phases",
          Reliability.isFull ? "coverage,fuzzing" : "fuzzing", "--max-examples",
          Reliability.isFull ? "100" : "2", "--seed", "\(round)", "--continue-on-failure",
          "--no-color", "--request-timeout", "20",
        ], in: folder)
      #expect(result.status == 0, "\(result.output.suffix(6000))")
      let made = result.output.firstMatch(of: /(\d+) generated/)?.1 ?? "0"
      calls += Int(made) ?? 0
      if made == "0" { break }
    } while calls < wanted
    #expect(calls >= max(wanted, 50), "\(calls) calls")
    #expect(try KeepAliveClient(port).ask("GET", "/ready").answer.status == 200)
    Reliability.report("schemathesis", ["calls": Double(calls), "violations": 0])
  }

  @Test(
    "has figures that Prometheus reads without a word",
    .enabled(if: isThere(promtoolProgram), "promtool is not installed: Scripts/setup.sh peers"))
  func promtool() throws {
    let laboratory = try ServedLaboratory(withToken: true)
    let (port, token) = (laboratory.port, laboratory.token)
    let client = try KeepAliveClient(port)
    _ = try client.ask("GET", "/v1/campaigns", token: token)
    _ = try client.ask("GET", "/v1/campaigns/none", token: token)
    let text = try client.ask("GET", "/metrics", token: token).answer.body
    #expect(text.contains("athanor_requests_total") && text.contains("athanor_connections 1"))
    let result = try Self.run(
      Self.promtoolProgram, ["check", "metrics"], in: laboratory.folder, input: Data(text.utf8))
    #expect(result.status == 0 && result.output.isEmpty, "\(result.output)")
  }
}
