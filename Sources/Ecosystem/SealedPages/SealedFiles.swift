import Foundation
import GRDBSQLite

/// A layer between SQLite and the file system that seals pages when they are written to a database and
/// checks them when they are read: a page that is not what was written is `SQLITE_CORRUPT`.
///
/// It becomes the process's default layer and leaves alone whatever is no sealed database. Pages that
/// wait in the write-ahead log are sealed when they move into the database; the log has sums of its own.
enum SealedFiles {
  /// Puts the layer in place, once.
  static func install() { _ = isInstalled }

  private static let isInstalled: Bool = {
    guard let system = sqlite3_vfs_find(nil), let name = strdup("athanor-sealed") else {
      return false
    }
    original = system
    methods.initialize(to: SealedMethods.table)
    // Everything but opening is the system's own; the copies live as long as the process.
    let layer = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    layer.initialize(to: system.pointee)
    layer.pointee.pNext = nil
    layer.pointee.zName = UnsafePointer(name)
    layer.pointee.szOsFile += Int32(SealedFile.size)
    layer.pointee.xOpen = open
    return sqlite3_vfs_register(layer, 1) == SQLITE_OK
  }()

  /// Set once, before the layer is registered.
  private nonisolated(unsafe) static var original: UnsafeMutablePointer<sqlite3_vfs>?

  private nonisolated(unsafe) static let methods =
    UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)

  private static let open:
    @convention(c) (
      UnsafeMutablePointer<sqlite3_vfs>?, UnsafePointer<CChar>?,
      UnsafeMutablePointer<sqlite3_file>?,
      Int32, UnsafeMutablePointer<Int32>?
    ) -> Int32 = { _, name, file, flags, outFlags in
      guard let system = original, let file else { return SQLITE_MISUSE }
      // Journals, temporary files and logs are the system's own.
      guard flags & SQLITE_OPEN_MAIN_DB != 0 else {
        return system.pointee.xOpen(system, name, file, flags, outFlags)
      }
      let sealed = SealedFile(file)
      file.pointee.pMethods = nil
      let code = system.pointee.xOpen(system, name, sealed.inner, flags, outFlags)
      guard code == SQLITE_OK else { return code }
      sealed.isSealed = sealed.readsSealedHeader()
      file.pointee.pMethods = UnsafePointer(methods)
      return code
    }
}

/// One open database file: SQLite's own structure first, whether it is sealed, and the system's file.
struct SealedFile {
  private struct Head {
    var base: sqlite3_file
    var isSealed: Bool
  }

  /// Bytes before the system's file, a multiple of what any field needs.
  static let size = (MemoryLayout<Head>.size + 15) / 16 * 16

  private let head: UnsafeMutablePointer<Head>

  init(_ file: UnsafeMutablePointer<sqlite3_file>) {
    head = UnsafeMutableRawPointer(file).assumingMemoryBound(to: Head.self)
  }

  var isSealed: Bool {
    get { head.pointee.isSealed }
    nonmutating set { head.pointee.isSealed = newValue }
  }

  /// The file below.
  var inner: UnsafeMutablePointer<sqlite3_file> {
    (UnsafeMutableRawPointer(head) + Self.size).assumingMemoryBound(to: sqlite3_file.self)
  }

  var system: sqlite3_io_methods { inner.pointee.pMethods.pointee }

  /// Whether the file begins as a sealed database does; an empty one does not.
  func readsSealedHeader() -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 100, alignment: 8) { header in
      guard system.xRead(inner, header.baseAddress, 100, 0) == SQLITE_OK else { return false }
      return PageSeal.isSealed(header: UnsafeRawBufferPointer(header))
    }
  }

  func read(_ bytes: UnsafeMutableRawPointer?, _ count: Int32, _ offset: Int64) -> Int32 {
    let code = system.xRead(inner, bytes, count, offset)
    guard code == SQLITE_OK, isSealed, PageSeal.isPage(count: count, offset: offset), let bytes
    else { return code }
    let page = UnsafeRawBufferPointer(start: bytes, count: Int(count))
    return PageSeal.isSound(page) ? SQLITE_OK : SQLITE_CORRUPT
  }

  func write(_ bytes: UnsafeRawPointer?, _ count: Int32, _ offset: Int64) -> Int32 {
    guard let bytes, PageSeal.isPage(count: count, offset: offset) else {
      return system.xWrite(inner, bytes, count, offset)
    }
    let page = UnsafeRawBufferPointer(start: bytes, count: Int(count))
    if offset == 0 { isSealed = PageSeal.isSealed(header: page) }
    guard isSealed else { return system.xWrite(inner, bytes, count, offset) }
    // In a copy: SQLite may compare what it holds with what it has written to a journal.
    return withUnsafeTemporaryAllocation(byteCount: Int(count), alignment: 8) { copy in
      copy.copyMemory(from: page)
      PageSeal.seal(copy)
      return system.xWrite(inner, copy.baseAddress, count, offset)
    }
  }
}
