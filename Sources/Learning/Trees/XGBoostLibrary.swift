internal import CXGBoost
internal import Foundation

/// XGBoost's functions, opened by the first that asks for them.
///
/// Chen and Guestrin, KDD 2016, doi:10.1145/2939672.2939785. The library is looked for where
/// ATHANOR_XGBOOST says, else under the names of the Debian package and of the project's own
/// builds.
enum XGBoostLibrary {
  /// Never written after it was filled, so that threads may share it.
  struct Table: @unchecked Sendable {
    let functions: cx_api
  }

  static let opened: Result<Table, TreeError> = open(candidates())

  static func table() throws(TreeError) -> cx_api { try opened.get().functions }

  static func candidates() -> [String] {
    if let named = ProcessInfo.processInfo.environment["ATHANOR_XGBOOST"], !named.isEmpty {
      return [named]
    }
    return ["libxgboost.so.0", "libxgboost.so"]
  }

  static func open(_ candidates: [String]) -> Result<Table, TreeError> {
    var reason = "no file was named"
    for file in candidates {
      var functions = cx_api()
      var text = [CChar](repeating: 0, count: 1000)
      if cx_open(file, &functions, &text, Int32(text.count)) == 0 {
        return .success(Table(functions: functions))
      }
      reason = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    return .failure(.libraryUnavailable(reason: reason))
  }
}

extension cx_api {
  /// Turns a status into an error with XGBoost's own sentence.
  func check(_ status: Int32, _ task: String) throws(TreeError) {
    guard status != 0 else { return }
    let text = last_error().map { String(cString: $0) } ?? "no reason was given"
    // The first line is the sentence; a stack of addresses follows.
    let line = text.split(separator: "\n").first.map(String.init) ?? text
    throw .libraryFailed(task: task, reason: line)
  }
}
