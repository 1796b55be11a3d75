import Foundation
import Matter

/// The pseudopotentials of one functional in a folder, one for each element.
struct PseudopotentialFolder {
  let path: String
  private let functional: ExchangeFunctional
  private let chosen: [Element: Pseudopotential]

  /// - Parameter named: Files that are taken whatever else there is, by symbol.
  /// - Throws: ``EngineError`` when the folder or a named file is not there or is none for its
  ///   element.
  init(
    _ path: String, _ functional: ExchangeFunctional, named: [String: String]
  ) throws(EngineError) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw .notInstalled(
        "The folder of pseudopotentials \(path)",
        remedy: "Scripts/setup.sh engines installs one (Debian package quantum-espresso-data)")
    }
    guard !path.contains(where: { $0 == "'" || $0.isNewline }) else {
      throw .invalid("The folder of pseudopotentials cannot have quotes in its name: \(path)")
    }
    self.path = path
    self.functional = functional
    var chosen: [Element: Pseudopotential] = [:]
    for name in names.sorted() where name.lowercased().hasSuffix(".upf") {
      guard let file = Pseudopotential(path: path + "/" + name), file.functional == functional
      else { continue }
      if let other = chosen[file.element], !Self.isPreferred(file, to: other) { continue }
      chosen[file.element] = file
    }
    for (symbol, name) in named.sorted(by: { $0.key < $1.key }) {
      guard let file = Pseudopotential(path: path + "/" + name), file.element.symbol == symbol
      else {
        throw .invalid("\(path)/\(name) is no pseudopotential of \(symbol) that can be used.")
      }
      guard file.functional == functional else {
        throw .invalid(
          "\(path)/\(name) is made for \(file.functional.rawValue), not for \(functional.rawValue)."
        )
      }
      chosen[file.element] = file
    }
    self.chosen = chosen
  }

  func pseudopotential(of element: Element) throws(EngineError) -> Pseudopotential {
    guard let file = chosen[element] else {
      throw .noPotential(element, in: "\(path) for \(functional.rawValue)")
    }
    return file
  }

  /// The better kind; of one kind the last in order of names: `psl.1.0.0` before `psl.0.1`.
  private static func isPreferred(_ a: Pseudopotential, to b: Pseudopotential) -> Bool {
    a.kind != b.kind ? a.kind.rawValue < b.kind.rawValue : a.file > b.file
  }
}
