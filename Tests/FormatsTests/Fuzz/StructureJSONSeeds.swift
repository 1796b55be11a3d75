/// Each dialect of structures in JSON.
enum StructureJSONSeeds {
  static let texts = [
    silicon, disordered, "[{\"jid\": \"J\", \"atoms\": \(atoms), \"gap\": \"na\"}]", resource,
    "{\"data\": [\(resource), {\"type\": \"references\", \"id\": \"r\"}], \"meta\": {}}",
    "{\"index\": [0], \"columns\": [\"structure\", \"y\"], \"data\": [[\(silicon), 1]]}",
    "{\"structure\": {\"0\": \(silicon), \"1\": \(silicon)}, \"y\": {\"0\": 2, \"1\": 3}}",
    #"{"train": {"a": "S\\n1\\n4 0 0\\n0 4 0\\n0 0 5\\nSi\\n1\\nd\\n0 0 0\\n"}}"#,
    "{\"@class\": \"ComputedStructureEntry\", \"energy\": -1.5, \"entry_id\": \"mp-1\",\n"
      + "\"structure\": \(silicon), \"data\": {\"note\": \"x\"}}",
  ]

  private static let cube =
    #""lattice": {"matrix": [[4, 0, 0], [0, 4, 0], [0, 0, 5]], "volume": 80}"#

  private static let silicon = """
    {\(cube), "sites": [
    {"species": [{"element": "Si", "occu": 1}], "abc": [0, 0, 0], "label": "Si"}
    ]}
    """

  private static let disordered = """
    {"@module": "pymatgen.core.structure", "@class": "Structure", "charge": 1.0, \(cube),
     "sites": [
      {"species": [{"element": "Fe", "oxidation_state": 2.5, "spin": null, "occu": 0.5},
       {"element": "Mn", "occu": 0.25}, {"element": "X", "occu": 0.25}],
       "abc": [0, 0, 0], "xyz": [0, 0, 0], "label": "M1", "properties": {"magmom": 1.5}},
      {"species": [{"element": "D", "occu": 1}], "abc": [0.5, 0.25, 1.5], "label": "D",
       "properties": {"magmom": {"moment": [0, 1, 2], "saxis": [0, 0, 1]}}},
      {"species": [{"element": "O", "oxidation_state": -2, "occu": 1}], "xyz": [1, 2, 2.5],
       "properties": {"magmom": null}, "label": "O2"}]}
    """

  private static let atoms =
    #"{"lattice_mat": [[4,0,0],[0,4,0],[0,0,5]], "coords": [[0,0,0],[2,2,2.5]], "#
    + #""elements": ["Na", "Cl"], "cartesian": true, "props": ["", ""]}"#

  private static let resource = """
    {"type": "structures", "id": "odbx/1", "attributes": {
     "lattice_vectors": [[4, 0, 0], [0, 4, 0], [0, 0, 5]], "dimension_types": [1, 1, 1],
     "cartesian_site_positions": [[0, 0, 0], [2, 2, 2.5]], "species_at_sites": ["M", "D"],
     "species": [
      {"name": "M", "chemical_symbols": ["Fe", "vacancy"], "concentration": [0.75, 0.25]},
      {"name": "D", "chemical_symbols": ["H"], "concentration": [1], "mass": [2.01410]}],
     "structure_features": ["disorder"], "space_group_it_number": 221, "_odbx_energy": -3.5}}
    """
}
