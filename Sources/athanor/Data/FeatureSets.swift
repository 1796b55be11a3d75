import Ecosystem
import Formats
import Foundation
import Learning
import Representations

/// Sets of columns that describe a composition or a structure, by their names on the command line.
enum FeatureSets {
  static let help =
    "\(Descriptors.names.joined(separator: ", ")); structure, the statistics of a crystal; "
    + "elements:FILE, those of the vectors in a CSV or JSON file of elements; and script:FILE, the "
    + "vectors of a TorchScript network that a JSON file describes. Join several with commas."

  /// - Parameter names: Sets with commas between them.
  static func features(_ names: String) throws -> CandidateFeatures {
    let parts = try names.split(separator: ",").map { try single(String($0)) }
    guard let first = parts.first else {
      throw CommandError("\"\(names)\" names no set of columns; there are \(help)")
    }
    return parts.count == 1 ? first : .joined(parts)
  }

  /// The description of a network of somebody else's; `nil` for other sets.
  static func scriptFile(_ name: String) -> String? {
    name.hasPrefix("script:") ? String(name.dropFirst("script:".count)) : nil
  }

  private static func single(_ name: String) throws -> CandidateFeatures {
    if Descriptors.names.contains(name) { return .named([name]) }
    if name == "structure" { return .structure }
    if let description = scriptFile(name) {
      return .script(try ScriptFeatures(describedBy: description))
    }
    guard name.hasPrefix("elements:") else {
      throw CommandError("There is no set of columns \"\(name)\"; there are \(help)")
    }
    let path = String(name.dropFirst("elements:".count))
    let content = try ElementVectorFile(AtomicFile.read(path, limit: 1 << 28), file: path)
    if !content.ignored.isEmpty {
      Terminal.log(
        "athanor: \(path): \(content.ignored.prefix(5).joined(separator: ", ")) "
          + "are no elements and were left out.")
    }
    let title = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    return .vectors(
      ElementVectors(name: title, columns: content.columns, vectors: content.vectors))
  }
}
