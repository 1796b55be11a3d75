import Foundation

/// That no other service works in a folder; ends with the process, however it ends.
final class FolderLock: Sendable {
  private let file: Int32

  init(_ folder: String) throws {
    file = open(folder + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw ServiceError.folder(folder) }
    // From here on the file is closed by the end of this value, also where its making fails.
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else { throw ServiceError.inUse(folder) }
  }

  deinit {
    if file >= 0 { close(file) }
  }
}
