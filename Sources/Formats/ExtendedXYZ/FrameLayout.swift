/// What the second line of a frame says: cell, periodicity, values, and the columns of the atoms.
struct FrameLayout: Sendable {
  var cell: AtomicFrame.Cell?
  var isPeriodic: [Bool]
  var info: [AtomicFrame.Info]
  var fields: [Field]

  /// In plain XYZ, text behind the fourth column is not read.
  var ignoresFurtherColumns: Bool

  /// The sum of the widths.
  let columnCount: Int

  struct Field: Hashable, Sendable {
    var name: String
    var kind: Kind
    /// Columns of the text, 1 or more.
    var width: Int

    enum Kind: Hashable, Sendable {
      case species, positions, reals, integers, flags, texts
    }
  }

  /// Rows wider than this are refused.
  private static let mostColumns = 100_000

  /// Columns without a comment.
  init(fields: [Field], cell: AtomicFrame.Cell?, isPeriodic: [Bool]) {
    self.fields = fields
    self.cell = cell
    self.isPeriodic = isPeriodic
    info = []
    ignoresFurtherColumns = false
    columnCount = fields.reduce(0) { $0 + $1.width }
  }

  /// - Parameters:
  ///   - bytes: The line without its end.
  ///   - line: Its number, from 1.
  init(
    comment bytes: UnsafeBufferPointer<UInt8>, line: Int, file: String
  ) throws(ReadingError) {
    func refuse(_ message: String, column: Int = 0, field: String = "") -> ReadingError {
      ReadingError(file: file, line: line, column: column, field: field, message: message)
    }
    if let place = bytes.firstIndex(of: 0) {
      throw refuse("A NUL byte; the file is damaged or not text.", column: place + 1)
    }
    // Lines in ASCII need no check.
    guard bytes.allSatisfy({ $0 < 128 }) || String(validating: bytes, as: UTF8.self) != nil else {
      throw refuse("The line is not valid UTF-8; convert the file, for example with iconv.")
    }
    var pairs: [AtomicFrame.Info] = []
    var isSentence = false
    var namesWithValues: Set<String> = []
    do {
      let comment = try FrameComment(bytes)
      pairs = comment.pairs
      isSentence = comment.hasBareWords
      namesWithValues = comment.namesWithValues
    } catch {
      let text = String(decoding: bytes, as: UTF8.self)
      if text.contains("Properties=") || text.contains("Lattice=") {
        throw refuse(error.message, column: error.offset + 1)
      }
      isSentence = true
    }
    let properties = pairs.last { $0.name == "Properties" }?.value
    if properties == nil, isSentence {
      pairs.removeAll { $0.value == .flag(true) && !namesWithValues.contains($0.name) }
      pairs.append(.init("comment", .text(Self.trimmed(bytes))))
    }
    fields = Self.plainFields
    ignoresFurtherColumns = properties == nil
    do {
      if let properties { fields = try Self.fields(properties) }
      cell = try Self.cell(pairs.last { $0.name == "Lattice" }?.value)
      isPeriodic = try Self.periodicity(
        pairs.last { $0.name == "pbc" }?.value,
        hasLattice: pairs.contains { $0.name == "Lattice" })
    } catch {
      throw refuse(error.message, field: error.name)
    }
    columnCount = fields.reduce(0) { $0 + $1.width }
    info = pairs.lazy
      .filter { $0.name != "Properties" && $0.name != "Lattice" && $0.name != "pbc" }.map {
        .init($0.name, Self.tensor($0))
      }
  }

  /// The nine numbers of a stress or virial as a matrix: they stand column by column.
  private static func tensor(_ item: AtomicFrame.Info) -> FrameValue {
    guard item.name == "stress" || item.name == "virial",
      let (v, shape) = item.value.numbers, shape == [9]
    else { return item.value }
    return .reals([v[0], v[3], v[6], v[1], v[4], v[7], v[2], v[5], v[8]], shape: [3, 3])
  }

  private struct Problem: Error {
    let name: String
    let message: String
  }

  private static let plainFields = [
    Field(name: "species", kind: .species, width: 1),
    Field(name: "pos", kind: .positions, width: 3),
  ]

  private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    let rest = bytes.drop(while: isBlank)
    let end = rest.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? rest.startIndex
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  /// `species:S:1:pos:R:3`: triples of name, kind and count of columns.
  private static func fields(_ value: FrameValue) throws(Problem) -> [Field] {
    func refuse(_ message: String) -> Problem { Problem(name: "Properties", message: message) }
    let form = "write triples of name, kind (S, I, R or L) and count, as in species:S:1:pos:R:3."
    guard case .text(let text) = value else { throw refuse("The columns have no form; \(form)") }
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      .map { String($0) ?? "" }  // cut at ASCII: always valid
    guard parts.count % 3 == 0 else { throw refuse("\"\(text)\" is not whole; \(form)") }
    var fields: [Field] = []
    var names: Set<String> = []
    var total = 0
    for start in stride(from: 0, to: parts.count, by: 3) {
      let (name, kind) = (parts[start], parts[start + 1])
      guard let width = Int(parts[start + 2]), (1...mostColumns).contains(width) else {
        throw refuse(
          "\"\(name)\" has \"\(parts[start + 2])\" columns; give a whole number above 0.")
      }
      guard !name.isEmpty, names.insert(name).inserted else {
        throw refuse("The name \"\(name)\" is empty or occurs twice; give each column its own.")
      }
      fields.append(Field(name: name, kind: try self.kind(kind, name, width), width: width))
      total += width
    }
    guard total <= mostColumns else { throw refuse("\(total) columns; at most \(mostColumns).") }
    guard fields.contains(where: { $0.kind == .positions }) else {
      throw refuse("The columns hold no positions; add pos:R:3.")
    }
    let hasSpecies = fields.contains {
      $0.kind == .species || $0.name == "Z" && $0.kind == .integers && $0.width == 1
    }
    guard hasSpecies else { throw refuse("The columns hold no species; add species:S:1 or Z:I:1.") }
    return fields
  }

  private static func kind(
    _ letter: String, _ name: String, _ width: Int
  ) throws(Problem) -> Field.Kind {
    switch (letter, name, width) {
    case ("R", "pos", 3), ("I", "pos", 3): return .positions
    case ("S", "species", 1): return .species
    case ("R", _, _): return .reals
    case ("I", _, _): return .integers
    case ("L", _, _): return .flags
    case ("S", _, _): return .texts
    default:
      throw Problem(
        name: "Properties",
        message: "\"\(name)\" has the kind \"\(letter)\"; kinds are S, I, R and L.")
    }
  }

  /// Nine numbers, vector by vector. A cell of zeros is none.
  private static func cell(_ value: FrameValue?) throws(Problem) -> AtomicFrame.Cell? {
    guard let value else { return nil }
    guard let (v, _) = value.numbers, v.count == 9 else {
      throw Problem(name: "Lattice", message: "The cell needs nine numbers: a, then b, then c.")
    }
    guard v.allSatisfy({ abs($0) <= AtomicFrame.farthest }) else {
      throw Problem(name: "Lattice", message: "A component is beyond 10⁹ Å; correct it.")
    }
    if v.allSatisfy({ $0 == 0 }) { return nil }
    return AtomicFrame.Cell(
      a: SIMD3(v[0], v[1], v[2]), b: SIMD3(v[3], v[4], v[5]), c: SIMD3(v[6], v[7], v[8]))
  }

  /// Three flags, or one for all; with a lattice and nothing said, all.
  private static func periodicity(
    _ value: FrameValue?, hasLattice: Bool
  ) throws(Problem) -> [Bool] {
    switch value {
    case nil: return [Bool](repeating: hasLattice, count: 3)
    case .flag(let flag): return [flag, flag, flag]
    case .flags(let flags, _) where flags.count == 3: return flags
    case .integers(let values, _) where values.count == 3 && values.allSatisfy { 0...1 ~= $0 }:
      return values.map { $0 == 1 }
    default: throw Problem(name: "pbc", message: "Periodicity needs three flags, as in \"T T F\".")
    }
  }
}

extension AtomicFrame {
  /// Coordinates and cells beyond this, Å, are refused: they are damage, and their products overflow.
  static let farthest = 1e9
}
