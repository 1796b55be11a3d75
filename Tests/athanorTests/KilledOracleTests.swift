import Foundation
import Testing

@Suite("A program that measures for a killed campaign", .serialized)
struct KilledOracleTests {
  /// Writes its own number and that of a process it starts, then works for a minute.
  static let recipe = """
    space: {elements: [Cu, Ni], step: 0.1}
    objective: {maximize: strength}
    surrogate: {kind: gp, features: fractions}
    initial: 2
    budget: 3
    oracle: {program: [./slow.sh], timeLimit: 100}

    """
  static let program = """
    #!/bin/sh
    sleep 60 &
    echo $$ $! > "$(dirname "$0")/numbers.part"
    mv "$(dirname "$0")/numbers.part" "$(dirname "$0")/numbers"
    wait

    """

  @Test("ends with it, and so does all that it started")
  func endsTogether() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.recipe, to: "r.yaml")
    let script = try folder.write(Self.program, to: "slow.sh")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
    let campaign = try ProgramRun.start(["campaign", "run", "r.yaml"], in: folder.url)
    let file = folder.url.appendingPathComponent("numbers")
    try wait { FileManager.default.fileExists(atPath: file.path) }
    let numbers = try String(contentsOf: file, encoding: .utf8)
      .split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
    #expect(numbers.count == 2 && numbers.allSatisfy(Self.isAlive))
    kill(campaign.processIdentifier, SIGKILL)
    campaign.waitUntilExit()
    try wait { !numbers.contains(where: Self.isAlive) }
    #expect(!numbers.contains(where: Self.isAlive))
  }

  /// A process that nobody has waited for is dead all the same.
  private static func isAlive(_ process: pid_t) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let state = text.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z"
  }

  /// For ten seconds at most.
  private func wait(until isTrue: () -> Bool) throws {
    for _ in 0..<500 where !isTrue() { Thread.sleep(forTimeInterval: 0.02) }
  }
}
