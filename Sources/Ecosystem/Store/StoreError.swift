import GRDB

/// Why a store of records cannot be read or written.
public enum StoreError: Error, Hashable, Sendable {
  case newerSchema(String)
  case foreign(String)
  case corrupt(String, reason: String)
  case full(String)
  case readOnly(String)
  case busy(String)
  case missing(String)
  case unavailable(String, reason: String)

  /// A folder, a device or a pipe where a file must be.
  case notAFile(String, isFolder: Bool)

  /// The folder of the file is not there.
  case noFolder(String, folder: String)

  /// The file system itself refused to read or write.
  case inputOutput(String)

  /// A key, a run or another name that means nothing here, with what to do about it.
  case notFound(String)
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .newerSchema(let place):
      """
      \(place): written by a newer version of Athanor, and left unchanged. Open it with that \
      version, or name another file.
      """
    case .foreign(let place):
      "\(place): not a store of Athanor, and left unchanged. Name another file with --store."
    case .corrupt(let place, let reason):
      "\(place): the store is damaged: \(reason). Restore it from a copy."
    case .full(let place):
      "\(place): the disk is full. Free some space, then start again: nothing stored is lost."
    case .readOnly(let place):
      "\(place): the file or its folder cannot be written. Change its permissions or name another."
    case .busy(let place):
      "\(place): another process holds the file. Let it finish, then start again."
    case .missing(let place):
      "\(place): there is no such store. Make one with athanor data import, or name it with --store."
    case .unavailable(let place, let reason):
      "\(place): cannot be opened or written: \(reason)."
    case .notAFile(let place, let isFolder):
      isFolder
        ? "\(place): a folder, not a store. Name a file in it, such as "
          + "\(place.hasSuffix("/") ? place : place + "/")athanor.sqlite."
        : "\(place): a device or a pipe, not a file. Name another with --store."
    case .noFolder(let place, let folder):
      "\(place): there is no folder \(folder). Make it, or name another file with --store."
    case .inputOutput(let place):
      """
      \(place): the file system does not let a store be read or written here. Check the disk, or \
      name a file on another one with --store.
      """
    case .notFound(let sentence):
      sentence
    }
  }
}

/// Runs `body` and turns SQLite's result codes into what the user can do about them; errors of
/// readers pass as they are.
func translatingStore<T>(_ place: String, _ body: () throws -> T) throws -> T {
  do {
    return try body()
  } catch let error as DatabaseError {
    throw StoreError(error, place: place)
  } catch let error as RowDecodingError {
    throw StoreError.corrupt(place, reason: "a row cannot be read (\(error))")
  }
}

extension StoreError {
  init(_ error: DatabaseError, place: String) {
    let text = error.message ?? "SQLite code \(error.extendedResultCode.rawValue)"
    self =
      switch error.resultCode {
      case .SQLITE_FULL: .full(place)
      case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN: .readOnly(place)
      case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(place)
      case .SQLITE_CORRUPT: .corrupt(place, reason: text)
      case .SQLITE_NOTADB: .foreign(place)
      case .SQLITE_IOERR: .inputOutput(place)
      default: .unavailable(place, reason: text)
      }
  }
}
