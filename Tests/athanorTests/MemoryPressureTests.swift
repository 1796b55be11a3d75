import DenseMath
import Foundation
import TestKit
import Testing

@Suite("With 512 MB of memory", .serialized)
struct MemoryPressureTests {
  private static let kinds = Reliability.isFull ? MemoryLimit.Kind.allCases : [.data]

  private static let rows = Reliability.count(300, full: 50_000)

  /// What is tried: with every change one import, one training and one export, each small; at full count also what
  /// needs more than there is.
  private static let commands: [[String]] = {
    let small = [
      ["data", "import", "rows.csv", "--store", "s.sqlite"],
      ["train", "few.csv", "--target", "gap", "--with", "gp", "--output", "gp.safetensors"],
      ["data", "export", "--store", "s.sqlite", "--output", "rows.jsonl"],
    ]
    guard Reliability.isFull else { return small }
    let learners = ["ensemble", "boosted"].map { kind in
      ["train", "few.csv", "--target", "gap", "--with", kind, "--output", "\(kind).safetensors"]
    }
    return small + learners + [
      ["train", "many.csv", "--target", "gap", "--with", "gp", "--output", "many.safetensors"],
      ["data", "import", "atoms.extxyz", "--store", "s.sqlite"],
      ["data", "export", "--store", "s.sqlite", "--output", "structures.extxyz"],
    ]
  }()

  private static func table(_ count: Int) -> String {
    var text = "id,formula,gap (eV),density\n"
    for row in 0..<count {
      let formula = "Fe\(1 + row % 29)O\(1 + row / 29 % 31)N\(1 + row / 899)"
      text += "r\(row),\(formula),\(Double(row * 7919 % 1009) / 200),\(1 + row % 9)\n"
    }
    return text
  }

  /// One crystal of very many atoms.
  private static func atoms(_ count: Int) -> String {
    var text = """
      \(count)
      Lattice="900 0 0 0 900 0 0 0 900" Properties=species:S:1:pos:R:3 pbc="T T T"

      """
    for atom in 0..<count {
      let place = [atom % 100, atom / 100 % 100, atom / 10_000].map { "\(Double($0) * 8.5)" }
      text += "Fe \(place.joined(separator: " "))\n"
    }
    return text
  }

  @Test("imports, trainings and exports end well, or with a sentence")
  func commands() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.table(Self.rows), to: "rows.csv")
    try folder.write(Self.table(Reliability.count(40, full: 300)), to: "few.csv")
    if Reliability.isFull {
      try folder.write(Self.table(5_000), to: "many.csv")
      try folder.write(Self.atoms(1_000_000), to: "atoms.extxyz")
    }
    var (runs, done, refused) = (0, 0, 0)
    for kind in Self.kinds {
      for command in Self.commands {
        let run = try folder.run(command, limit: MemoryLimit(kind: kind, megabytes: 512))
        let last = run.errors.split(separator: "\n").last ?? ""
        #expect(!run.wasKilled, "\(kind), \(command): \(run.status), \(run.errors.suffix(500))")
        let isSentence =
          last.hasPrefix("athanor: ") && ["memory", "libtorch"].contains { last.contains($0) }
        #expect(
          run.status == 0 || run.status == 1 && isSentence,
          "\(kind), \(command): \(run.status), \(run.errors.suffix(500))")
        runs += 1
        if run.status == 0 { done += 1 } else { refused += 1 }
      }
    }
    // What needs little is done.
    #expect(done >= (Reliability.isFull ? 10 : 3))
    Reliability.report(
      "memory pressure on commands",
      ["runs": Double(runs), "done": Double(done), "refused": Double(refused), "killed": 0])
  }

  @Test(
    "a service that is sent more than it can hold goes on", arguments: kinds)
  func service(kind: MemoryLimit.Kind) async throws {
    let service = try LoadedService(8, limit: MemoryLimit(kind: kind, megabytes: 512))
    let port = service.port
    let clients = Reliability.count(3, full: 40)
    // As many values as fit into a body that is just allowed.
    let start = "{\"reason\": \"x\", \"candidates\": ["
    let ones = String(repeating: "1,", count: ((16 << 20) - start.count) / 2 - 2)
    let text = "\(start)\(ones)1]}"
    var statuses: [Int] = []
    for _ in 0..<Reliability.count(1, full: 5) {
      statuses += await withTaskGroup(of: Int.self) { group in
        for _ in 0..<clients {
          group.addTask {
            (try? await RawConnection.aside {
              try KeepAliveClient(port).ask("POST", "/v1/campaigns/r/experiments", text)
                .answer.status
            }) ?? 0
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
    // A body that is refused before it has come may take its answer with it.
    #expect(Set(statuses).isSubset(of: [0, 408, 413, 503]), "\(statuses)")
    #expect(service.isRunning)
    let claim = try KeepAliveClient(port).ask(
      "POST", "/v1/campaigns/r/claims", "{\"worker\": \"w\", \"key\": \"k\"}")
    #expect(claim.answer.status == 200)
    Reliability.report(
      "memory pressure on the service, \(kind)",
      ["bodies": Double(statuses.count), "megabytes": service.memory / 1e6, "killed": 0])
  }
}
