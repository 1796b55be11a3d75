import Matter

/// One dictionary of pymatgen's `Structure` or `Molecule`.
enum PymatgenStructure {
  static func entry(_ node: JSONNode, sites: JSONNode) throws(ReadingError) -> StructureEntry {
    let lattice = try node["lattice"].flatMap { $0.isNull ? nil : $0 }.map(self.lattice)
    var list = SiteList()
    for site in sites.items ?? [] {
      try append(site, lattice: lattice, to: &list)
    }
    dropDefaultLabels(&list)
    var entry: StructureEntry
    if let lattice {
      entry = StructureEntry(arrangement: .crystal(try list.crystal(lattice, at: sites)))
    } else {
      entry = StructureEntry(arrangement: .molecule(try list.molecule(at: sites)))
    }
    entry.notices = list.notices
    if let charge = node["charge"]?.double, charge != 0 {
      entry.properties.append(.init("charge", .number(charge)))
    }
    if list.emptySites == 0 { entry.properties += siteProperties(sites) }
    return entry
  }

  private static func lattice(_ node: JSONNode) throws(ReadingError) -> Lattice {
    if let matrix = node["matrix"] {
      guard let vectors = matrix.vectors else {
        throw matrix.error("\"matrix\" must be three vectors of three finite numbers.")
      }
      return try SiteList.lattice(vectors, at: matrix)
    }
    let lengths = (node["a"]?.double, node["b"]?.double, node["c"]?.double)
    let angles = (node["alpha"]?.double, node["beta"]?.double, node["gamma"]?.double)
    guard let a = lengths.0, let b = lengths.1, let c = lengths.2, let alpha = angles.0,
      let beta = angles.1, let gamma = angles.2
    else {
      throw node.error("A lattice needs \"matrix\", or a, b, c, alpha, beta and gamma.")
    }
    return try SiteList.lattice(
      lengths: SIMD3(a, b, c), degrees: SIMD3(alpha, beta, gamma), at: node)
  }

  // MARK: Sites

  private static func append(
    _ site: JSONNode, lattice: Lattice?, to list: inout SiteList
  ) throws(ReadingError) {
    guard let species = site["species"], species.kind == .list else {
      throw site.error("A site needs \"species\", a list of elements and occupancies.")
    }
    var occupants: [Occupant] = []
    var spin: Double?
    for item in species.items ?? [] {
      if let occupant = try occupant(item) { occupants.append(occupant) }
      spin = spin ?? item["spin"]?.double ?? item["properties"]?["spin"]?.double
    }
    let properties = site["properties"]
    let moment =
      properties?["magmom"].flatMap(moment) ?? spin.map { SIMD3(0, 0, $0) }
    list.append(
      occupants, position: try position(site, lattice: lattice), label: site["label"]?.text,
      moment: moment)
  }

  /// `nil` for a placeholder or an occupancy of 0.
  private static func occupant(_ node: JSONNode) throws(ReadingError) -> Occupant? {
    guard let symbol = node["element"]?.text else {
      throw node.error("A species needs \"element\", the symbol of an element.")
    }
    var occupancy = 1.0
    if let given = node["occu"] {
      guard let number = given.double, number >= 0 else {
        throw given.error("An occupancy is a number from 0 to 1.")
      }
      occupancy = number
    }
    if occupancy == 0 || SiteList.isVacancy(symbol) { return nil }
    guard let species = Species(symbol: symbol, oxidationState: node["oxidation_state"]?.double)
    else {
      throw node.error("\"\(symbol.prefix(20))\" is not an element.")
    }
    return Occupant(species, occupancy: occupancy)
  }

  private static func position(
    _ site: JSONNode, lattice: Lattice?
  ) throws(ReadingError) -> SIMD3<Double> {
    if let lattice {
      if let position = site["abc"]?.vector { return position }
      if let cartesian = site["xyz"]?.vector { return lattice.fractional(cartesian) }
    } else if let position = site["xyz"]?.vector {
      return position
    }
    throw site.error(
      lattice == nil
        ? "A site of a molecule needs \"xyz\", three finite numbers."
        : "A site needs \"abc\", three finite numbers.")
  }

  /// Along z when it is one number; also pymatgen's `Magmom` dictionary.
  private static func moment(_ node: JSONNode) -> SIMD3<Double>? {
    if let number = node.double { return SIMD3(0, 0, number) }
    if let vector = node.vector { return vector }
    return node["moment"].flatMap { inner in
      inner.double.map { SIMD3(0, 0, $0) } ?? inner.vector
    }
  }

  /// pymatgen labels sites by their species where nothing else is known: no labels then.
  private static func dropDefaultLabels(_ list: inout SiteList) {
    guard list.labels.count == list.counts.count else {
      list.labels = []
      return
    }
    var start = 0
    for (label, count) in zip(list.labels, list.counts) {
      let symbol = list.occupants[start].species.symbol
      start += count
      let isDefault =
        label == symbol || label == list.occupants[start - count].element.symbol
        || label.contains(":") || label.contains(",") || label.last == "+" || label.last == "-"
      if !isDefault { return }
    }
    list.labels = []
  }

  /// Numbers that every site has, such as forces; moments have their own place.
  private static func siteProperties(_ sites: JSONNode) -> [StructureEntry.Property] {
    let items = sites.items ?? []
    var found: [StructureEntry.Property] = []
    for (key, first) in items.first?["properties"]?.members ?? [] where key != "magmom" {
      let width = first.kind == .list ? first.count : 1
      var numbers: [Double] = []
      for item in items {
        guard let value = item["properties"]?.members?.first(where: { $0.key == key })?.value,
          let row = value.double.map({ [$0] }) ?? value.numbers
            ?? value.flag.map({ [$0 ? 1 : 0] }),
          row.count == width
        else { break }
        numbers += row
      }
      guard numbers.count == items.count * width, width > 0 else { continue }
      found.append(
        .init(
          key,
          .numbers(numbers, shape: first.kind == .list ? [items.count, width] : [items.count])))
    }
    return found
  }
}
