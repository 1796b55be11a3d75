import Foundation

/// Where a program is.
enum EngineProgram {
  /// The path of an executable: a name without a slash is looked for in `PATH`.
  static func path(_ name: String) -> String? {
    let manager = FileManager.default
    guard !name.contains("/") else { return manager.isExecutableFile(atPath: name) ? name : nil }
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return folders.split(separator: ":").map { "\($0)/\(name)" }.first {
      manager.isExecutableFile(atPath: $0)
    }
  }

  static func require(_ name: String, package: String) throws(EngineError) {
    guard path(name) != nil else {
      throw .notInstalled(
        name, remedy: "Scripts/setup.sh engines installs it (Debian package \(package))")
    }
  }
}
