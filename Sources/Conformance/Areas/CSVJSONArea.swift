import Formats
import Foundation

/// Rows of CSV as they stand, and what is JSON.
enum CSVJSONArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    let bytes: [UInt8]
    if let text = testCase["text"] as? String {
      bytes = Array(text.utf8)
    } else if let encoded = testCase["base64"] as? String, let data = Data(base64Encoded: encoded) {
      bytes = Array(data)
    } else {
      throw CaseError.missing("text")
    }
    do {
      if testCase["kind"] as? String == "json" {
        _ = try JSONDocument(bytes, file: "case.json", allowsRepeatedNames: true)
        return ["verdict": "ok"]
      }
      let rows = try CSVRows.rows(bytes, file: "case.csv", delimiter: UInt8(ascii: ","))
      return ["verdict": "ok", "rows": rows]
    } catch {
      return ["verdict": "error", "error": "\(error)"]
    }
  }
}
