import Foundation
import GRDB

extension RecordStore {
  /// Whether a file is a store, judged without changing it; `false` for everything that cannot be
  /// opened as a database.
  public static func isStore(_ path: String) -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    var configuration = Configuration()
    configuration.readonly = true
    guard let database = try? DatabaseQueue(path: path, configuration: configuration) else {
      return false
    }
    let mark = try? database.read { try Int.fetchOne($0, sql: "PRAGMA application_id") }
    return mark == StoreSchema.applicationID
  }
}
