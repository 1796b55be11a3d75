import Foundation
import Matter

/// Settings and prices as they are written on a command line.
enum SettingText {
  /// `T=180:260:5`, `T=180,200,220` or `oil=corn,olive`.
  static func read(_ text: String) throws -> RecipeDraft.Setting {
    let parts = text.split(separator: "=", maxSplits: 1).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw CommandError(
        "\"\(text)\" is no setting; write T=180:260:5, T=180,200,220 or oil=corn,olive.")
    }
    let ends = parts[1].split(separator: ":", omittingEmptySubsequences: false)
    if ends.count > 1 {
      let numbers = ends.compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
      guard numbers.count == ends.count, (2...3).contains(numbers.count), numbers[0] < numbers[1]
      else {
        throw CommandError("\"\(text)\": write T=180:260 or T=180:260:5, the lower end first.")
      }
      let step = numbers.count == 3 ? ", step: \(RecipeDraft.number(numbers[2]))" : ""
      return RecipeDraft.Setting(
        name: parts[0],
        values: "{from: \(RecipeDraft.number(numbers[0])), "
          + "to: \(RecipeDraft.number(numbers[1]))\(step)}")
    }
    let words = Interview.list(parts[1])
    guard words.count >= 2 else {
      throw CommandError("\"\(text)\": a setting needs at least two values to choose from.")
    }
    let numbers = words.compactMap(Double.init)
    let values =
      numbers.count == words.count
      ? numbers.map { RecipeDraft.number($0) } : words.map(RecipeDraft.scalar)
    return RecipeDraft.Setting(name: parts[0], values: "[\(values.joined(separator: ", "))]")
  }

  /// `Pd=40,Pt=30`.
  static func prices(_ text: String) throws -> [(symbol: String, price: Double)] {
    try Interview.list(text).map { item in
      let parts = item.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2, Element(symbol: parts[0]) != nil, let price = Double(parts[1]),
        price >= 0
      else { throw CommandError("\"\(item)\" is no price of an element; write Pd=40,Pt=30.") }
      return (parts[0], price)
    }
  }
}

/// How a file is named by another one in the same tree.
enum RelativePath {
  /// - Parameters:
  ///   - path: Of a file, relative to the working folder.
  ///   - file: The one that names it.
  static func text(of path: String, from file: String) -> String {
    let folder = (file as NSString).deletingLastPathComponent
    guard !path.hasPrefix("/"), !folder.isEmpty, folder != "." else { return path }
    let whole = { URL(fileURLWithPath: $0).standardizedFileURL.pathComponents }
    let (target, start) = (whole(path), whole(folder))
    let common = zip(target, start).prefix { $0 == $1 }.count
    return (Array(repeating: "..", count: start.count - common) + target.dropFirst(common))
      .joined(separator: "/")
  }
}
