import Foundation
import Matter

/// Where LAMMPS takes its forces from.
public enum LAMMPSPotential: Codable, Hashable, Sendable {
  /// A file and the pair style that reads it. A name without a slash is one of ``folder``.
  case file(Style, String)

  /// A model of OpenKIM, by its extended name: Tadmor et al., JOM 63, 17 (2011).
  case model(String)

  /// Pair styles whose files say which elements they know.
  public enum Style: String, Codable, CaseIterable, Sendable {
    case embeddedAtomAlloy = "eam/alloy"
    case embeddedAtomFinnisSinclair = "eam/fs"
    case stillingerWeber = "sw"
    case tersoff
  }

  /// Where Debian's package `lammps-data` keeps potentials.
  public static let folder = "/usr/share/lammps/potentials"

  /// As in a fidelity: `sw Si.sw`, or the name of the model.
  public var name: String {
    switch self {
    case .file(let style, let path): "\(style.rawValue) \((path as NSString).lastPathComponent)"
    case .model(let name): name
    }
  }

  /// The commands before the box and behind it.
  func commands(_ elements: [Element]) -> (before: String, after: String) {
    let symbols = elements.map(\.symbol).joined(separator: " ")
    switch self {
    case .file(let style, let path):
      let file = Self.quoted(Self.place(path))
      return (
        "units metal", "pair_style \(style.rawValue)\npair_coeff * * \(file) \(symbols)"
      )
    case .model(let name): return ("kim init \(name) metal", "kim interactions \(symbols)")
    }
  }

  /// - Throws: ``EngineError`` when the file is not there or has not these elements.
  func check(_ elements: [Element]) throws(EngineError) {
    switch self {
    case .model(let name):
      guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
        throw .invalid("\"\(name)\" is no name of a KIM model; letters, digits and _ make it up.")
      }
    case .file(let style, let path):
      let place = Self.place(path)
      guard let data = FileManager.default.contents(atPath: place) else {
        throw .notInstalled("The potential \(place)", remedy: "name a file that is there")
      }
      guard !place.contains(where: { $0.isNewline || $0 == "\"" }) else {
        throw .invalid("The name of a potential file cannot hold quotes or line ends: \(place)")
      }
      let known = Self.symbols(String(decoding: data, as: UTF8.self), style)
      for element in elements where !known.contains(element.symbol) {
        throw .noPotential(element, in: place)
      }
    }
  }

  private static func place(_ path: String) -> String {
    path.contains("/") ? path : "\(folder)/\(path)"
  }

  private static func quoted(_ path: String) -> String { "\"\(path)\"" }

  /// The elements that a potential file names: the fourth line of the tables of DYNAMO, and the first
  /// word of an entry, of which those of three equal elements count, in the others.
  private static func symbols(_ text: String, _ style: Style) -> Set<String> {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    switch style {
    case .embeddedAtomAlloy, .embeddedAtomFinnisSinclair:
      guard lines.count > 3 else { return [] }
      return Set(lines[3].split(whereSeparator: \.isWhitespace).dropFirst().map(String.init))
    case .stillingerWeber, .tersoff:
      var found: Set<String> = []
      for line in lines {
        let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).prefix(3)
        if words.count == 3, Set(words).count == 1, Element(symbol: String(words[0])) != nil {
          found.insert(String(words[0]))
        }
      }
      return found
    }
  }
}
