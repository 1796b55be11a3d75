import Ecosystem
import Foundation
import TestKit
import Testing

@Suite("athanor data fetch")
struct DataFetchTests {
  /// Rock salts on two pages, with a property and its unit.
  private func database() throws -> LoopbackServer {
    try LoopbackServer { request, _ in
      switch request.path {
      case "/v1/info":
        return .text(#"{"data":{"attributes":{}},"meta":{"api_version":"1.2.0"}}"#)
      case "/v1/info/structures":
        return .text(#"{"data":{"properties":{"_x_gap":{"x-optimade-unit":"eV"}}},"meta":{}}"#)
      case "/v1/links":
        return .text(
          #"{"data":[{"id":"x","type":"links","attributes":{"name":"X","base_url":"https://x.example","#
            + #""link_type":"child"}}],"meta":{}}"#)
      default:
        let isSecond = request.query("page") == "2"
        let entries = (isSecond ? ["Na", "K"] : ["Li", "Rb"]).map { Self.salt($0) }
        let next = isSecond ? "null" : "\"\(request.path)?page=2\""
        return .text(
          #"{"data":[\#(entries.joined(separator: ","))],"links":{"next":\#(next)},"#
            + #""meta":{"data_returned":4,"time_stamp":"\#(Date())"}}"#)
      }
    }
  }

  private static func salt(_ metal: String) -> String {
    #"{"id":"\#(metal)Cl","type":"structures","attributes":{"_x_gap":8.5,"nsites":2,"#
      + #""dimension_types":[1,1,1],"lattice_vectors":[[0,2.8,2.8],[2.8,0,2.8],[2.8,2.8,0]],"#
      + #""cartesian_site_positions":[[0,0,0],[2.8,2.8,2.8]],"species_at_sites":["\#(metal)","Cl"],"#
      + #""species":[{"name":"\#(metal)","chemical_symbols":["\#(metal)"],"concentration":[1]},"#
      + #"{"name":"Cl","chemical_symbols":["Cl"],"concentration":[1]}],"structure_features":[]}}"#
  }

  @Test("Brings structures into the store; again, nothing is added")
  func fetchesStructures() throws {
    let server = try database()
    let folder = try TemporaryFolder()
    let arguments = [
      "data", "fetch", "optimade", server.url.absoluteString, "--filter", #"elements HAS "Cl""#,
      "--property", "_x_gap", "--interval", "0", "--json",
    ]
    let first = try folder.run(arguments)
    #expect(first.status == 0, "\(first.errors)")
    #expect(
      first.output.contains(#""entries" : 4"#) && first.output.contains(#""newMaterials" : 4"#))
    #expect(first.output.contains(#""measurements" : 4"#))
    #expect(server.requests.contains { $0.query("filter") == #"elements HAS "Cl""# })
    let listed = try folder.run("data", "query", #"elements HAS "K""#, "--json")
    #expect(listed.output.contains("_x_gap") && listed.output.contains("eV"), "\(listed.output)")
    let second = try folder.run(arguments)
    #expect(second.output.contains(#""newMaterials" : 0"#), "\(second.output)")
    #expect(second.output.contains(#""presentPages" : 2"#))
    #expect(!folder.names.contains("athanor.sqlite.fetch"))
  }

  @Test("Stops at a limit; lists databases")
  func limits() throws {
    let server = try database()
    let folder = try TemporaryFolder()
    let few = try folder.run(
      "data", "fetch", "optimade", server.url.absoluteString, "--limit", "1", "--interval", "0")
    #expect(few.status == 0 && few.output.contains("1 of 4 entries"), "\(few.output)\(few.errors)")
    let list = try folder.run("data", "fetch", "optimade", server.url.absoluteString, "--list")
    #expect(list.output == "child  x  https://x.example  X\n")
  }

  @Test(
    "Says what is wrong in one line",
    arguments: [
      (["optimade", "http://192.0.2.1/o"], "a reserved address"),
      (["optimade", "http://169.254.169.254/"], "a link-local address"),
      (["optimade", "https://10.0.0.1/"], "--allow-private-network"),
      (["optimade", "http://8.8.8.8/"], "--allow-http"),
      (["optimade", "file:///etc/passwd"], "only https and http"),
      (["optimade", "https://127.0.0.1:1/", "--filter", "a=="], "at offset 2"),
      (["matbench:steel"], "known are matbench:dielectric"),
      (["matbench:steels", "--mirror", "."], "holds no matbench_steels.json.gz"),
    ])
  func refuses(_ arguments: [String], _ words: String) throws {
    let run = try TemporaryFolder().run(["data", "fetch"] + arguments)
    #expect(run.status == 1)
    #expect(run.errors.contains(words), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1 && run.output.isEmpty)
  }

  @Test("Refuses a mirror's file with another checksum")
  func refusesMirror() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("matbench_steels.json.gz").path
    try AtomicFile.write([0x1F, 0x8B, 8, 0], to: file)
    let run = try folder.run(
      "data", "fetch", "matbench:steels", "--mirror", ".", "--output", "x.gz")
    #expect(run.status == 1 && run.errors.contains("is published"))
    #expect(folder.names == ["matbench_steels.json.gz"])
  }
}
