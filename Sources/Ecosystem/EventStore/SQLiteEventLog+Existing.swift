import Foundation

extension SQLiteEventLog {
  /// Opens a ledger that must be there: opening alone would make one of an empty file.
  ///
  /// - Throws: ``FileError`` where there is no file; ``EventLogError``.
  public static func existing(_ path: String) throws -> SQLiteEventLog {
    guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int else {
      throw FileError(operation: .read, path: path, code: ENOENT)
    }
    guard size > 0 else { throw EventLogError.corrupt(path, reason: "the file is empty") }
    return try SQLiteEventLog(path: path)
  }
}
