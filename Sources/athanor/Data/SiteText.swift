import Learning
import Reporting

/// Contributions of sites and bonds as lines for a terminal.
struct SiteText {
  private let sites: SiteContributions

  init(_ sites: SiteContributions) { self.sites = sites }

  /// Kinds of sites and of bonds that are shown.
  private static let mostSites = 24
  private static let mostBonds = 10

  private static func symbols(of site: SiteContributions.Site) -> String {
    guard site.occupants.count > 1 || (site.occupants.first?.share ?? 1) < 1 else {
      return site.occupants.first?.element ?? ""
    }
    return site.occupants.map { "\($0.element)\(Report.number($0.share, significant: 2))" }
      .joined(separator: " ")
  }

  var lines: [String] {
    let part =
      sites.share < 0.9995
      ? "; networks on crystals are \(Report.percent(sites.share)) of the model" : ""
    var lines = ["  Sites (integrated gradients\(part)):"]
    lines.append(Self.line(sites.geometry, "the structure with an average element on each site"))
    lines += siteLines
    if sites.share < 0.9995 {
      lines.append(Self.line(sites.others, "learners that see no sites"))
    }
    guard let bonds = sites.bonds else { return lines }
    return lines + bondLines(bonds)
  }

  private static func line(_ value: Double, _ text: String) -> String {
    "    \(padded(signed(value), to: 9, isLeft: false))  \(text)"
  }

  private static func signed(_ value: Double) -> String {
    (value > 0 ? "+" : "") + Report.number(value)
  }

  private static func padded(_ text: String, to width: Int, isLeft: Bool = true) -> String {
    let blank = String(repeating: " ", count: max(0, width - text.count))
    return isLeft ? text + blank : blank + text
  }

  /// A line for all sites that are alike, the largest contribution of a single one first.
  private var siteLines: [String] {
    let kinds = sites.sites.filter { $0.like == $0.site }
      .sorted { (abs($1.contribution), $0.site) < (abs($0.contribution), $1.site) }
    let names = kinds.map { CellPicture.name(of: $0) }
    let width = names.prefix(Self.mostSites).map(\.count).max() ?? 0
    var lines = zip(kinds, names).prefix(Self.mostSites).map { site, name in
      let symbols = Self.symbols(of: site)
      let isSaid = site.label == nil && site.occupants.count == 1
      let element = isSaid ? "" : "  \(symbols)"
      let alike =
        site.multiplicity > 1
        ? "  × \(site.multiplicity) = "
          + Self.signed(Double(site.multiplicity) * site.contribution) : ""
      return Self.line(site.contribution, Self.padded(name, to: width) + element + alike)
    }
    if kinds.count > Self.mostSites {
      let rest = kinds.dropFirst(Self.mostSites)
      let sum = rest.reduce(0) { $0 + Double($1.multiplicity) * $1.contribution }
      lines.append(Self.line(sum, "all others, \(rest.count) kinds of sites"))
    }
    return lines
  }

  /// A line for all bonds that are alike, those first that add most together.
  private func bondLines(_ bonds: SiteContributions.Bonds) -> [String] {
    struct Kind {
      let bond: SiteContributions.Bond
      var count = 0
      var sum = 0.0
    }
    var kinds: [Int: Kind] = [:]
    for bond in bonds.bonds {
      kinds[bond.kind, default: Kind(bond: bond)].count += 1
      kinds[bond.kind]?.sum += bond.contribution
    }
    let sorted = kinds.values.sorted { (abs($1.sum), $0.bond.kind) < (abs($0.sum), $1.bond.kind) }
    var lines = [
      "  Bonds, of \(bonds.bonds.count) between neighbors of the networks:",
      Self.line(bonds.elements, "the elements without distances"),
    ]
    for kind in sorted.prefix(Self.mostBonds) {
      let names = [kind.bond.first, kind.bond.second].map {
        CellPicture.name(of: sites.sites[$0 - 1])
      }
      let alike = kind.count > 1 ? "  × \(kind.count) = \(Self.signed(kind.sum))" : ""
      lines.append(
        Self.line(
          kind.bond.contribution,
          "\(names.joined(separator: "–"))  \(Report.number(kind.bond.distance)) Å\(alike)"))
    }
    let rest = sorted.dropFirst(Self.mostBonds)
    if !rest.isEmpty {
      lines.append(
        Self.line(
          rest.reduce(0) { $0 + $1.sum },
          "all others, \(rest.reduce(0) { $0 + $1.count }) bonds"))
    }
    return lines
  }
}
