import Ecosystem

/// How commands say which families of methods the values come from.
enum ProtocolText {
  /// A line for each family, the largest first, at most eight; none where nothing is known.
  static func lines(_ families: [ProtocolFamily]) -> [String] {
    guard !families.isEmpty else { return [] }
    let shown = families.prefix(8).map { family in
      let labels = family.labels.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
      let more = family.labels.count > 3 ? " and \(family.labels.count - 3) more" : ""
      let details = family.details.isEmpty ? "" : "; \(family.details)"
      return
        "    \(family.name): \(DataText.count(family.rows, "row")), written \(labels)\(more)\(details)"
    }
    let hidden = families.count - shown.count
    return ["  methods:"] + shown + (hidden > 0 ? ["    and \(hidden) more families"] : [])
  }
}
