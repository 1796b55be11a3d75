public import Matter

/// One structure found in a file, with what the file says about it.
public struct StructureEntry: Hashable, Sendable {
  /// The block, the row or the identifier; `nil` where the file gives none.
  public var name: String?

  /// The line where it begins, from 1; 0 where lines mean nothing.
  public var line: Int

  public var arrangement: Arrangement

  /// The number of the space group that the file states, 1 to 230; it is not checked against the
  /// atoms.
  public var declaredSpaceGroup: Int?

  /// Named values that came with the structure, in the order of the file: energies, band gaps, notes.
  public var properties: [Property]

  /// What was read with reservations.
  public var notices: [ReadingNotice]

  /// Atoms that repeat, or do not.
  public enum Arrangement: Hashable, Sendable {
    case crystal(Crystal)
    case molecule(Molecule)
  }

  public struct Property: Hashable, Sendable {
    public var name: String
    public var value: Value

    public enum Value: Hashable, Sendable {
      case number(Double)
      case text(String)
      case flag(Bool)
      /// Row by row; shape such as `[6]` or `[atoms, 3]`.
      case numbers([Double], shape: [Int])
    }

    public init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  public init(
    name: String? = nil, line: Int = 0, arrangement: Arrangement, declaredSpaceGroup: Int? = nil,
    properties: [Property] = [], notices: [ReadingNotice] = []
  ) {
    self.name = name
    self.line = line
    self.arrangement = arrangement
    self.declaredSpaceGroup = declaredSpaceGroup
    self.properties = properties
    self.notices = notices
  }

  public var crystal: Crystal? {
    if case .crystal(let crystal) = arrangement { crystal } else { nil }
  }
}
