import Foundation
import GRDBSQLite
import Synchronization

/// Lets SQLite write to a ``SimulatedDisk``: a file system of its own beside that of the machine
/// (<https://www.sqlite.org/vfs.html>).
///
/// Paths are addresses (`file:/1/ledger.sqlite?vfs=…`), so that everything else in the process goes on
/// with the disk of the machine.
enum SimulatedFileSystem {
  private static let name = "athanor-simulated"
  private static let mounted = Mutex<(next: Int, disks: [Int: SimulatedDisk])>((1, [:]))

  /// Makes a disk known to SQLite while `body` runs.
  static func mount<Result>(
    _ disk: SimulatedDisk, _ body: (_ ledger: String) throws -> Result
  ) rethrows -> Result {
    let number = mount(disk)
    defer { unmount(number) }
    return try body(address(number))
  }

  /// Makes a disk known to SQLite until it is unmounted.
  static func mount(_ disk: SimulatedDisk) -> Int {
    precondition(isRegistered, "SQLite refused the file system of the tests")
    return mounted.withLock { mounted in
      mounted.disks[mounted.next] = disk
      mounted.next += 1
      return mounted.next - 1
    }
  }

  static func unmount(_ number: Int) { mounted.withLock { $0.disks[number] = nil } }

  static func address(_ number: Int) -> String { "file:/\(number)/ledger.sqlite?vfs=\(name)" }

  /// Where SQLite keeps what does not fit into its memory while a transaction lasts.
  private static let scratch = SimulatedDisk()

  /// The disk of a path, and the name on it.
  private static func place(
    _ path: UnsafePointer<CChar>?
  ) -> (disk: SimulatedDisk, name: String)? {
    guard let path else { return (scratch, UUID().uuidString) }
    let parts = String(cString: path).split(separator: "/")
    guard parts.count == 2, let number = Int(parts[0]) else { return nil }
    return mounted.withLock { $0.disks[number] }.map { ($0, String(parts[1])) }
  }

  /// One file that SQLite has opened.
  final class OpenFile {
    let disk: SimulatedDisk
    let name: String
    let user: Int
    private static let users = Atomic<Int>(0)

    init(_ disk: SimulatedDisk, _ name: String) {
      self.disk = disk
      self.name = name
      user = Self.users.add(1, ordering: .relaxed).newValue
    }
  }

  /// What SQLite allocates for a file: its own part, then ours.
  private struct Slot {
    var methods: UnsafePointer<sqlite3_io_methods>?
    var file: UnsafeRawPointer?
  }

  static func file(_ slot: UnsafeMutablePointer<sqlite3_file>?) -> OpenFile? {
    guard let slot else { return nil }
    return UnsafeRawPointer(slot).load(as: Slot.self).file.map {
      Unmanaged<OpenFile>.fromOpaque($0).takeUnretainedValue()
    }
  }

  static func close(_ slot: UnsafeMutablePointer<sqlite3_file>?) {
    guard let slot, let file = UnsafeRawPointer(slot).load(as: Slot.self).file else { return }
    let open = Unmanaged<OpenFile>.fromOpaque(file).takeRetainedValue()
    if open.disk === scratch { _ = try? scratch.remove(open.name, isSafe: true) }
    UnsafeMutableRawPointer(slot).storeBytes(of: Slot(), as: Slot.self)
  }

  /// SQLite keeps the pointer for the life of the process.
  private static let isRegistered: Bool = {
    let system = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    system.initialize(to: sqlite3_vfs())
    system.pointee.iVersion = 1
    system.pointee.szOsFile = CInt(MemoryLayout<Slot>.size)
    system.pointee.mxPathname = 512
    system.pointee.zName = UnsafePointer(strdup(name))
    system.pointee.xOpen = { _, path, slot, flags, granted in
      guard let slot, let (disk, name) = place(path) else { return SQLITE_CANTOPEN }
      UnsafeMutableRawPointer(slot).storeBytes(of: Slot(), as: Slot.self)
      do {
        try disk.open(name, creates: flags & SQLITE_OPEN_CREATE != 0)
      } catch {
        return SQLITE_CANTOPEN
      }
      let file = Unmanaged.passRetained(OpenFile(disk, name)).toOpaque()
      UnsafeMutableRawPointer(slot).storeBytes(
        of: Slot(methods: simulatedFileMethods, file: UnsafeRawPointer(file)), as: Slot.self)
      granted?.pointee = flags
      return SQLITE_OK
    }
    system.pointee.xDelete = { _, path, isSafe in
      guard let (disk, name) = place(path),
        let wasThere = try? disk.remove(name, isSafe: isSafe != 0)
      else { return simulatedInputError(10) }
      return wasThere ? SQLITE_OK : simulatedInputError(23)
    }
    system.pointee.xAccess = { _, path, _, answer in
      answer?.pointee = place(path).map { $0.disk.exists($0.name) ? 1 : 0 } ?? 0
      return SQLITE_OK
    }
    system.pointee.xFullPathname = { _, path, length, full in
      guard let path, let full, strlen(path) < length else { return SQLITE_CANTOPEN }
      strcpy(full, path)
      return SQLITE_OK
    }
    system.pointee.xRandomness = { _, count, bytes in
      if let bytes { memset(bytes, 7, Int(count)) }
      return count
    }
    system.pointee.xSleep = { _, microseconds in microseconds }
    system.pointee.xCurrentTime = { _, day in
      day?.pointee = 2_461_000
      return SQLITE_OK
    }
    system.pointee.xGetLastError = { _, _, _ in 0 }
    return sqlite3_vfs_register(system, 0) == SQLITE_OK
  }()
}
