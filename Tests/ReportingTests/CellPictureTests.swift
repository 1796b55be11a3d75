import DenseMath
import Foundation
import Matter
import Testing

@testable import Learning
@testable import Reporting

@Suite("Pictures of cells")
struct CellPictureTests {
  private static func element(_ symbol: String) throws -> Element {
    try #require(Element(symbol: symbol))
  }

  private static func cube(_ edge: Double) throws -> Lattice {
    try Lattice(a: SIMD3(edge, 0, 0), b: SIMD3(0, edge, 0), c: SIMD3(0, 0, edge))
  }

  private static func picture(
    _ crystal: Crystal, values: [Double], bonds: [SiteContributions.Bond] = []
  ) -> CellPicture {
    var sites: [SiteContributions.Site] = []
    for (site, value) in values.enumerated() {
      let occupants = crystal.occupants(of: site).map { occupant in
        SiteContributions.Occupant(
          element: occupant.element.symbol, share: occupant.occupancy, contribution: value)
      }
      sites.append(
        SiteContributions.Site(
          site: site + 1, label: crystal.labels?[site], occupants: occupants, like: site + 1,
          multiplicity: 1, contribution: value))
    }
    return CellPicture(
      crystal,
      SiteContributions(
        share: 1, base: 0, geometry: 0, sites: sites, others: 0, remainder: 0,
        bonds: .init(elements: 0, bonds: bonds, remainder: 0)),
      quantity: Quantity("Contribution", unit: "eV"))
  }

  private static func perovskite() throws -> CellPicture {
    let oxygens = [SIMD3(0.5, 0.5, 0), SIMD3(0.5, 0, 0.5), SIMD3(0, 0.5, 0.5)]
    // The third just below a face, and in another cell: as files have it.
    let crystal = try Crystal(
      lattice: cube(3.9), elements: ["Sr", "Ti", "O", "O", "O"].map(element),
      positions: [.zero, SIMD3(repeating: 0.5), oxygens[0], oxygens[1], SIMD3(1.9999999, 0.5, 0.5)])
    var bonds: [SiteContributions.Bond] = []
    for oxygen in 0..<3 {
      let away = 2 - oxygen
      for sign in [0, 1] {
        var image = [0, 0, 0]
        image[away] = oxygen == 2 ? sign - 2 : sign
        bonds.append(
          .init(
            first: 2, second: 3 + oxygen, image: image, distance: 1.95, kind: 1, contribution: 0.1))
      }
    }
    return picture(crystal, values: [-0.2, 0.4, 0.1, 0.1, 0.1], bonds: bonds)
  }

  @Test("Atoms on corners and faces are drawn at each of them, bonds where both ends are")
  func perovskite() throws {
    let picture = try Self.perovskite()
    let scene = CellScene(picture)
    #expect(scene.atoms.count { $0.site == 0 } == 8 && scene.atoms.count { $0.site == 1 } == 1)
    #expect((2..<5).allSatisfy { site in scene.atoms.count { $0.site == site } == 2 })
    #expect(scene.bonds.count == 6 && scene.edges.count == 12)
    let titanium = try #require(scene.atoms.first { $0.site == 1 })
    let radii = titanium.radius + (scene.atoms.last?.radius ?? 0)
    for bond in scene.bonds {
      #expect(bond.isNear && abs(length(bond.ends.1 - bond.ends.0) + radii - 1.95) < 1e-3)
    }
    let html = picture.html
    #expect(html.components(separatedBy: "<circle").count - 1 == 15)
    #expect(html.contains(">Ti</text>") && html.contains("Sites (eV)"))
    #expect(html.contains("Ti2 raises the prediction most, by 0.400"))
    #expect(html == picture.html)
  }

  @Test("One atom, shared sites, hostile labels and many atoms have their drawings")
  func odd() throws {
    let copper = try Crystal(
      lattice: try Lattice(a: SIMD3(0, 1.8, 1.8), b: SIMD3(1.8, 0, 1.8), c: SIMD3(1.8, 1.8, 0)),
      elements: [Self.element("Cu")], positions: [SIMD3(0.25, 0.25, 0.25)])
    let shared = try Crystal(
      lattice: Self.cube(3),
      occupants: [
        Occupant(Species(try Self.element("K")), occupancy: 0.25),
        Occupant(Species(try Self.element("Na")), occupancy: 0.5),
      ], counts: [2], positions: [.zero], labels: ["<script>"])
    let silicon = try Self.element("Si")
    var grid: [SIMD3<Double>] = []
    for place in 0..<216 {
      let (x, y, z) = (place % 6, place / 6 % 6, place / 36)
      grid.append(SIMD3(Double(x), Double(y), Double(z)) / 6)
    }
    let many = try Crystal(
      lattice: Self.cube(18), elements: grid.map { _ in silicon }, positions: grid)
    for (crystal, atoms) in [(copper, 1), (shared, 8), (many, 216)] {
      let picture = Self.picture(
        crystal, values: crystal.positions.indices.map { Double($0) - 3 })
      let html = picture.html
      #expect(html.components(separatedBy: "<circle").count - 1 == atoms)
      #expect(!html.contains("nan") && !html.contains("inf") && !html.contains("<script>"))
    }
    #expect(Self.picture(shared, values: [0]).html.contains("Dashed circles"))
    #expect(CellPicture.symbols(of: Self.picture(shared, values: [0]).sites.sites[0]) == "Na/K")
  }

  @Test("Colors meet in the middle and end in those of the scale")
  func colors() {
    #expect(DivergingColor(-1).hex == Theme.divergingRamp[0])
    #expect(DivergingColor(0).hex == Theme.divergingRamp[1])
    #expect(DivergingColor(7).hex == Theme.divergingRamp[2])
    #expect(DivergingColor(.nan).hex == Theme.divergingRamp[1])
    #expect(DivergingColor(1).letters != DivergingColor(0).letters)
  }
}
