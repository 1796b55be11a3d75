/// Joins the blocks of one frame.
struct FrameAssembly {
  let layout: FrameLayout
  let file: String
  /// The line of the count.
  let line: Int

  /// - Parameter blocks: Those of all atoms, in order.
  func frame(_ blocks: [RowBlock]) throws(ReadingError) -> AtomicFrame {
    let positions = try self.positions(blocks)
    let (names, indices) = try species(blocks)
    var columns: [AtomicFrame.Column] = []
    for (index, field) in layout.fields.enumerated() {
      guard let values = values(index, field.kind, blocks) else { continue }
      columns.append(.init(field.name, width: field.width, values))
    }
    return AtomicFrame(
      line: line, speciesNames: names, speciesIndices: indices, positions: positions,
      cell: layout.cell, isPeriodic: layout.isPeriodic, info: layout.info, columns: columns)
  }

  private func values(
    _ field: Int, _ kind: FrameLayout.Field.Kind, _ blocks: [RowBlock]
  ) -> AtomicFrame.Column.Values? {
    switch kind {
    case .reals: .reals(RowBlock.joined(blocks) { $0.reals(field) })
    case .integers:
      isAtomicNumber(field) ? nil : .integers(RowBlock.joined(blocks) { $0.integers(field) })
    case .flags: .flags(RowBlock.joined(blocks) { $0.flags(field) })
    case .texts: .texts(blocks.flatMap { $0.texts[field] })
    case .species, .positions: nil
    }
  }

  private func positions(_ blocks: [RowBlock]) throws(ReadingError) -> [SIMD3<Double>] {
    guard let field = layout.fields.firstIndex(where: { $0.kind == .positions }) else { return [] }
    var farthest = 0.0
    let total = blocks.reduce(0) { $0 + $1.rowCount }
    let positions = [SIMD3<Double>](unsafeUninitializedCapacity: total) { buffer, count in
      for block in blocks {
        let reals = block.reals(field)
        for row in 0..<block.rowCount {
          let position = SIMD3(reals[3 * row], reals[3 * row + 1], reals[3 * row + 2])
          farthest = max(farthest, abs(position.x), abs(position.y), abs(position.z))
          buffer.initializeElement(at: count, to: position)
          count += 1
        }
      }
    }
    guard farthest <= AtomicFrame.farthest else {
      let row = positions.firstIndex { max(abs($0.x), abs($0.y), abs($0.z)) == farthest } ?? 0
      throw ReadingError(
        file: file, line: line + 2 + row, field: layout.fields[field].name,
        message: "A coordinate of \(farthest) Å is beyond 10⁹ Å; correct it.")
    }
    return positions
  }

  /// A column `Z` gives the species where there is no column of symbols.
  private func isAtomicNumber(_ field: Int) -> Bool {
    layout.fields[field].name == "Z" && layout.fields[field].width == 1
      && !layout.fields.contains { $0.kind == .species }
  }

  private func species(_ blocks: [RowBlock]) throws(ReadingError) -> ([String], [Int32]) {
    guard let field = layout.fields.firstIndex(where: { $0.kind == .species }) else {
      return try speciesFromNumbers(blocks)
    }
    var keys: [UInt64] = []
    var indices: [Int32] = []
    indices.reserveCapacity(blocks.reduce(0) { $0 + $1.rowCount })
    for block in blocks {
      let places = block.speciesKeys.map { key in
        if let place = keys.firstIndex(of: key) { return Int32(place) }
        keys.append(key)
        return Int32(keys.count - 1)
      }
      let isSame = places.indices.allSatisfy { places[$0] == $0 }
      if isSame {
        indices.append(contentsOf: block.species(field))
      } else {
        indices.append(contentsOf: block.species(field).lazy.map { places[Int($0)] })
      }
    }
    let names = keys.map(RowBlock.unpacked).map { ParticleName.symbol(digits: $0) ?? $0 }
    return (names, indices)
  }

  private func speciesFromNumbers(
    _ blocks: [RowBlock]
  ) throws(ReadingError) -> ([String], [Int32]) {
    guard let field = layout.fields.indices.first(where: isAtomicNumber) else { return ([], []) }
    var names: [String] = []
    var places: [Int: Int32] = [:]
    var indices: [Int32] = []
    for number in RowBlock.joined(blocks, { $0.integers(field) }) {
      if places[number] == nil {
        guard let name = ParticleName.symbol(atomicNumber: number) else {
          throw ReadingError(
            file: file, line: line + 2 + indices.count, field: "Z",
            message: "\(number) is not the atomic number of an element; numbers are 1 to 118.")
        }
        places[number] = Int32(names.count)
        names.append(name)
      }
      indices.append(places[number] ?? 0)
    }
    return (names, indices)
  }
}
