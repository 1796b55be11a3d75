import DenseMath
import Foundation

/// What became of many damaged inputs of one reader.
public struct FuzzRun: Sendable, CustomStringConvertible {
  /// Inputs for each reader: 20,000, or `ATHANOR_FUZZ` in the environment.
  public static let inputCount = number("ATHANOR_FUZZ") ?? 20_000

  /// Whether the run is one by hand: larger sizes are timed and memory is judged too.
  public static let isLong = number("ATHANOR_FUZZ") != nil

  /// Two in tests; one in runs by hand, whose memory is measured.
  public static let threads = isLong ? 1 : min(2, ProcessInfo.processInfo.activeProcessorCount)

  /// An input that takes longer is a finding, seconds of processor time.
  public static let secondsLimit = 2.0

  /// A long run that adds more is a finding.
  public static let memoryLimit = 256 << 20

  public let name: String
  public private(set) var accepted = 0
  public private(set) var refused = 0
  public private(set) var overTime = 0

  /// The slowest input, seconds of processor time.
  public private(set) var slowest = 0.0

  /// The most memory that the process took beyond what it had before, bytes; 0 in short runs, whose
  /// process does other things meanwhile.
  public private(set) var peakMemory = 0

  /// What broke a law, with the input; the first few.
  public private(set) var findings: [String] = []

  public var count: Int { accepted + refused }

  /// Inputs are made round by round, each from a seed of its own, so that any can be made again:
  /// `ATHANOR_FUZZ_ROUND` makes one round alone, and keeps each input in a file before it is read.
  /// The last round begun stands in `athanor-fuzz-NAME.round` in the folder of temporary files, for
  /// readers that end the process.
  public init(
    _ reader: FuzzedReader, count: Int = inputCount, threads: Int = threads
  ) throws {
    name = reader.name
    let size = 250
    let rounds =
      Self.number("ATHANOR_FUZZ_ROUND").map { [$0] } ?? Array(0..<(count + size - 1) / size)
    let keepsInputs = rounds.count == 1
    let before = Self.memory(resetting: true)
    // Handed out in parts, so that a run of millions holds no list of its results.
    for start in stride(from: 0, to: rounds.count, by: 400) {
      let part = Array(rounds[start..<min(start + 400, rounds.count)])
      for result in try parallelMap(
        part, threads: threads,
        { round in
          Self(reader, round: round, inputs: min(size, count - round * size), keepsInputs)
        })
      {
        add(result)
      }
    }
    peakMemory = max(0, Self.memory(resetting: false) - before)
    if Self.isLong { print(self) }
  }

  /// What is wrong with the reader, a sentence each; none is what tests expect.
  public var faults: [String] {
    var faults = findings
    if min(accepted, refused) * 400 < count {
      faults.append(
        "\(name): \(accepted) inputs were accepted and \(refused) refused; the seeds are too far from "
          + "what is read, or the damage is too small.")
    }
    if peakMemory > Self.memoryLimit {
      faults.append("\(name): \(peakMemory >> 20) MB were taken; the limit is 256.")
    }
    return faults
  }

  private init(_ reader: FuzzedReader, round: Int, inputs: Int, _ keepsInputs: Bool) {
    name = reader.name
    if Self.isLong {
      try? "\(round)\n".write(to: Self.note(name, "round"), atomically: false, encoding: .utf8)
    }
    var rng = SplitMix64(seed: Self.seed(name, round))
    var last = Self.processorTime()
    for place in 0..<max(inputs, keepsInputs ? 250 : 0) {
      let bytes = reader.input(using: &rng)
      if keepsInputs { try? Data(bytes).write(to: Self.note(name, "input")) }
      do {
        try reader.read(bytes)
        accepted += 1
      } catch let law as BrokenLaw {
        note("\(law)", round, place, bytes)
      } catch {
        refused += 1
        if "\(error)".isEmpty { note("The refusal says nothing.", round, place, bytes) }
      }
      let now = Self.processorTime()
      slowest = max(slowest, now - last)
      if now - last > Self.secondsLimit {
        overTime += 1
        note("The input took \(now - last) s.", round, place, bytes)
      }
      last = now
    }
  }

  private mutating func note(_ sentence: String, _ round: Int, _ place: Int, _ bytes: [UInt8]) {
    guard findings.count < 5 else { return }
    let input = Data(bytes.prefix(6000)).base64EncodedString()
    findings.append("\(name), round \(round), input \(place): \(sentence) \(input)")
  }

  private mutating func add(_ other: FuzzRun) {
    accepted += other.accepted
    refused += other.refused
    overTime += other.overTime
    slowest = max(slowest, other.slowest)
    findings += other.findings.prefix(max(0, 5 - findings.count))
  }

  /// A line of JSON.
  public var description: String {
    """
    {"parser": "\(name)", "mutations": \(count), "accepted": \(accepted), "refused": \(refused), \
    "overTime": \(overTime), "slowestSeconds": \(slowest), "peakMemoryMB": \(peakMemory >> 20)}
    """
  }

  // MARK: Measures

  /// Processor time of this thread, seconds.
  public static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The peak of the process' resident memory since it was reset, bytes; 0 in short runs.
  private static func memory(resetting: Bool) -> Int {
    guard isLong else { return 0 }
    // proc(5): writing 5 sets the peak to what is resident now.
    if resetting {
      try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    }
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }

  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
  }

  private static func note(_ name: String, _ suffix: String) -> URL {
    let plain = String(name.map { $0.isLetter || $0.isNumber ? $0 : "-" })
    return FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor-fuzz-\(plain).\(suffix)")
  }

  /// FNV-1a of the name, and the round.
  private static func seed(_ name: String, _ round: Int) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash &+ UInt64(truncatingIfNeeded: round)
  }
}
