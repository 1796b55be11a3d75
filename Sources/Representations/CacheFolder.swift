package import Foundation

/// A folder of files that can be made again: the oldest make room for new ones.
package struct CacheFolder: Sendable {
  package let url: URL
  private let pathExtension: String
  private let mostBytes: Int

  /// - Parameters:
  ///   - pathExtension: Of the files that count; others are left alone.
  ///   - mostBytes: Of all of them together.
  package init(_ url: URL, pathExtension: String, mostBytes: Int = 1 << 33) {
    self.url = url
    self.pathExtension = pathExtension
    self.mostBytes = mostBytes
  }

  /// A folder of the person who runs the program: `$XDG_CACHE_HOME/athanor/NAME`, or the same under
  /// `~/.cache`.
  package static func standard(_ name: String) -> URL {
    let root =
      ProcessInfo.processInfo.environment["XDG_CACHE_HOME"].flatMap { path in
        path.hasPrefix("/") ? URL(fileURLWithPath: path) : nil
      } ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache")
    return root.appendingPathComponent("athanor/\(name)")
  }

  package func file(_ name: String) -> URL {
    url.appendingPathComponent(name).appendingPathExtension(pathExtension)
  }

  /// Makes the folder where it is not there, and removes the files that were written first until a new
  /// one fits. Those that are mapped stay readable until they are let go.
  ///
  /// - Parameter size: Of the new file, bytes.
  /// - Throws: What the file system has against the folder.
  package func makeRoom(for size: Int) throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let keys: [URLResourceKey] = [.contentModificationDateKey, .fileSizeKey]
    let files = try? FileManager.default.contentsOfDirectory(
      at: url, includingPropertiesForKeys: keys)
    let own = (files ?? []).filter { $0.pathExtension == pathExtension }.compactMap { file in
      (try? file.resourceValues(forKeys: Set(keys))).map { values in
        (
          file: file, size: values.fileSize ?? 0,
          date: values.contentModificationDate ?? .distantPast
        )
      }
    }
    var total = own.reduce(size) { $0 + $1.size }
    for old in own.sorted(by: { $0.date < $1.date }) where total > mostBytes {
      try? FileManager.default.removeItem(at: old.file)
      total -= old.size
    }
  }
}
