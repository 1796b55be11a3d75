import Matter

/// The columns of a dump and what they mean.
struct DumpColumns {
  let layout: FrameLayout
  private let names: [String]
  private let positions: [Int]
  private let isScaled: Bool

  private static let coordinates: [(names: [String], isScaled: Bool)] = [
    (["x", "y", "z"], false), (["xu", "yu", "zu"], false), (["xs", "ys", "zs"], true),
    (["xsu", "ysu", "zsu"], true),
  ]
  private static let integers: Set = ["id", "type", "mol", "proc", "procp1", "ix", "iy", "iz"]

  /// - Parameter line: That of the names.
  init(_ names: [String], line: Int, file: String) throws(ReadingError) {
    func refuse(_ message: String) -> ReadingError {
      ReadingError(file: file, line: line, message: message)
    }
    guard Set(names).count == names.count else { throw refuse("A column occurs twice.") }
    var found: (places: [Int], isScaled: Bool)?
    for (kind, isScaled) in Self.coordinates where found == nil {
      let places = kind.compactMap { names.firstIndex(of: $0) }
      if places.count == 3 { found = (places, isScaled) }
    }
    guard let found else {
      throw refuse("No coordinates; dump x y z, xu yu zu, xs ys zs or xsu ysu zsu.")
    }
    guard names.contains("element") || names.contains("type") || names.contains("mass") else {
      throw refuse("No species; dump element, type or mass.")
    }
    self.names = names
    (positions, isScaled) = found
    layout = FrameLayout(
      fields: names.map { name in
        let kind: FrameLayout.Field.Kind =
          name == "element"
          ? .species
          : Self.integers.contains(name) ? .integers : name == "typelabel" ? .texts : .reals
        return FrameLayout.Field(name: name, kind: kind, width: 1)
      }, cell: nil, isPeriodic: [true, true, true])
  }

  /// - Parameter line: That of the first atom.
  func frame(
    _ blocks: [RowBlock], box: DumpBox, elements: [Element]?, line: Int, file: String,
    units: String?
  ) throws(ReadingError) -> AtomicFrame {
    let order = try order(blocks, line: line, file: file)
    let axes = positions.map { reals($0, blocks, order) }
    let positions = order.indices.map { atom in
      let value = SIMD3(axes[0][atom], axes[1][atom], axes[2][atom])
      return isScaled ? box.position(value) : value
    }
    guard let far = positions.firstIndex(where: { !isNear($0) }) else {
      let symbols = try symbols(blocks, order, elements, line: line, file: file)
      return AtomicFrame(
        symbols: symbols, positions: positions, cell: box.cell,
        columns: columns(blocks, order, units: units))
    }
    throw ReadingError(
      file: file, line: line + order[far], message: "The atom is beyond 10⁹ Å; correct it.")
  }

  private func isNear(_ position: SIMD3<Double>) -> Bool {
    max(abs(position.x), abs(position.y), abs(position.z)) <= AtomicFrame.farthest
  }

  /// The rows by rising identifier, or as they stand where there are none.
  private func order(
    _ blocks: [RowBlock], line: Int, file: String
  ) throws(ReadingError) -> [Int] {
    let count = blocks.reduce(0) { $0 + $1.rowCount }
    guard let field = names.firstIndex(of: "id") else { return Array(0..<count) }
    let identifiers = RowBlock.joined(blocks) { $0.integers(field) }
    let isSorted = zip(identifiers, identifiers.dropFirst()).allSatisfy { $0 < $1 }
    if isSorted { return Array(0..<count) }
    let order = (0..<count).sorted { (identifiers[$0], $0) < (identifiers[$1], $1) }
    for (one, next) in zip(order, order.dropFirst()) where identifiers[one] == identifiers[next] {
      throw ReadingError(
        file: file, line: line + next, field: "id",
        message: "Atom \(identifiers[next]) occurs twice in the frame.")
    }
    return order
  }

  private func reals(_ field: Int, _ blocks: [RowBlock], _ order: [Int]) -> [Double] {
    let values = RowBlock.joined(blocks) { $0.reals(field) }
    return order.map { values[$0] }
  }

  /// From the elements, else the masses, else the types by the list that was given, else the numbers
  /// of the types.
  private func symbols(
    _ blocks: [RowBlock], _ order: [Int], _ elements: [Element]?, line: Int, file: String
  ) throws(ReadingError) -> [String] {
    func refuse(_ row: Int, _ message: String) -> ReadingError {
      ReadingError(file: file, line: line + row, message: message)
    }
    if let field = names.firstIndex(of: "element") {
      var symbols: [String] = []
      for block in blocks {
        let known = block.speciesKeys.map(RowBlock.unpacked)
        symbols += block.species(field).map { known[Int($0)] }
      }
      return order.map { symbols[$0] }
    }
    if elements == nil, let field = names.firstIndex(of: "mass") {
      let masses = RowBlock.joined(blocks) { $0.reals(field) }
      var known: [Double: String] = [:]
      for row in order where known[masses[row]] == nil {
        guard let match = MassMatch(masses[row]) else {
          throw refuse(row, "No element has the mass \(masses[row]); name the elements.")
        }
        known[masses[row]] = match.species.symbol
      }
      return order.map { known[masses[$0]] ?? "X" }  // all are known
    }
    guard let field = names.firstIndex(of: "type") else {
      throw refuse(0, "The dump has no types that the given elements could belong to.")
    }
    let types = RowBlock.joined(blocks) { $0.integers(field) }
    guard let elements else { return order.map { String(types[$0]) } }
    var symbols: [String] = []
    for row in order {
      guard elements.indices.contains(types[row] &- 1) else {
        throw refuse(row, "Type \(types[row]) has no element; \(elements.count) were named.")
      }
      symbols.append(elements[types[row] - 1].symbol)
    }
    return symbols
  }

  /// What is neither position nor species; velocities and forces as vectors.
  private func columns(
    _ blocks: [RowBlock], _ order: [Int], units: String?
  ) -> [AtomicFrame.Column] {
    var columns: [AtomicFrame.Column] = []
    var used = Set(positions)
    var vectors = [(["vx", "vy", "vz"], "velocities")]
    if units != "real" { vectors.append((["fx", "fy", "fz"], "forces")) }
    for (parts, name) in vectors {
      let places = parts.compactMap { names.firstIndex(of: $0) }
      guard places.count == 3 else { continue }
      used.formUnion(places)
      let axes = places.map { reals($0, blocks, order) }
      let values = order.indices.flatMap { atom in axes.map { $0[atom] } }
      columns.append(.init(name, width: 3, .reals(values)))
    }
    for (field, description) in layout.fields.enumerated() where !used.contains(field) {
      switch description.kind {
      case .reals, .positions:
        columns.append(.init(description.name, .reals(reals(field, blocks, order))))
      case .integers:
        let values = RowBlock.joined(blocks) { $0.integers(field) }
        columns.append(.init(description.name, .integers(order.map { values[$0] })))
      case .texts:
        let values = blocks.flatMap { $0.texts[field] }
        columns.append(.init(description.name, .texts(order.map { values[$0] })))
      case .species, .flags: break
      }
    }
    return columns
  }
}
