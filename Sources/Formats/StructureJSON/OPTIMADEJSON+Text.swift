import Matter

extension OPTIMADEJSON {
  /// A structure as a resource object of the OPTIMADE API, specification 1.2.
  ///
  /// Fractional positions are written beside the Cartesian ones, so that reading gives the same
  /// crystal. Species are named by what they are; oxidation states, labels and moments have no place
  /// in the specification.
  ///
  /// - Parameter identifier: Of the entry in its database.
  public static func text(_ entry: StructureEntry, identifier: String) -> String {
    var json = JSONText()
    json.raw(#"{"type": "structures", "id": "#)
    json.string(identifier)
    json.raw(#", "attributes": {"#)
    switch entry.arrangement {
    case .crystal(let crystal): append(crystal, to: &json)
    case .molecule(let molecule): append(molecule, to: &json)
    }
    json.raw("}}")
    return json.text
  }

  private static func append(_ crystal: Crystal, to json: inout JSONText) {
    json.raw(#""dimension_types": [1, 1, 1], "nperiodic_dimensions": 3, "lattice_vectors": "#)
    json.list([crystal.lattice.a, crystal.lattice.b, crystal.lattice.c]) { $0.vector($1) }
    json.raw(#", "fractional_site_positions": "#)
    json.list(crystal.positions) { $0.vector($1) }
    let sites = (0..<crystal.siteCount).map { Array(crystal.occupants(of: $0)) }
    append(sites, crystal.cartesianPositions, to: &json)
  }

  private static func append(_ molecule: Molecule, to json: inout JSONText) {
    json.raw(#""dimension_types": [0, 0, 0], "nperiodic_dimensions": 0, "lattice_vectors": null"#)
    let sites = molecule.elements.map { [Occupant(Species($0))] }
    append(sites, molecule.positions, to: &json)
  }

  private static func append(
    _ sites: [[Occupant]], _ positions: [SIMD3<Double>], to json: inout JSONText
  ) {
    let names = sites.map(name)
    var seen: Set<String> = []
    let kinds = zip(names, sites).filter { seen.insert($0.0).inserted }
    json.raw(#", "nsites": \#(sites.count), "cartesian_site_positions": "#)
    json.list(positions) { $0.vector($1) }
    json.raw(#", "species_at_sites": "#)
    json.list(names) { $0.string($1) }
    json.raw(#", "species": "#)
    json.list(kinds) { appendSpecies($1.0, $1.1, to: &$0) }
    let isDisordered = kinds.contains { $0.1.count > 1 || $0.1.contains { $0.occupancy != 1 } }
    json.raw(#", "structure_features": [\#(isDisordered ? "\"disorder\"" : "")]"#)
  }

  /// `Fe`, or `Fe0.5Mn0.25` for a shared site.
  private static func name(_ site: [Occupant]) -> String {
    site.map { occupant in
      occupant.species.symbol + (occupant.occupancy == 1 ? "" : "\(occupant.occupancy)")
    }.joined()
  }

  private static func appendSpecies(
    _ name: String, _ site: [Occupant], to json: inout JSONText
  ) {
    let vacancy = 1 - site.reduce(0) { $0 + $1.occupancy }
    let symbols = site.map(\.element.symbol) + (vacancy > 1e-9 ? ["vacancy"] : [])
    json.raw(#"{"name": "#)
    json.string(name)
    json.raw(#", "chemical_symbols": "#)
    json.list(symbols) { $0.string($1) }
    json.raw(#", "concentration": "#)
    json.list(site.map(\.occupancy) + (vacancy > 1e-9 ? [vacancy] : [])) { $0.number($1) }
    if site.contains(where: { $0.species.massNumber != nil }) {
      json.raw(#", "mass": "#)
      let masses = site.map { mass($0.species) } + (vacancy > 1e-9 ? [0] : [])
      json.list(masses) { $0.number($1) }
    }
    json.raw("}")
  }

  /// Of an isotope of hydrogen, u; 0 where only the element is known.
  private static func mass(_ species: Species) -> Double {
    switch species.massNumber {
    case 2: 2.014_101_778
    case 3: 3.016_049_281
    default: 0
    }
  }
}
