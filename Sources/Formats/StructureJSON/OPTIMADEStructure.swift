import Matter

/// One structure of the OPTIMADE API (specification 1.2, section "Structures Entries").
enum OPTIMADEStructure {
  /// Whether an object is a structure resource or the attributes of one.
  static func isResource(_ node: JSONNode) -> Bool {
    let attributes = node["attributes"] ?? node
    return attributes["cartesian_site_positions"] != nil && attributes["species_at_sites"] != nil
  }

  static func isResponse(_ node: JSONNode) -> Bool {
    node.kind == .object && node["meta"] != nil && (node["data"] != nil || node["errors"] != nil)
  }

  /// The structure resources of a response; `nil` for another object.
  static func resources(_ node: JSONNode) throws(ReadingError) -> [JSONNode]? {
    if let errors = node["errors"]?.items, let first = errors.first, isResponse(node) {
      let detail = first["detail"]?.text ?? first["title"]?.text ?? "no reason given"
      throw first.error("The response reports an error: \(detail.prefix(200))")
    }
    guard let data = node["data"] else { return nil }
    let items = data.items ?? (data.kind == .object ? [data] : [])
    guard isResponse(node) || items.contains(where: isResource) else { return nil }
    return items.filter { ($0["type"]?.text ?? "structures") == "structures" }
  }

  static func entry(_ node: JSONNode) throws(ReadingError) -> StructureEntry {
    let attributes = node["attributes"] ?? node
    guard let positionNode = attributes["cartesian_site_positions"],
      let positions = positionNode.vectors, let names = attributes["species_at_sites"]?.items
    else {
      throw attributes.error(
        "\"cartesian_site_positions\" and \"species_at_sites\" are needed; ask for them with "
          + "response_fields.")
    }
    guard names.count == positions.count else {
      throw positionNode.error("\(positions.count) positions for \(names.count) species.")
    }
    let species = try self.species(attributes)
    let periodic = try periodicity(attributes)
    let lattice = try periodic == 0 ? nil : self.lattice(attributes, periodic)
    let fractions = attributes["fractional_site_positions"]?.vectors
    var list = SiteList()
    for (site, name) in names.enumerated() {
      guard let text = name.text, let occupants = species[text] else {
        throw name.error("The species of site \(site + 1) is not among \"species\".")
      }
      let position: SIMD3<Double>
      if let lattice {
        position =
          fractions?.count == positions.count
          ? fractions?[site] ?? .zero : lattice.fractional(positions[site])
      } else {
        position = positions[site]
      }
      list.append(occupants, position: position, label: nil)
    }
    var entry: StructureEntry
    if let lattice {
      entry = StructureEntry(arrangement: .crystal(try list.crystal(lattice, at: positionNode)))
    } else {
      entry = StructureEntry(arrangement: .molecule(try list.molecule(at: positionNode)))
    }
    entry.name = node["id"]?.text
    entry.notices = list.notices + notices(attributes, periodic: periodic)
    entry.declaredSpaceGroup = spaceGroup(attributes)
    entry.properties = properties(attributes)
    // The provider's page is not the reader's to correct.
    entry.noteOverlaps()
    return entry
  }

  // MARK: Periodicity

  /// In how many directions the structure repeats.
  private static func periodicity(_ attributes: JSONNode) throws(ReadingError) -> Int {
    if let types = attributes["dimension_types"], let flags = types.numbers {
      guard flags.count == 3, flags.allSatisfy({ $0 == 0 || $0 == 1 }) else {
        throw types.error("\"dimension_types\" must be three of 0 and 1.")
      }
      return Int(flags[0] + flags[1] + flags[2])
    }
    guard let vectors = attributes["lattice_vectors"], !vectors.isNull else { return 0 }
    return 3
  }

  private static func lattice(
    _ attributes: JSONNode, _ periodic: Int
  ) throws(ReadingError) -> Lattice {
    guard let node = attributes["lattice_vectors"], let vectors = node.vectors else {
      throw (attributes["lattice_vectors"] ?? attributes).error(
        "\"lattice_vectors\" must be three vectors of three finite numbers, also for a structure "
          + "that repeats in \(periodic) directions.")
    }
    return try SiteList.lattice(vectors, at: node)
  }

  // MARK: Species

  private static func species(
    _ attributes: JSONNode
  ) throws(ReadingError) -> [String: [Occupant]] {
    guard let list = attributes["species"], let items = list.items else {
      throw attributes.error("\"species\" is needed; ask for it with response_fields.")
    }
    var species: [String: [Occupant]] = [:]
    for item in items {
      guard let name = item["name"]?.text, let symbols = item["chemical_symbols"]?.items,
        let shares = item["concentration"]?.numbers, shares.count == symbols.count
      else {
        throw item.error(
          "A species needs \"name\", \"chemical_symbols\" and a \"concentration\" for each symbol.")
      }
      let masses = item["mass"].flatMap { $0.numbers ?? $0.double.map { [$0] } } ?? []
      var occupants: [Occupant] = []
      for (place, symbol) in symbols.enumerated() {
        let mass = masses.count == symbols.count ? masses[place] : nil
        if let occupant = try occupant(symbol, share: shares[place], mass: mass) {
          occupants.append(occupant)
        }
      }
      guard species.updateValue(occupants, forKey: name) == nil else {
        throw item.error("The species \"\(name.prefix(60))\" is defined twice.")
      }
    }
    return species
  }

  /// `nil` for a vacancy, a non-chemical "X" and a share of 0.
  private static func occupant(
    _ node: JSONNode, share: Double, mass: Double?
  ) throws(ReadingError) -> Occupant? {
    let symbol = node.text ?? ""
    guard share >= 0 else { throw node.error("A concentration is a number from 0 to 1.") }
    if share == 0 || SiteList.isVacancy(symbol) { return nil }
    guard let species = Species(symbol: symbol) else {
      throw node.error("\"\(symbol.prefix(20))\" is not an element.")
    }
    // The masses of deuterium and tritium, u.
    guard species.element.atomicNumber == 1, species.massNumber == nil, let mass,
      let isotope = [2: 2.0141, 3: 3.0160].first(where: { abs($0.value - mass) < 0.01 })?.key
    else { return Occupant(species, occupancy: share) }
    return Occupant(Species(species.element, massNumber: isotope), occupancy: share)
  }

  // MARK: What else is said

  private static func notices(_ attributes: JSONNode, periodic: Int) -> [ReadingNotice] {
    var notices: [ReadingNotice] = []
    if (1...2).contains(periodic) {
      notices.append(
        ReadingNotice(
          "The structure repeats in \(periodic) of 3 directions; it is read as a crystal."))
    }
    let meanings: [String: String] = [
      "implicit_atoms": "Some atoms have no positions and are missing here.",
      "site_attachments": "Atoms attached to sites are missing here.",
      "assemblies": "Correlations between occupancies are left out.",
    ]
    for feature in attributes["structure_features"]?.items ?? [] {
      if let meaning = feature.text.flatMap({ meanings[$0] }) {
        notices.append(ReadingNotice(meaning))
      }
    }
    return notices
  }

  private static func spaceGroup(_ attributes: JSONNode) -> Int? {
    guard let number = attributes["space_group_it_number"]?.double, (1...230).contains(number)
    else { return nil }
    return Int(exactly: number)
  }

  /// What providers add, and when the entry changed.
  private static func properties(_ attributes: JSONNode) -> [StructureEntry.Property] {
    (attributes.members ?? []).compactMap { key, value in
      guard key.hasPrefix("_") || key == "last_modified" || key == "immutable_id" else {
        return nil
      }
      return JSONProperties.value(value).map { .init(key, $0) }
    }
  }
}
