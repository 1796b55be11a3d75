import CTorch
import Foundation

/// The table of functions over libtorch, opened by the first that asks for it.
enum Library {
  /// Never written after it was fetched, so that threads may share it.
  struct Table: @unchecked Sendable {
    let functions: UnsafePointer<ct_api>
  }

  static let opened: Result<Table, TorchError> = open(candidates())

  static func table() throws(TorchError) -> UnsafePointer<ct_api> {
    try opened.get().functions
  }

  /// Where the library may lie: what ATHANOR_TORCH names, else beside the running program, else in
  /// `../lib` from there.
  static func candidates() -> [String] {
    if let named = ProcessInfo.processInfo.environment["ATHANOR_TORCH"], !named.isEmpty {
      return [named]
    }
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    let folder = URL(fileURLWithPath: program).deletingLastPathComponent()
    let file = "libCTorchShim.so"
    return [
      folder.appendingPathComponent(file).path,
      folder.deletingLastPathComponent().appendingPathComponent("lib/\(file)").path,
    ]
  }

  static func open(_ candidates: [String]) -> Result<Table, TorchError> {
    var reason = "no file was named"
    for path in candidates {
      var text = [CChar](repeating: 0, count: 1000)
      if let functions = ct_open(path, &text, Int32(text.count)) {
        return .success(Table(functions: functions))
      }
      reason = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      // A library that is there and does not open is the answer, not the next place to look.
      if FileManager.default.fileExists(atPath: path) { break }
    }
    return .failure(.libraryUnavailable(tried: candidates, reason: reason))
  }
}

/// Facts and settings of the tensor library in this process.
public enum TorchRuntime {
  /// The version of libtorch that is in use.
  public static var version: String {
    get throws(TorchError) { String(cString: try Library.table().pointee.torch_version()) }
  }

  /// Threads inside one operation: 1 until this is called.
  ///
  /// Call it before other threads use tensors. Small networks gain nothing: train several side by
  /// side instead.
  public static func setThreadsPerOperation(_ count: Int) throws(TorchError) {
    precondition(count > 0, "a positive number of threads, not \(count)")
    try Library.table().pointee.set_threads(Int32(count))
  }

  /// Computes on `device` from now on.
  ///
  /// - Throws: Where this libtorch, or the shim over it, cannot.
  public static func use(_ device: Device) throws(TorchError) {
    let api = try Library.table()
    guard api.pointee.use_device(device.code) == CT_OK else {
      let reason = String(cString: api.pointee.last_error())
      throw .operation(
        "\(reason) (libtorch \(try version)). Compute on the processor: --device cpu.")
    }
  }

  /// Tensors alive in this process: what a test for leaks compares.
  public static var liveTensors: Int {
    get throws(TorchError) { Int(try Library.table().pointee.live_tensors()) }
  }
}
