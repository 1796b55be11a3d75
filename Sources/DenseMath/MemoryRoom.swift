import Foundation

/// How much more memory this process may take.
///
/// The standard library ends a process that is refused memory. Work that takes much at a time asks first,
/// with ``demand(_:for:)``, and gets an error instead.
public enum MemoryRoom {
  /// Bytes that are left to everything that does not ask.
  static let reserve = 24 << 20

  /// Bytes for which nobody need look how many are left: the reserve has them many times.
  static let little = 1 << 20

  /// Bytes until the nearest limit: of addresses and of data of the process (`setrlimit`), of its control
  /// group, and of the machine; `nil` where no limit is known.
  public static var left: Int? {
    let own = numbers("/proc/self/statm").map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
    var rooms: [Int?] = []
    if own.count > 5 {
      rooms.append(limit(RLIMIT_AS).map { $0 - own[0] })
      rooms.append(limit(RLIMIT_DATA).map { $0 - own[5] })
    }
    rooms += groups.map { room(in: $0) }
    rooms.append(named("MemAvailable:", in: "/proc/meminfo").map { $0 << 10 })
    return rooms.compactMap(\.self).min().map { max(0, $0) }
  }

  /// - Parameter purpose: What the memory is for, as the sentence of the error goes on: "a table of 9 rows".
  /// - Throws: ``MemoryShortage`` where fewer bytes are left.
  public static func demand(_ bytes: Int, for purpose: String) throws(MemoryShortage) {
    guard bytes > little, let left, bytes > left - reserve else { return }
    throw MemoryShortage(purpose: purpose, needed: bytes, left: max(0, left - reserve))
  }

  /// Has blocks of a megabyte and more given back to the system as soon as they are free: left alone, the C
  /// library keeps ever larger ones, which then count against every limit.
  public static func giveBackLargeBlocks() { tellAllocator(thresholdOfMappedBlocks, 1 << 20) }

  /// Where addresses are limited: has threads share what the C library reserves, 64 MB for each otherwise.
  public static func saveAddresses() {
    if limit(RLIMIT_AS) != nil { tellAllocator(mostArenas, 1) }
  }

  /// Names of `malloc.h`, which Swift does not see.
  private static let thresholdOfMappedBlocks: Int32 = -3
  private static let mostArenas: Int32 = -8

  /// Does nothing where the C library is not GNU's.
  private static func tellAllocator(_ name: Int32, _ value: Int32) {
    guard let symbol = dlsym(nil, "mallopt") else { return }
    _ = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)(name, value)
  }

  private static func limit(_ resource: __rlimit_resource) -> Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return nil }
    return Int(exactly: limit.rlim_cur)
  }

  // MARK: Control groups

  /// The files of one kind of control group.
  private struct Group {
    let limit, usage: String

    /// In `memory.stat`: pages of files, which the system takes back where it needs them.
    let cache: String
  }

  /// Version 2 and version 1, the group of the process as the container shows it.
  private static let groups = [
    Group(
      limit: "/sys/fs/cgroup/memory.max", usage: "/sys/fs/cgroup/memory.current",
      cache: "inactive_file"),
    Group(
      limit: "/sys/fs/cgroup/memory/memory.limit_in_bytes",
      usage: "/sys/fs/cgroup/memory/memory.usage_in_bytes", cache: "total_inactive_file"),
  ]

  private static func room(in group: Group) -> Int? {
    guard let limit = numbers(group.limit).first, let usage = numbers(group.usage).first else {
      return nil
    }
    let folder = (group.limit as NSString).deletingLastPathComponent
    return limit - usage + (named(group.cache, in: folder + "/memory.stat") ?? 0)
  }

  // MARK: Files of the system

  private static func text(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 16 << 10)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  private static func numbers(_ path: String) -> [Int] {
    (text(path) ?? "").split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
  }

  /// The number behind a name at the start of a line.
  private static func named(_ name: String, in path: String) -> Int? {
    for line in (text(path) ?? "").split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count > 1, words[0] == name { return Int(words[1]) }
    }
    return nil
  }
}

/// More memory is needed than the process may take.
public struct MemoryShortage: Error, Hashable, Sendable, CustomStringConvertible {
  public let purpose: String

  /// Bytes.
  public let needed, left: Int

  public var description: String {
    """
    There is not enough memory for \(purpose): it takes about \(needed >> 20) MB, and \(left >> 20) MB are left. \
    Give the process more, or do less at a time.
    """
  }
}
