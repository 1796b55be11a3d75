import Foundation

/// Answers the cases of one area.
protocol ConformanceArea {
  /// The answer to one case, in the form that the area's `platform_output` asks for. A thrown
  /// error becomes `{"error": text}`.
  ///
  /// - Parameters:
  ///   - testCase: One element of `cases` in `inputs.json`.
  ///   - folder: The area's folder; a case's `file` is relative to it.
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any]
}
