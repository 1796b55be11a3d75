/// The operations that a Hall symbol stands for.
///
/// Hall, Acta Cryst. A37, 517 (1981), with the corrections of International Tables B, chapter 1.4,
/// appendix A1.4.2: a lattice letter, up to four rotations with their translations, and a shift of
/// origin in twelfths, `P 31 2c (0 0 1)`, or a change of basis with integer entries,
/// `P 2 (z,x,y+1/4)`. Words are separated by spaces or underscores.
struct HallSymbol {
  /// All operations of the group, sorted.
  let operations: [SymmetryOperation]

  init(_ symbol: String) throws(HallSymbolError) {
    guard symbol.utf8.count <= 80 else { throw .tooLong }
    let (body, change) = try Self.split(symbol.lowercased().replacing("_", with: " "))
    var words = body.split(separator: " ")[...]
    guard let first = words.popFirst() else { throw .empty }
    var generators = try Self.lattice(first)
    var previous: HallRotation?
    guard (1...4).contains(words.count) else { throw .rotationCount(words.count) }
    for (place, word) in words.enumerated() {
      let rotation = try HallRotation(word, place: place, previous: previous)
      generators.append(rotation.operation)
      previous = rotation
    }
    let inverse = change.inverse
    let changed = generators.map { change * $0 * inverse }
    guard let group = SymmetryOperation.group(generatedBy: changed, limit: 192) else {
      throw .notAGroup(symbol)
    }
    operations = group
  }

  /// The symbol without the change of basis, and the change of basis.
  private static func split(
    _ symbol: String
  ) throws(HallSymbolError) -> (Substring, SymmetryOperation) {
    guard let open = symbol.firstIndex(of: "(") else { return (symbol[...], .identity) }
    let inside = symbol[symbol.index(after: open)...].prefix { $0 != ")" }
    let rest = symbol[inside.endIndex...]
    guard rest.first == ")", rest.dropFirst().allSatisfy({ $0 == " " }) else {
      throw .changeOfBasis(String(symbol[open...]))
    }
    if inside.contains(",") {
      do {
        return (symbol[..<open], try SymmetryOperation(xyz: String(inside)))
      } catch { throw .changeOfBasis(String(symbol[open...])) }
    }
    let numbers = inside.split(separator: " ").compactMap { Int($0) }
    guard numbers.count == 3, numbers.allSatisfy({ abs($0) < 12 }) else {
      throw .changeOfBasis(String(symbol[open...]))
    }
    let shift = SIMD3(Double(numbers[0]), Double(numbers[1]), Double(numbers[2])) / 12
    return (symbol[..<open], SymmetryOperation(unchecked: .identity, shift))
  }

  /// Centring translations, and the inversion behind a minus sign.
  private static func lattice(
    _ word: Substring
  ) throws(HallSymbolError) -> [SymmetryOperation] {
    let letter = word.first == "-" ? word.dropFirst() : word
    guard let vectors = centrings[String(letter)] else { throw .unknownLattice(String(word)) }
    let translations = vectors.map { SymmetryOperation(unchecked: .identity, $0) }
    return word.first == "-" ? translations + [.inversion] : translations
  }

  private static let centrings: [String: [SIMD3<Double>]] = [
    "p": [],
    "a": [SIMD3(0, 0.5, 0.5)],
    "b": [SIMD3(0.5, 0, 0.5)],
    "c": [SIMD3(0.5, 0.5, 0)],
    "i": [SIMD3(0.5, 0.5, 0.5)],
    "f": [SIMD3(0, 0.5, 0.5), SIMD3(0.5, 0, 0.5)],
    "r": [SIMD3(2.0 / 3, 1.0 / 3, 1.0 / 3)],
    "s": [SIMD3(1.0 / 3, 1.0 / 3, 2.0 / 3)],
    "t": [SIMD3(1.0 / 3, 2.0 / 3, 1.0 / 3)],
    "h": [SIMD3(2.0 / 3, 1.0 / 3, 0)],
  ]
}

/// Why a text is not a Hall symbol.
enum HallSymbolError: Error, Hashable, Sendable {
  case empty
  case tooLong
  case unknownLattice(String)
  case rotationCount(Int)
  case rotation(String)
  case changeOfBasis(String)
  case notAGroup(String)
}
