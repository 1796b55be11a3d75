import DenseMath
import Foundation
import Synchronization

/// A disk in memory that keeps apart what was written and what would survive a loss of power, and
/// whose calls fail when the test says so.
///
/// What was synchronized is durable. What was only written may be lost, torn at 512 bytes or carried
/// out in another order; a new file may be missing, a removed one there again.
final class SimulatedDisk: Sendable {
  /// What a program asks a disk for.
  enum Call: CaseIterable {
    case open, read, write, synchronize, truncate, size, lock, remove, share
  }

  /// Which calls fail, and how.
  struct Fault {
    /// `nil` for every kind of call.
    var call: Call?

    /// So many calls of this kind go well before it.
    var after = 0

    /// So many calls fail then.
    var count = 1

    /// Nothing works any more: the process is gone.
    var isCrash = false
  }

  enum Failure: Error { case failed, full }

  private enum Change {
    case write(offset: Int, [UInt8])
    case truncate(Int)
  }

  private struct File {
    var bytes: [UInt8] = []

    /// What is safe; `nil` where not even the name is.
    var durable: [UInt8]?
    var changes: [Change] = []
  }

  private struct State {
    var files: [String: File] = [:]

    /// Files that were removed, which is not yet safe.
    var removed: [String: [UInt8]] = [:]
    var locks = SimulatedLocks()
    var fault: Fault?
    var failures = 0
    var capacity = Int.max
    var isDead = false
  }

  private let state: Mutex<State>

  /// Gets told of each call to synchronize, before and after it is carried out.
  private let onSynchronize: @Sendable (SimulatedDisk) -> Void

  init(
    _ content: [String: [UInt8]] = [:],
    onSynchronize: @escaping @Sendable (SimulatedDisk) -> Void = { _ in }
  ) {
    state = Mutex(State(files: content.mapValues { File(bytes: $0, durable: $0) }))
    self.onSynchronize = onSynchronize
  }

  var failures: Int { state.withLock { $0.failures } }
  var isDead: Bool { state.withLock { $0.isDead } }

  func fail(_ fault: Fault?) {
    state.withLock { $0.fault = fault }
  }

  /// Looks at the disk without meeting its faults.
  func undisturbed<Result>(_ body: () throws -> Result) rethrows -> Result {
    let fault = state.withLock { state in
      defer { state.fault = nil }
      return state.fault
    }
    defer { fail(fault) }
    return try body()
  }

  /// Leaves room for so many bytes in all files together; a write beyond them finds the disk full.
  func limit(to capacity: Int) { state.withLock { $0.capacity = capacity } }

  /// Bytes in all files together.
  var used: Int { state.withLock { Self.used($0) } }

  private static func used(_ state: State) -> Int {
    state.files.values.reduce(0) { $0 + $1.bytes.count }
  }

  /// Every later call fails, as for a process that was killed.
  func kill() { state.withLock { $0.isDead = true } }

  /// What a killed process leaves: all that it has written.
  var content: [String: [UInt8]] { state.withLock { $0.files.mapValues(\.bytes) } }

  /// What a loss of power leaves.
  func contentAfterPowerLoss(using generator: inout SplitMix64) -> [String: [UInt8]] {
    let (files, removed) = state.withLock { ($0.files, $0.removed) }
    var content: [String: [UInt8]] = [:]
    for (name, bytes) in removed.sorted(by: { $0.key < $1.key })
    where files[name] == nil && generator.index(below: 2) == 0 {
      content[name] = bytes
    }
    let way = generator.index(below: 4)
    for (name, file) in files.sorted(by: { $0.key < $1.key }) {
      if file.durable == nil, way == 0 || generator.index(below: 2) == 0 { continue }
      content[name] = survivor(of: file, way, &generator)
    }
    return content
  }

  /// - Parameter way: 0 loses what was not synchronized, 1 keeps it, others tear and shuffle it.
  private func survivor(of file: File, _ way: Int, _ generator: inout SplitMix64) -> [UInt8] {
    if way == 1 { return file.bytes }
    var bytes = file.durable ?? []
    guard way > 1 else { return bytes }
    for change in generator.shuffled(file.changes.flatMap(Self.sectors))
    where generator.index(below: 3) > 0 {
      Self.carryOut(change, on: &bytes)
    }
    return bytes
  }

  /// The parts of a write that reach the disk each on its own.
  private static func sectors(_ change: Change) -> [Change] {
    guard case .write(let offset, let bytes) = change else { return [change] }
    var (parts, start) = ([Change](), 0)
    while start < bytes.count {
      let end = min(bytes.count, start + 512 - (offset + start) % 512)
      parts.append(.write(offset: offset + start, Array(bytes[start..<end])))
      start = end
    }
    return parts
  }

  private static func carryOut(_ change: Change, on bytes: inout [UInt8]) {
    switch change {
    case .truncate(let size):
      if size < bytes.count { bytes.removeLast(bytes.count - size) }
    case .write(let offset, let new):
      let missing = offset + new.count - bytes.count
      if missing > 0 { bytes += [UInt8](repeating: 0, count: missing) }
      bytes.replaceSubrange(offset..<offset + new.count, with: new)
    }
  }

  /// Counts a call and lets it fail where it is to.
  private static func pass(_ call: Call, _ state: inout State) throws(Failure) {
    if state.isDead { throw .failed }
    guard var fault = state.fault, fault.call == nil || fault.call == call else { return }
    defer { state.fault = fault.count > 0 ? fault : nil }
    if fault.after > 0 {
      fault.after -= 1
      return
    }
    fault.count -= 1
    state.failures += 1
    if fault.isCrash { state.isDead = true }
    throw .failed
  }

  private func ask<Answer>(
    _ call: Call, _ body: (inout State) throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    try state.withLock { (state) throws(Failure) -> Answer in
      try Self.pass(call, &state)
      return try body(&state)
    }
  }

  func open(_ name: String, creates: Bool) throws(Failure) {
    try ask(.open) { (state) throws(Failure) in
      guard state.files[name] == nil else { return }
      guard creates else { throw .failed }
      state.files[name] = File()
    }
  }

  /// As many bytes as there are, at most `count`.
  func read(_ name: String, at offset: Int, count: Int) throws(Failure) -> [UInt8] {
    try ask(.read) { state in
      let bytes = state.files[name]?.bytes ?? []
      let start = min(offset, bytes.count)
      return Array(bytes[start..<min(start + count, bytes.count)])
    }
  }

  func write(_ name: String, at offset: Int, _ bytes: [UInt8]) throws(Failure) {
    try ask(.write) { (state) throws(Failure) in
      let size = state.files[name]?.bytes.count ?? 0
      let growth = max(0, offset + bytes.count - size)
      guard growth == 0 || growth <= state.capacity - Self.used(state) else {
        state.failures += 1
        throw .full
      }
      let change = Change.write(offset: offset, bytes)
      Self.carryOut(change, on: &state.files[name, default: File()].bytes)
      state.files[name]?.changes.append(change)
    }
  }

  func truncate(_ name: String, to size: Int) throws(Failure) {
    try ask(.truncate) { state in
      Self.carryOut(.truncate(size), on: &state.files[name, default: File()].bytes)
      state.files[name]?.changes.append(.truncate(size))
    }
  }

  func synchronize(_ name: String) throws(Failure) {
    onSynchronize(self)
    try ask(.synchronize) { state in
      guard let file = state.files[name] else { return }
      if file.durable == nil { Self.synchronizeNames(&state) }
      state.files[name]?.durable = file.bytes
      state.files[name]?.changes = []
    }
    onSynchronize(self)
  }

  /// With the first call for a new file SQLite makes the folder durable as well, and with it all names
  /// in it (`UNIXFILE_DIRSYNC` in `os_unix.c`).
  private static func synchronizeNames(_ state: inout State) {
    state.removed = [:]
    for name in state.files.keys where state.files[name]?.durable == nil {
      state.files[name]?.durable = []
    }
  }

  func size(_ name: String) throws(Failure) -> Int {
    try ask(.size) { state in state.files[name]?.bytes.count ?? 0 }
  }

  func exists(_ name: String) -> Bool {
    state.withLock { state in !state.isDead && state.files[name] != nil }
  }

  /// - Returns: Whether it was there.
  func remove(_ name: String, isSafe: Bool) throws(Failure) -> Bool {
    try ask(.remove) { state in
      guard let file = state.files.removeValue(forKey: name) else { return false }
      state.removed[name] = isSafe ? nil : file.durable
      return true
    }
  }

  /// Asks for a lock or for shared memory; giving one back never fails.
  func lock<Answer>(
    _ call: Call?, _ body: (inout SimulatedLocks) -> Answer
  ) throws(Failure) -> Answer {
    guard let call else { return state.withLock { body(&$0.locks) } }
    return try ask(call) { state in body(&state.locks) }
  }
}
