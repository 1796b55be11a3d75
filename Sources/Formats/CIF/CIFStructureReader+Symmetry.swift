import Matter

/// What a block says about its symmetry.
struct CIFSymmetry {
  /// Without the identity; empty for P 1.
  var operations: [CIFOperation] = []

  /// 1 to 230.
  var declared: Int?
}

/// A symmetry operation in the form in which it is applied fastest.
struct CIFOperation {
  var rows: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)
  var translation: SIMD3<Double>

  /// −1 for an operation that also turns moments round.
  var timeReversal = 1.0

  init(_ operation: SymmetryOperation, timeReversal: Double = 1) {
    let r = operation.rotation
    rows = (SIMD3<Double>(r.x), SIMD3<Double>(r.y), SIMD3<Double>(r.z))
    translation = operation.translation
    self.timeReversal = timeReversal
  }

  @inline(__always)
  func rotate(_ v: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(dot(rows.0, v), dot(rows.1, v), dot(rows.2, v))
  }

  var determinant: Double { dot(rows.0, cross(rows.1, rows.2)) }

  var isIdentity: Bool {
    translation == .zero && timeReversal == 1 && rows.0 == SIMD3(1, 0, 0)
      && rows.1 == SIMD3(0, 1, 0) && rows.2 == SIMD3(0, 0, 1)
  }
}

extension CIFStructureReader {
  /// Space groups have at most 192 operations in their usual cells.
  private static let mostOperations = 1536

  mutating func symmetry(_ cell: CIFCell) throws(CIFFault) -> CIFSymmetry {
    let number = try spaceGroupNumber()
    var symmetry = CIFSymmetry(declared: number)
    if slots[.modulationDimension] != nil {
      notices.append(
        CIFNotice(offset: offset, message: "A modulated structure: its average is read."))
    }
    if let listed = try listedOperations() {
      symmetry.operations = listed.filter { !$0.isIdentity }
      try compare(&symmetry, cell)
    } else if let setting = try declaredSetting(number, cell) {
      symmetry.operations = setting.operations.map { CIFOperation($0) }.filter { !$0.isIdentity }
      symmetry.declared = number ?? setting.number
    } else if number == nil {
      notices.append(
        CIFNotice(offset: offset, message: "No symmetry is given; P 1 is assumed."))
    }
    return symmetry
  }

  private mutating func spaceGroupNumber() throws(CIFFault) -> Int? {
    guard let token = single(.spaceGroupNumber) else { return nil }
    guard let value = number(token), let number = Int(exactly: value), (1...230).contains(number)
    else {
      notices.append(
        CIFNotice(
          offset: Int(document.tokens[token].start),
          message: "\(quote(token)) is not the number of a space group."))
      return nil
    }
    return number
  }

  // MARK: Operations that the block lists

  private func listedOperations() throws(CIFFault) -> [CIFOperation]? {
    if let magnetic = try operations(.magneticOperation), !magnetic.isEmpty {
      guard let centring = try operations(.magneticCentering), centring.count > 1 else {
        return magnetic
      }
      return try products(centring, magnetic)
    }
    return try operations(.operation)
  }

  private func operations(_ tag: CIFTag) throws(CIFFault) -> [CIFOperation]? {
    guard let (entryIndex, column) = slots[tag] else { return nil }
    let entry = document.entries[entryIndex]
    guard entry.rows > 0, !document.isMissing(entry.token(row: 0, column: column)) else {
      return nil
    }
    if entry.rows == 1, isIdentity(entry.token(row: 0, column: column)) { return [] }
    guard entry.rows <= Self.mostOperations else {
      throw fault(
        entry.token(row: 0, column: column),
        "\(entry.rows) symmetry operations; a space group has at most \(Self.mostOperations).")
    }
    var found: [CIFOperation] = []
    found.reserveCapacity(entry.rows)
    for row in 0..<entry.rows {
      found.append(
        try operation(entry.token(row: row, column: column), isMagnetic: tag != .operation))
    }
    return found
  }

  /// Whether a value is `x,y,z`, blanks aside.
  private func isIdentity(_ token: Int) -> Bool {
    let letters: StaticString = "x,y,z"
    var matched = 0
    for offset in document.tokens[token].range {
      let byte = document.bytes[offset]
      if byte == 32 { continue }
      guard matched < 5, byte | 32 == letters.utf8Start[matched] | 32 else { return false }
      matched += 1
    }
    return matched == 5
  }

  private func operation(_ token: Int, isMagnetic: Bool) throws(CIFFault) -> CIFOperation {
    var range = document.tokens[token].range
    var timeReversal = 1.0
    if isMagnetic, let comma = document.bytes[range].lastIndex(of: UInt8(ascii: ",")),
      let sign = CIFNumber.value(document.bytes.span, comma + 1..<range.upperBound), abs(sign) == 1
    {
      timeReversal = sign
      range = range.lowerBound..<comma
    }
    do {
      let operation = try SymmetryOperation(xyz: document.bytes[range])
      return CIFOperation(operation, timeReversal: timeReversal)
    } catch {
      throw fault(token, "\(quote(token)) is not a symmetry operation. \(error.description)")
    }
  }

  private func products(
    _ centring: [CIFOperation], _ operations: [CIFOperation]
  ) throws(CIFFault) -> [CIFOperation] {
    guard centring.count * operations.count <= Self.mostOperations else {
      throw CIFFault(
        offset: offset,
        message: "More than \(Self.mostOperations) magnetic operations with their centring.")
    }
    return centring.flatMap { shift in
      operations.map { operation in
        var product = operation
        product.translation = shift.translation + shift.rotate(operation.translation)
        product.timeReversal *= shift.timeReversal
        return product
      }
    }
  }

  // MARK: Names of space groups

  /// The setting that a block names without listing its operations.
  private mutating func declaredSetting(
    _ number: Int?, _ cell: CIFCell
  ) throws(CIFFault) -> SpaceGroupSetting? {
    if let token = single(.hall) {
      let text = document.text(document.tokens[token].range)
      if let setting = SpaceGroupSetting(hallSymbol: text) { return setting }
    }
    if let token = single(.hermannMauguin) {
      if isP1(token) { return nil }
      if let setting = named(token) {
        return settled(
          setting, token, isChosen: hasChoice(token) || slots[.coordinateSystem] != nil, cell)
      }
      guard number != nil else {
        throw fault(
          token,
          "\(quote(token)) is not the symbol of a space group; list the operations in "
            + "_space_group_symop_operation_xyz.")
      }
      notices.append(
        CIFNotice(
          offset: Int(document.tokens[token].start),
          message: "\(quote(token)) is not the symbol of a space group; its number is used."))
    }
    guard let number, number > 1, let token = single(.spaceGroupNumber) else { return nil }
    let choice = single(.coordinateSystem).map { document.text(document.tokens[$0].range) }
    guard
      let setting = SpaceGroupSetting(number: number, choice: choice)
        ?? SpaceGroupSetting(number: number)
    else { return nil }
    return settled(setting, token, isChosen: choice != nil, cell)
  }

  private func named(_ token: Int) -> SpaceGroupSetting? {
    let text = document.text(document.tokens[token].range)
    if !hasChoice(token), let code = single(.coordinateSystem),
      let setting = SpaceGroupSetting(
        hermannMauguin: text + ":" + document.text(document.tokens[code].range))
    {
      return setting
    }
    return SpaceGroupSetting(hermannMauguin: text)
  }

  private func hasChoice(_ token: Int) -> Bool {
    document.bytes[document.tokens[token].range].contains {
      $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "{")
    }
  }

  private func isP1(_ token: Int) -> Bool {
    let range = document.tokens[token].range
    let bytes = document.bytes
    guard let first = range.first, let last = range.last, bytes[first] | 32 == UInt8(ascii: "p"),
      bytes[last] == UInt8(ascii: "1")
    else { return false }
    return range.count == 2 || range.count == 3 && bytes[first + 1] == 32
  }

  /// Rhombohedral axes where the cell has them; a notice where the origin is not said.
  private mutating func settled(
    _ setting: SpaceGroupSetting, _ token: Int, isChosen: Bool, _ cell: CIFCell
  ) -> SpaceGroupSetting {
    if setting.choice == "H" || setting.choice == "R" {
      return withAxes(of: cell, setting, token, isChosen: isChosen)
    }
    guard !isChosen else { return setting }
    if setting.choice.hasPrefix("1") {
      notices.append(
        CIFNotice(
          offset: Int(document.tokens[token].start),
          message: "\(quote(token)) does not say which origin; origin choice 1 is assumed."))
    }
    return setting
  }

  /// A rhombohedral group in the axes that the cell has; a notice where the block names others.
  private mutating func withAxes(
    of cell: CIFCell, _ setting: SpaceGroupSetting, _ token: Int, isChosen: Bool
  ) -> SpaceGroupSetting {
    let p = cell.parameters
    let isHexagonal = abs(p.gamma - 2 * .pi / 3) < 1e-3 && abs(p.alpha - .pi / 2) < 1e-3
    let isRhombohedral = abs(p.alpha - p.gamma) < 1e-3 && abs(p.beta - p.gamma) < 1e-3
    let choice = isHexagonal ? "H" : isRhombohedral ? "R" : setting.choice
    guard choice != setting.choice,
      let other = SpaceGroupSetting(number: setting.number, choice: choice)
    else { return setting }
    if isChosen {
      notices.append(
        CIFNotice(
          offset: Int(document.tokens[token].start),
          message: "\(quote(token)) names other axes than the cell has; those of the cell are used."
        ))
    }
    return other
  }

  // MARK: Checks

  /// Notes where listed operations are not those of the space group that the block names.
  private mutating func compare(_ symmetry: inout CIFSymmetry, _ cell: CIFCell) throws(CIFFault) {
    let token = single(.hermannMauguin)
    if symmetry.operations.isEmpty, token.map(isP1) ?? true, symmetry.declared ?? 1 == 1 {
      return
    }
    var setting = token.flatMap(named)
    if setting == nil, let declared = symmetry.declared {
      setting = SpaceGroupSetting(number: declared)
    }
    guard let setting else { return }
    if symmetry.declared == nil { symmetry.declared = setting.number }
    let place = Int(document.tokens[token ?? single(.spaceGroupNumber) ?? 0].start)
    if let declared = symmetry.declared, declared != setting.number {
      notices.append(
        CIFNotice(
          offset: place,
          message: "The symbol \(setting.shortSymbol) has the number \(setting.number), but the "
            + "block gives \(declared)."))
    }
    let listed = symmetry.operations.count + 1
    if slots[.magneticOperation] == nil, listed != setting.operations.count,
      token != nil || !hasPointGroup(of: setting, symmetry)
    {
      notices.append(
        CIFNotice(
          offset: place,
          message: "\(setting.shortSymbol) has \(setting.operations.count) operations, the block "
            + "lists \(listed); those listed are used."))
    }
  }

  /// Whether listed operations have the rotations of a group in number: a number without a symbol says
  /// nothing of the cell, which may be a primitive one.
  private func hasPointGroup(of setting: SpaceGroupSetting, _ symmetry: CIFSymmetry) -> Bool {
    let listed = Set(symmetry.operations.map { [$0.rows.0, $0.rows.1, $0.rows.2] })
    let identity = [SIMD3<Double>(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
    return listed.union([identity]).count == Set(setting.operations.map(\.rotation)).count
  }
}
