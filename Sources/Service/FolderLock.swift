import Foundation

/// That no other service works in a folder; ends with the process, however it ends.
final class FolderLock: Sendable {
  private let file: Int32

  init(_ folder: String) throws {
    file = open(folder + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw ServiceError.folder(folder) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      throw ServiceError.inUse(folder)
    }
  }

  deinit { close(file) }
}
