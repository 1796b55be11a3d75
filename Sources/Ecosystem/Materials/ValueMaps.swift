import Formats
import Foundation

/// Values of named structures in JSON files of their own, one for each property, as the
/// JARVIS-Leaderboard has them: `{"train": {"JVASP-1": 0.5, …}, "val": {…}}`, or one level less.
struct ValueMaps {
  private var names: [String] = []
  private var columns: [(name: String, values: [String: String])] = []
  private var parts: [String: String] = [:]

  var isEmpty: Bool { columns.isEmpty }

  /// Takes a file in as a column of its name.
  ///
  /// - Returns: `false` for a file of another form.
  mutating func add(_ bytes: [UInt8], file: String) -> Bool {
    guard let root = try? JSONDocument(bytes, file: file).root, let members = root.members,
      !members.isEmpty
    else { return false }
    var found: [(id: String, value: String, part: String?)] = []
    if members.allSatisfy({ $0.value.kind == .object }) {
      for (part, values) in members {
        guard let values = values.members else { return false }
        for (id, value) in values {
          guard let text = Self.text(of: value) else { return false }
          found.append((id, text, part))
        }
      }
    } else {
      for (id, value) in members {
        guard let text = Self.text(of: value) else { return false }
        found.append((id, text, nil))
      }
    }
    guard found.contains(where: { Table.number($0.value) != nil }) else { return false }
    var values: [String: String] = [:]
    for (id, value, part) in found {
      values[id] = value
      if let part { parts[id] = part }
      if !known.contains(id) {
        known.insert(id)
        names.append(id)
      }
    }
    let title = StructureName.keys(file).last ?? file
    columns.append((title, values))
    return true
  }

  private var known: Set<String> = []

  /// Numbers, flags and short texts; a text of several lines is a structure.
  private static func text(of node: JSONNode) -> String? {
    switch node.kind {
    case .number: return node.numberText
    case .flag: return node.flag.map { $0 ? "true" : "false" }
    case .null: return ""
    case .text:
      guard let text = node.text, text.count < 200, !text.contains("\n"), !text.contains("\\n")
      else { return nil }
      return text
    case .object, .list: return nil
    }
  }

  /// Columns `id`, `split` (where the files have parts) and one for each file.
  var csv: [UInt8] {
    let hasParts = !parts.isEmpty
    var text = CSVText(header: ["id"] + (hasParts ? ["split"] : []) + columns.map(\.name))
    for name in names {
      text.append(
        [name] + (hasParts ? [parts[name] ?? ""] : []) + columns.map { $0.values[name] ?? "" })
    }
    return text.bytes
  }
}
