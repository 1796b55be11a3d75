import Learning

/// Sites and bonds of crystals.
extension ExplanationReport {
  /// More cells would make a page slow to read.
  static let cellsDrawn = 12
  private static let sitesListed = 24
  private static let bondsListed = 16

  /// A section for each crystal, the first of many.
  var cells: [Report.Section] {
    let known = materials.filter { $0.explanation.sites != nil && $0.crystal != nil }
    let shown = known.prefix(Self.cellsDrawn)
    return shown.compactMap { cell($0, of: known.count) }
  }

  private func cell(_ material: Material, of count: Int) -> Report.Section? {
    guard let sites = material.explanation.sites, let crystal = material.crystal else { return nil }
    let quantity = Quantity("Contribution", unit: unit)
    var section = Report.Section(
      title: "The cell of \(material.title)", text: text(sites, quantity),
      content: .cell(CellPicture(crystal, sites, quantity: quantity)), .table(table(of: sites)),
      isHalfWidth: count > 1)
    if let bonds = sites.bonds, !bonds.bonds.isEmpty {
      section.contents.append(.table(table(of: bonds, sites)))
    }
    return section
  }

  private func text(_ sites: SiteContributions, _ quantity: Quantity) -> String {
    let sum = sites.sites.reduce(0) { $0 + $1.contribution }
    var text =
      "From \(quantity.text(sites.base)) (\(origin)), the structure with an average element on each "
      + "site leads \(change(sites.geometry, quantity)), the elements on the "
      + (sites.sites.count == 1 ? "site" : "\(sites.sites.count) sites")
      + " \(change(sum, quantity))"
    if sites.share < 0.9995 {
      text +=
        ", and learners that see no sites (\(Report.percent(1 - sites.share)) of the model) "
        + change(sites.others, quantity)
    }
    return text + "."
  }

  private func change(_ value: Double, _ quantity: Quantity) -> String {
    "\(value < 0 ? "down" : "up") by \(quantity.text(abs(value)))"
  }

  private func table(of sites: SiteContributions) -> ReportTable {
    let kinds = sites.sites.filter { $0.like == $0.site }
    let listed = kinds.sorted {
      (abs($1.contribution), $0.site) < (abs($0.contribution), $1.site)
    }.prefix(Self.sitesListed)
    let whole =
      listed.count < kinds.count ? "; the strongest \(listed.count) of \(kinds.count) kinds" : ""
    return ReportTable(
      caption: "Sites that are alike in one row\(whole)",
      columns: [
        .init("Site"), .init("Sites like it"), .init("Each adds", unit: unit),
        .init("Together", unit: unit),
      ],
      rows: listed.map { site in
        [
          .text(CellPicture.name(of: site)), .integer(site.multiplicity),
          .number(site.contribution), .number(Double(site.multiplicity) * site.contribution),
        ]
      })
  }

  private func table(
    of bonds: SiteContributions.Bonds, _ sites: SiteContributions
  ) -> ReportTable {
    var kinds: [Int: (bond: SiteContributions.Bond, count: Int)] = [:]
    for bond in bonds.bonds {
      kinds[bond.kind] = (kinds[bond.kind]?.bond ?? bond, (kinds[bond.kind]?.count ?? 0) + 1)
    }
    let all = kinds.values.sorted {
      let (a, b) = (
        abs($0.bond.contribution) * Double($0.count), abs($1.bond.contribution) * Double($1.count)
      )
      return (b, $0.bond.kind) < (a, $1.bond.kind)
    }
    let listed = all.prefix(Self.bondsListed)
    let whole =
      listed.count < all.count ? "; the strongest \(listed.count) of \(all.count) kinds" : ""
    return ReportTable(
      caption:
        "Neighbors of the networks, those that are alike in one row\(whole). Without distances "
        + "the networks say \(Quantity("", unit: unit).text(bonds.elements)) from the mean",
      columns: [
        .init("Bond"), .init("Length", unit: "Å"), .init("Bonds like it"),
        .init("Each adds", unit: unit), .init("Together", unit: unit),
      ],
      rows: listed.map { kind in
        let names = [kind.bond.first, kind.bond.second].map {
          CellPicture.name(of: sites.sites[$0 - 1])
        }
        return [
          .text(names.joined(separator: " – ")), .number(kind.bond.distance),
          .integer(kind.count), .number(kind.bond.contribution),
          .number(Double(kind.count) * kind.bond.contribution),
        ]
      })
  }

  var siteMethod: String {
    "Sites have the gradient of the networks on the way from an average element on each site to the "
      + "elements themselves, distances kept; bonds the gradient on the way from edges without a "
      + "distance to the edges themselves, elements kept. Both ways tell the same prediction and are not "
      + "to be added. A site of a larger cell of the same crystal has less, since there are more of "
      + "them."
  }
}

extension ExplanationReport.Material {
  /// The formula, with the name of the structure.
  var title: String {
    guard let identifier, identifier != name else { return name }
    return "\(name) (\(identifier))"
  }
}
