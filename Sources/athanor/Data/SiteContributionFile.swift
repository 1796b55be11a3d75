import Ecosystem
import Formats
import Foundation
import Learning
import Matter

/// Crystals with the contributions of their sites, as a file for other programs.
struct SiteContributionFile {
  enum Form {
    case extendedXYZ
    case cif
    /// A CIF for each crystal.
    case folder

    /// - Throws: ``CommandError`` for a name that is neither.
    init(path: String) throws {
      let name = (path.hasSuffix("/") ? String(path.dropLast()) : path).lowercased()
      if name.hasSuffix(".xyz") || name.hasSuffix(".extxyz") {
        self = .extendedXYZ
      } else if name.hasSuffix(".cif") {
        self = .cif
      } else if (name as NSString).pathExtension.isEmpty {
        self = .folder
      } else {
        throw CommandError(
          "--write must end in .extxyz, .xyz or .cif, or name a folder: \(path)")
      }
    }
  }

  private struct Entry {
    let name: String
    let crystal: Crystal
    let explanation: Explanation
    let sites: SiteContributions
  }

  private static let name = "athanor_contribution"

  private let entries: [Entry]
  private let card: ModelCard

  init(_ result: ExplanationResult) {
    card = result.model.card
    entries = result.table.explanations.enumerated().compactMap { place, explanation in
      guard let crystal = result.candidates[place].crystal, let sites = explanation.sites else {
        return nil
      }
      let name = result.identifiers[place] ?? result.names[place]
      return Entry(name: name, crystal: crystal, explanation: explanation, sites: sites)
    }
  }

  /// - Throws: ``CommandError`` where there are no sites to credit.
  static func check(_ explainer: Explainer, crystals: Int) throws {
    guard explainer.readsSites else {
      throw CommandError(
        "The model has no networks on crystals, which sites are credited by; train on structures "
          + "with crystals or auto.")
    }
    guard crystals > 0 else {
      throw CommandError(
        "There is no structure among the inputs, hence no site to credit: give files of structures "
          + "(CIF, POSCAR, extended XYZ, JSON) or a table with a column of them.")
    }
  }

  func write(to path: String) throws {
    switch try Form(path: path) {
    case .cif:
      try AtomicFile.write(CIF.text(entries.map(cif)), to: path)
      Terminal.log("Wrote the sites of \(entries.count) crystals to \(path).")
    case .folder:
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
      for (file, entry) in zip(Self.files(entries.map(\.name)), entries) {
        try AtomicFile.write(CIF.text([cif(entry)]), to: "\(path)/\(file)")
      }
      Terminal.log("Wrote the sites of \(entries.count) crystals to files in \(path).")
    case .extendedXYZ:
      let ordered = entries.filter(\.crystal.isOrdered)
      guard !ordered.isEmpty else { throw CommandError(Self.shared(entries.map(\.name))) }
      if ordered.count < entries.count {
        Terminal.log(
          "athanor: "
            + Self.shared(entries.filter { !$0.crystal.isOrdered }.map(\.name)))
      }
      try AtomicFile.write(ExtendedXYZ.text(ordered.map(frame)), to: path)
      Terminal.log("Wrote the sites of \(ordered.count) crystals to \(path).")
    }
  }

  private static func shared(_ names: [String]) -> String {
    let first = names.prefix(3).joined(separator: ", ")
    let others = names.count > 3 ? " and \(names.count - 3) more" : ""
    return "\(first)\(others) cannot be written as extended XYZ, where no atoms share a site; "
      + "--write FILE.cif holds them."
  }

  /// Names of files, each once: letters, digits and what is safe besides.
  private static func files(_ names: [String]) -> [String] {
    var taken: Set<String> = []
    return names.enumerated().map { place, name in
      let stem = name.lowercased().hasSuffix(".cif") ? String(name.dropLast(4)) : name
      let safe = stem.unicodeScalars.map { scalar in
        scalar.isASCII
          && (scalar.properties.isAlphabetic || "0123456789.-_+".contains(Character(scalar)))
          ? Character(scalar) : "_"
      }
      var file = String(safe.prefix(80))
      if file.isEmpty || file.hasPrefix(".") { file = "structure_\(place + 1)" }
      while !taken.insert(file.lowercased()).inserted { file += "_\(place + 1)" }
      return file + ".cif"
    }
  }

  // MARK: Formats

  private func cif(_ entry: Entry) -> (entry: StructureEntry, numbers: CIFSiteNumbers) {
    let bonds = (entry.sites.bonds?.bonds ?? []).map { bond in
      CIFSiteNumbers.Bond(
        first: bond.first - 1, second: bond.second - 1,
        image: SIMD3(bond.image[0], bond.image[1], bond.image[2]), distance: bond.distance,
        value: bond.contribution)
    }
    let numbers = CIFSiteNumbers(
      name: Self.name, items: facts(entry).map { .init("_athanor_\($0.name)", $0.value) },
      occupants: entry.sites.sites.flatMap { $0.occupants.map(\.contribution) }, bonds: bonds)
    return (StructureEntry(name: entry.name, arrangement: .crystal(entry.crystal)), numbers)
  }

  /// What the numbers are of.
  private func facts(_ entry: Entry) -> [(name: String, value: String)] {
    let sites = entry.sites
    return [
      ("property", card.learnedName), ("unit", card.learnedUnit ?? ""),
      ("prediction", "\(entry.explanation.prediction.mean)"), ("base", "\(sites.base)"),
      ("geometry", "\(sites.geometry)"), ("others", "\(sites.others)"),
      ("remainder", "\(sites.remainder)"),
    ]
  }

  private func frame(_ entry: Entry) -> AtomicFrame {
    let lattice = entry.crystal.lattice
    var info: [AtomicFrame.Info] = [.init("name", .text(entry.name))]
    for (name, value) in facts(entry) {
      info.append(
        .init("athanor_\(name)", Double(value).map { .real($0) } ?? .text(value)))
    }
    return AtomicFrame(
      symbols: entry.crystal.occupants.map(\.species.symbol),
      positions: entry.crystal.cartesianPositions,
      cell: .init(a: lattice.a, b: lattice.b, c: lattice.c), info: info,
      columns: [.init(Self.name, .reals(entry.sites.sites.map(\.contribution)))])
  }
}
