import Foundation
public import Matter

/// What the header of a pseudopotential file in the UPF format says.
public struct Pseudopotential: Hashable, Sendable {
  /// In order of preference.
  public enum Kind: Int, Hashable, Sendable {
    case projectorAugmentedWave
    case ultrasoft
    case normConserving
  }

  /// Its name in the folder.
  public let file: String
  public let element: Element
  public let functional: ExchangeFunctional
  public let kind: Kind

  /// Bytes from the beginning of a file that may hold its header.
  private static let headerLimit = 1 << 17

  /// - Returns: `nil` for files that are none, are of another functional, hold the bare Coulomb
  ///   potential, or need spin-orbit coupling.
  init?(path: String) {
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: Self.headerLimit)
    else { return nil }
    self.init(
      header: String(decoding: data, as: UTF8.self), file: (path as NSString).lastPathComponent)
  }

  /// - Parameter file: Its name; `pw.x` reads none with blanks.
  init?(header text: String, file: String) {
    guard !file.contains(where: \.isWhitespace) else { return nil }
    guard let start = text.firstRange(of: "<PP_HEADER") else { return nil }
    let rest = text[start.upperBound...]
    // Version 2 has attributes in the tag, version 1 a line for each fact behind it.
    guard let close = rest.firstIndex(of: ">") else { return nil }
    let tag = rest[..<close]
    let facts =
      tag.contains("=") ? Self.attributes(tag) : Self.lines(rest[rest.index(after: close)...])
    guard let facts, let element = Element(symbol: facts.element),
      let functional = ExchangeFunctional(header: facts.functional),
      let kind = Self.kind(facts.kind), !facts.isFullyRelativistic,
      !text[..<start.lowerBound].contains("Fully-Relativistic")
    else { return nil }
    self.file = file
    self.element = element
    self.functional = functional
    self.kind = kind
  }

  private typealias Facts = (
    element: String, functional: String, kind: String, isFullyRelativistic: Bool
  )

  private static func attributes(_ tag: Substring) -> Facts? {
    func value(_ name: String) -> String? {
      guard let range = tag.firstRange(of: "\(name)=\"") else { return nil }
      return tag[range.upperBound...].prefix { $0 != "\"" }
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
    guard let element = value("element"), let functional = value("functional"),
      let kind = value("pseudo_type")
    else { return nil }
    return (
      element, functional, kind,
      value("has_so")?.lowercased().first == "t" || value("relativistic") == "full"
    )
  }

  private static func lines(_ text: Substring) -> Facts? {
    let lines = text.split(whereSeparator: \.isNewline).prefix(5).map {
      $0.split(whereSeparator: \.isWhitespace).map(String.init)
    }
    guard lines.count == 5, lines.allSatisfy({ !$0.isEmpty }) else { return nil }
    return (lines[1][0], lines[4].prefix(4).joined(separator: " "), lines[2][0], false)
  }

  private static func kind(_ name: String) -> Kind? {
    switch name.uppercased() {
    case "PAW": .projectorAugmentedWave
    case "US", "USPP": .ultrasoft
    case "NC", "SL": .normConserving
    default: nil
    }
  }
}
