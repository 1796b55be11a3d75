public import Matter

extension PymatgenJSON {
  /// A crystal as pymatgen's `Structure` dictionary, which `Structure.from_dict` and
  /// ``structures(_:file:)`` read.
  ///
  /// Moments along z are written as one number each, as pymatgen keeps collinear ones.
  public static func text(_ crystal: Crystal) -> String {
    var json = JSONText()
    json.raw(#"{"@module": "pymatgen.core.structure", "@class": "Structure", "lattice": "#)
    appendLattice(crystal.lattice, to: &json)
    json.raw(#", "sites": "#)
    json.list(0..<crystal.siteCount) { appendSite($1, of: crystal, to: &$0) }
    json.raw("}")
    return json.text
  }

  private static func appendLattice(_ lattice: Lattice, to json: inout JSONText) {
    json.raw(#"{"matrix": "#)
    json.list([lattice.a, lattice.b, lattice.c]) { $0.vector($1) }
    json.raw(#", "pbc": [true, true, true]}"#)
  }

  private static func appendSite(_ site: Int, of crystal: Crystal, to json: inout JSONText) {
    json.raw(#"{"species": "#)
    json.list(crystal.occupants(of: site)) { json, occupant in
      json.raw(#"{"element": "#)
      json.string(occupant.species.symbol)
      if let state = occupant.species.oxidationState {
        json.raw(#", "oxidation_state": "#)
        json.number(state)
      }
      json.raw(#", "occu": "#)
      json.number(occupant.occupancy)
      json.raw("}")
    }
    json.raw(#", "abc": "#)
    json.vector(crystal.positions[site])
    if let label = crystal.labels?[site] {
      json.raw(#", "label": "#)
      json.string(label)
    }
    json.raw(#", "properties": {"#)
    if let moments = crystal.magneticMoments {
      json.raw(#""magmom": "#)
      if moments.allSatisfy({ $0.x == 0 && $0.y == 0 }) {
        json.number(moments[site].z)
      } else {
        json.vector(moments[site])
      }
    }
    json.raw("}}")
  }
}
