public import Learning
public import Matter

/// A crystal's cell as a drawing: sites and bonds colored by what they add to a prediction.
///
/// Atoms on the faces of a small cell are shown on the opposite faces as well. Bonds are those of
/// touching atoms, and others that add much.
public struct CellPicture: Hashable, Sendable {
  public var crystal: Crystal
  public var sites: SiteContributions
  public var quantity: Quantity

  /// - Parameters:
  ///   - sites: Of this crystal.
  ///   - quantity: What contributions are, with the unit.
  public init(_ crystal: Crystal, _ sites: SiteContributions, quantity: Quantity) {
    precondition(sites.sites.count == crystal.siteCount, "contributions of another crystal")
    self.crystal = crystal
    self.sites = sites
    self.quantity = quantity
  }

  /// The drawing with its legend, for a page.
  var html: String {
    let scene = CellScene(self)
    return """
      <figure class="cell">
      \(legend(scene))\(CellDrawing(scene, self).svg)
      <figcaption>\(Markup.prose(caption(scene)))</figcaption>
      </figure>

      """
  }

  private func legend(_ scene: CellScene) -> String {
    func scale(_ title: String, _ reach: Double) -> String {
      let ends = [-reach, reach].map { Markup.escaped(signed($0)) }
      return "<li class=\"ramp diverging\">\(Markup.escaped(title + quantity.unitSuffix)): "
        + "<span>\(ends[0])<i aria-hidden=\"true\"></i>\(ends[1])</span></li>\n"
    }
    let bonds = scene.bonds.isEmpty ? "" : scale("Bonds", scene.bondReach)
    return "<ul class=\"legend\">\n\(scale("Sites", scene.siteReach))\(bonds)</ul>\n"
  }

  private func caption(_ scene: CellScene) -> String {
    let largest = sites.sites.max { abs($0.contribution) < abs($1.contribution) }
    var sentences: [String] = []
    if let largest {
      let alike = largest.multiplicity > 1 ? ", as do the sites like it" : ""
      let verb = largest.contribution < 0 ? "lowers" : "raises"
      sentences.append(
        "\(Self.name(of: largest)) \(verb) the prediction most, by "
          + "\(quantity.text(abs(largest.contribution)))\(alike).")
    }
    sentences.append("Orange raises, blue lowers; larger circles are larger atoms.")
    if !scene.bonds.isEmpty {
      sentences.append("Thick bonds add much, of either sign.")
      if scene.bonds.contains(where: { !$0.isNear }) {
        sentences.append("Dashed lines join sites farther apart that add as much.")
      }
    }
    if !crystal.isOrdered {
      sentences.append("Dashed circles are shared or partly vacant sites.")
    }
    if scene.showsImages {
      sentences.append(
        "Atoms on a face, an edge or a corner of the cell are drawn at each of them.")
    }
    return sentences.joined(separator: " ")
  }

  private func signed(_ value: Double) -> String {
    (value > 0 ? "+" : "") + Numeral.text(value, significant: 2)
  }

  /// The file's label, or what sits there with the number of the site: `Ti2`, `K/Na1`.
  public static func name(of site: SiteContributions.Site) -> String {
    site.label ?? "\(symbols(of: site))\(site.site)"
  }

  /// What sits there: `K/Na`.
  static func symbols(of site: SiteContributions.Site) -> String {
    var seen: Set<String> = []
    return site.occupants.sorted { $0.share > $1.share }.map(\.element)
      .filter { seen.insert($0).inserted }.joined(separator: "/")
  }
}
