extension ExtendedXYZ {
  /// Frames as extended XYZ; reading the text gives equal frames (whose lines are then those of the
  /// text).
  ///
  /// Reals are written with as many digits as tell them apart. Numbers must be finite, and every
  /// column must have its values for each atom. Matrices, lists of texts and texts that look like
  /// numbers are written as JSON, as ASE does and reads; an empty array comes back as JSON.
  public static func text(_ frames: [AtomicFrame]) -> String {
    var text = ""
    for frame in frames { write(frame, to: &text) }
    return text
  }

  private static func write(_ frame: AtomicFrame, to text: inout String) {
    for column in frame.columns {
      precondition(
        column.width > 0 && column.values.count == frame.atomCount * column.width,
        "The column \"\(column.name)\" does not hold \(column.width) values for each atom.")
    }
    text += "\(frame.atomCount)\n\(comment(frame))\n"
    for atom in 0..<frame.atomCount {
      let position = frame.positions[atom]
      text += frame.speciesNames[Int(frame.speciesIndices[atom])]
      text += " \(position.x) \(position.y) \(position.z)"
      for column in frame.columns {
        for place in atom * column.width..<(atom + 1) * column.width {
          text += " "
          text += word(column.values, place)
        }
      }
      text += "\n"
    }
  }

  private static func word(_ values: AtomicFrame.Column.Values, _ place: Int) -> String {
    switch values {
    case .reals(let values): "\(values[place])"
    case .integers(let values): String(values[place])
    case .flags(let values): values[place] ? "T" : "F"
    case .texts(let values): values[place]
    }
  }

  private static func comment(_ frame: AtomicFrame) -> String {
    var parts: [String] = []
    if let cell = frame.cell {
      parts.append("Lattice=\"\(cell.rows.joined().map { "\($0)" }.joined(separator: " "))\"")
    }
    var properties = "species:S:1:pos:R:3"
    for column in frame.columns {
      let name = column.name.split(separator: ":").joined(separator: "_")
      properties += ":\(name):\(letter(column.values)):\(column.width)"
    }
    parts.append("Properties=\(self.name(properties))")
    for item in frame.info { parts.append("\(name(item.name))=\(written(item))") }
    let flags = frame.isPeriodic.map { $0 ? "T" : "F" }.joined(separator: " ")
    parts.append("pbc=\"\(flags)\"")
    return parts.joined(separator: " ")
  }

  private static func letter(_ values: AtomicFrame.Column.Values) -> String {
    switch values {
    case .reals: "R"
    case .integers: "I"
    case .flags: "L"
    case .texts: "S"
    }
  }

  private static func name(_ name: String) -> String {
    let isBare = name.utf8.allSatisfy { byte in
      byte > 32 && !"=\"',{}[]\\".utf8.contains(byte)
    }
    return isBare && !name.isEmpty ? name : quoted(name)
  }

  private static func written(_ item: AtomicFrame.Info) -> String {
    switch item.value {
    case .integer(let value): return String(value)
    case .real(let value): return "\(value)"
    case .flag(let value): return value ? "T" : "F"
    case .text(let text):
      let isPlain = FrameComment.oldStyle(text) == .text(text)
      return quoted(isPlain ? text : "_JSON " + jsonText(text))
    case .integers(let values, let shape): return array(values.map { String($0) }, shape)
    case .reals(let v, let shape)
    where shape == [3, 3] && v.count == 9 && ["stress", "virial"].contains(item.name):
      return array([0, 3, 6, 1, 4, 7, 2, 5, 8].map { "\(v[$0])" }, [9])
    case .reals(let values, let shape): return array(values.map { "\($0)" }, shape)
    case .flags(let values, let shape) where shape.count == 1 && !values.isEmpty:
      return "[" + values.map { $0 ? "T" : "F" }.joined(separator: ", ") + "]"
    case .flags(let values, let shape): return array(values.map { "\($0)" }, shape)
    case .texts(let values, let shape): return json(values.map(jsonText), shape)
    case .json(let text): return quoted("_JSON " + text)
    }
  }

  /// One row in brackets; a matrix as JSON, which ASE reads.
  private static func array(_ words: [String], _ shape: [Int]) -> String {
    guard shape.count == 1, !words.isEmpty else { return json(words, shape) }
    return "[" + words.joined(separator: ", ") + "]"
  }

  private static func json(_ words: [String], _ shape: [Int]) -> String {
    guard shape.count == 2, shape[1] > 0 else {
      return quoted("_JSON [" + words.joined(separator: ", ") + "]")
    }
    let rows = stride(from: 0, to: words.count, by: shape[1]).map { start in
      "[" + words[start..<min(start + shape[1], words.count)].joined(separator: ", ") + "]"
    }
    return quoted("_JSON [" + rows.joined(separator: ", ") + "]")
  }

  private static func jsonText(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22, 0x5C:
        result += "\\"
        result.unicodeScalars.append(scalar)
      case 0..<32:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
