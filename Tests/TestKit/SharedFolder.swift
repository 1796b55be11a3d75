public import Foundation

/// The folder of reference data beside the repository. It is not part of it: tests that read it are
/// enabled only where it is there.
public enum SharedFolder {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared")

  /// The file or folder at `path` inside the shared folder, or `nil` where it is absent.
  public static func url(_ path: String) -> URL? {
    let url = root.appendingPathComponent(path)
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
  }

  public static func has(_ path: String) -> Bool { url(path) != nil }

  /// The bytes of a file, or none where it is absent.
  public static func bytes(_ path: String) -> [UInt8] {
    guard let url = url(path), let data = try? Data(contentsOf: url) else { return [] }
    return Array(data)
  }

  /// `inputs.json` and `expected.json` of one area of golden cases: each case with its answer.
  public static func goldenCases(
    _ area: String
  ) throws -> [(testCase: [String: Any], expected: [String: Any])] {
    let inputs = try object("golden/\(area)/inputs.json")
    let expected = try object("golden/\(area)/expected.json")
    let answers = expected["cases"] as? [String: [String: Any]] ?? [:]
    let cases = inputs["cases"] as? [[String: Any]] ?? []
    return cases.compactMap { testCase in
      guard let identifier = testCase["id"] as? String, let answer = answers[identifier] else {
        return nil
      }
      return (testCase, answer)
    }
  }

  private static func object(_ path: String) throws -> [String: Any] {
    let parsed = try JSONSerialization.jsonObject(with: Data(bytes(path)))
    return parsed as? [String: Any] ?? [:]
  }
}
