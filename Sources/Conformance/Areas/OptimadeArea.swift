import Ecosystem
import Formats
import Foundation

/// Filters of OPTIMADE: whether they parse, and which of the records of the area they match.
enum OptimadeArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    guard let text = testCase["filter"] as? String else { return ["error": "no filter"] }
    if testCase["kind"] as? String == "syntax" { return ["accepted": accepts(text)] }
    let filter = try OptimadeFilter(parsing: text)
    let matching = try records(folder).filter { filter.matches($0.subject) }
    return ["ids": matching.map(\.identifier)]
  }

  private static func accepts(_ text: String) -> Bool {
    (try? OptimadeFilter(parsing: text)) != nil
  }

  private static func records(
    _ folder: URL
  ) throws -> [(identifier: String, subject: JSONSubject)] {
    let data = try Data(contentsOf: folder.appendingPathComponent("inputs.json"))
    let inputs = try JSONValue(json: data, file: "inputs.json")
    guard case .object(let members) = inputs,
      case .array(let records) = members.first(where: { $0.key == "records" })?.value
    else { return [] }
    return records.map { record in
      let subject = JSONSubject(record)
      guard case .text(let identifier) = subject.value(of: ["id"]) else { return ("", subject) }
      return (identifier, subject)
    }
  }
}
