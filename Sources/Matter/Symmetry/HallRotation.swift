/// One rotation of a Hall symbol, such as `-2ybc` or `61`.
struct HallRotation {
  /// 1, 2, 3, 4 or 6.
  let order: Int

  /// `x`, `y`, `z`, `'`, `"` or `*`, stated or implied by the place in the symbol.
  let axis: Character

  let operation: SymmetryOperation

  /// - Parameters:
  ///   - word: In lower case.
  ///   - place: 0 for the first rotation of the symbol.
  ///   - previous: The rotation before, which gives diagonal axes their meaning.
  init(_ word: Substring, place: Int, previous: HallRotation?) throws(HallSymbolError) {
    var rest = word
    let isImproper = rest.first == "-"
    if isImproper { rest.removeFirst() }
    guard let order = rest.popFirst()?.wholeNumberValue, [1, 2, 3, 4, 6].contains(order) else {
      throw .rotation(String(word))
    }
    self.order = order
    if let stated = rest.first, "xyz'\"*".contains(stated) {
      axis = stated
      rest.removeFirst()
    } else {
      axis = Self.impliedAxis(order: order, place: place, previous: previous)
    }
    guard let matrix = Self.matrix(order: order, axis: axis, previous: previous?.axis ?? "z") else {
      throw .rotation(String(word))
    }
    var translation = SIMD3<Double>.zero
    for character in rest {
      guard let vector = Self.translation(character, order: order, axis: axis) else {
        throw .rotation(String(word))
      }
      translation += vector
    }
    let rotation =
      isImproper ? IntegerMatrix(diagonal: SIMD3(-1, -1, -1)) * matrix : matrix
    operation = SymmetryOperation(unchecked: rotation, translation)
  }

  private static func impliedAxis(
    order: Int, place: Int, previous: HallRotation?
  ) -> Character {
    switch (place, order) {
    case (1, 2): previous.map { [2, 4].contains($0.order) } ?? false ? "x" : "'"
    case (2, 3): "*"
    default: "z"
    }
  }

  private static func translation(
    _ character: Character, order: Int, axis: Character
  ) -> SIMD3<Double>? {
    switch character {
    case "a": return SIMD3(0.5, 0, 0)
    case "b": return SIMD3(0, 0.5, 0)
    case "c": return SIMD3(0, 0, 0.5)
    case "n": return SIMD3(0.5, 0.5, 0.5)
    case "u": return SIMD3(0.25, 0, 0)
    case "v": return SIMD3(0, 0.25, 0)
    case "w": return SIMD3(0, 0, 0.25)
    case "d": return SIMD3(0.25, 0.25, 0.25)
    default:
      guard let steps = character.wholeNumberValue, (1..<order).contains(steps) else { return nil }
      let shift = Double(steps) / Double(order)
      switch axis {
      case "x": return SIMD3(shift, 0, 0)
      case "y": return SIMD3(0, shift, 0)
      case "z": return SIMD3(0, 0, shift)
      default: return nil
      }
    }
  }

  /// The proper rotation; tables A1.4.2.4 to A1.4.2.6 of International Tables B.
  private static func matrix(
    order: Int, axis: Character, previous: Character
  ) -> IntegerMatrix? {
    switch (order, axis) {
    case (1, _): return .identity
    case (3, "*"): return IntegerMatrix(SIMD3(0, 0, 1), SIMD3(1, 0, 0), SIMD3(0, 1, 0))
    case (2, "'"), (2, "\""):
      let diagonal = axis == "\"" ? 1 : -1
      let aboutZ = IntegerMatrix(
        SIMD3(0, diagonal, 0), SIMD3(diagonal, 0, 0), SIMD3(0, 0, -1))
      return turned(aboutZ, to: previous)
    case (_, "x"), (_, "y"), (_, "z"):
      guard let aboutZ = aboutZ[order] else { return nil }
      return turned(aboutZ, to: axis)
    default: return nil
    }
  }

  private static let aboutZ: [Int: IntegerMatrix] = [
    2: IntegerMatrix(SIMD3(-1, 0, 0), SIMD3(0, -1, 0), SIMD3(0, 0, 1)),
    3: IntegerMatrix(SIMD3(0, -1, 0), SIMD3(1, -1, 0), SIMD3(0, 0, 1)),
    4: IntegerMatrix(SIMD3(0, -1, 0), SIMD3(1, 0, 0), SIMD3(0, 0, 1)),
    6: IntegerMatrix(SIMD3(1, -1, 0), SIMD3(1, 0, 0), SIMD3(0, 0, 1)),
  ]

  /// The same rotation about another axis: x, y, z change places in a cycle.
  private static func turned(_ matrix: IntegerMatrix, to axis: Character) -> IntegerMatrix {
    let cycle = IntegerMatrix(SIMD3(0, 0, 1), SIMD3(1, 0, 0), SIMD3(0, 1, 0))
    switch axis {
    case "x": return cycle * matrix * cycle.transpose
    case "y": return cycle.transpose * matrix * cycle
    default: return matrix
    }
  }
}
