import Foundation

/// Sound files as seeds of damage.
public enum FuzzSeeds {
  /// The small files of a folder of reference data, in the order of their names; none where it is
  /// absent.
  ///
  /// - Parameters:
  ///   - size: The largest, bytes; four of up to four times the size are added.
  ///   - count: The most, evenly spread over those that there are.
  public static func files(
    _ folder: String, ending: String, size: Int = 4096, count: Int = 40
  ) -> [[UInt8]] {
    guard let root = SharedFolder.url(folder) else { return [] }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? [])
      .filter { $0.hasSuffix(ending) }.sorted()
    let contents = names.map { SharedFolder.bytes("\(folder)/\($0)") }.filter { !$0.isEmpty }
    let small = contents.filter { $0.count <= size }
    let large = contents.filter { (size + 1...4 * size).contains($0.count) }
    return spread(small, count) + spread(large, 4)
  }

  private static func spread(_ files: [[UInt8]], _ count: Int) -> [[UInt8]] {
    guard files.count > count else { return files }
    return (0..<count).map { files[$0 * files.count / count] }
  }
}
