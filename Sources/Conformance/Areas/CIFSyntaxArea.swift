import Formats
import Foundation
import Matter

/// Good and broken CIF files.
enum CIFSyntaxArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    guard let file = testCase["file"] as? String else { return ["error": "no file"] }
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
    let clock = ContinuousClock()
    let start = clock.now
    var result = read(bytes, file: file)
    let seconds = clock.now - start
    result["seconds"] =
      Double(seconds.components.seconds)
      + Double(seconds.components.attoseconds) * 1e-18
    return result
  }

  private static func read(_ bytes: [UInt8], file: String) -> [String: Any] {
    let document: CIFDocument
    do {
      document = try CIF.document(bytes, file: file)
    } catch {
      return ["verdict": "error", "syntax_error": true, "error": "\(error)"]
    }
    var result: [String: Any] = ["syntax_error": false, "blocks": document.blocks.count]
    do {
      let entries = try document.structures(file: file)
      result["verdict"] = "ok"
      result["warnings"] = entries.reduce(0) { $0 + $1.notices.count }
      if let crystal = entries.lazy.compactMap(\.crystal).first {
        result["cell_amounts"] = StructuresArea.cellAmounts(crystal)
        result["n_positions"] = crystal.siteCount
        result["lattice_a"] = crystal.lattice.parameters.a
      }
    } catch {
      result["verdict"] = "error"
      result["error"] = "\(error)"
      result["warnings"] = document.notices.count
    }
    return result
  }
}
