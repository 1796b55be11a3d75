import CSpglib

/// A space group in one choice of axes and origin, with its operations.
///
/// The 530 settings of Hall, Acta Cryst. A37, 517 (1981), as tabulated by spglib, and some settings
/// in larger cells (`C -1`, `F 1 2/m 1`) that crystallographic files name. Looking one up is a step
/// in a table.
public struct SpaceGroupSetting: Hashable, Sendable {
  /// 1...530 in the order of Hall's list; `nil` for a setting outside it.
  public let hallNumber: Int?

  /// 1...230.
  public let number: Int

  /// Short Hermann–Mauguin symbol of the space group: `P2_1/c` in every setting of number 14.
  public let shortSymbol: String

  /// Hermann–Mauguin symbol of the setting, with spaces: `P 1 2_1/n 1`, `F 4_1/d -3 2/m`.
  public let fullSymbol: String

  /// Such as `-P 2yn`.
  public let hallSymbol: String

  /// What tells settings of one group apart: `1` and `2` for origins, `H` and `R` for axes, `b1` or
  /// `-cba` for the order of axes; empty where there is one setting.
  public let choice: String

  /// Hermann–Mauguin symbol, such as `2/m`.
  public let pointGroup: String

  /// Schoenflies symbol of the space group, such as `C2h^5`; empty outside Hall's list.
  public let schoenfliesSymbol: String

  /// All operations of the cell, centring included; the identity is the first.
  public let operations: [SymmetryOperation]

  public var crystalSystem: CrystalSystem {
    // The number is in 1...230 by construction.
    CrystalSystem(spaceGroupNumber: number) ?? .triclinic
  }

  /// The settings of Hall's list; setting `n` is at place `n − 1`.
  public static let all: [SpaceGroupSetting] = (1...530).map(tabulated)

  /// `nil` unless the number is in 1...530.
  public init?(hallNumber: Int) {
    guard (1...530).contains(hallNumber) else { return nil }
    self = Self.all[hallNumber - 1]
  }

  /// A setting of a space group.
  ///
  /// - Parameters:
  ///   - number: 1...230.
  ///   - choice: As in ``choice``, also the coordinate-system codes of CIF (`1abc`, `h`); `nil` for
  ///     the first in Hall's list: unique axis b, origin choice 1, hexagonal axes.
  public init?(number: Int, choice: String? = nil) {
    guard let first = Self.firstOfGroup[number] else { return nil }
    let settings = Self.all[(first - 1)...].prefix { $0.number == number }
    guard let setting = Self.choose(choice ?? "", among: settings.map { $0 }) else { return nil }
    self = setting
  }

  private static let firstOfGroup: [Int: Int] = Dictionary(
    all.enumerated().map { ($0.element.number, $0.offset + 1) }, uniquingKeysWith: min)

  init(
    hallNumber: Int?, number: Int, shortSymbol: String, fullSymbol: String, hallSymbol: String,
    choice: String, pointGroup: String, schoenfliesSymbol: String,
    operations: [SymmetryOperation]
  ) {
    self.hallNumber = hallNumber
    self.number = number
    self.shortSymbol = shortSymbol
    self.fullSymbol = fullSymbol
    self.hallSymbol = hallSymbol
    self.choice = choice
    self.pointGroup = pointGroup
    self.schoenfliesSymbol = schoenfliesSymbol
    self.operations = operations
  }

  private static func tabulated(_ hallNumber: Int) -> SpaceGroupSetting {
    let type = spg_get_spacegroup_type(Int32(hallNumber))
    return SpaceGroupSetting(
      hallNumber: hallNumber, number: Int(type.number),
      shortSymbol: text(of: type.international_short),
      fullSymbol: text(of: type.international_full), hallSymbol: text(of: type.hall_symbol),
      choice: text(of: type.choice), pointGroup: text(of: type.pointgroup_international),
      schoenfliesSymbol: text(of: type.schoenflies), operations: operations(hallNumber))
  }

  private static func operations(_ hallNumber: Int) -> [SymmetryOperation] {
    let most = 192
    return withUnsafeTemporaryAllocation(of: SpglibRotation.self, capacity: most) { rotations in
      withUnsafeTemporaryAllocation(of: SpglibVector.self, capacity: most) { translations in
        let count = spg_get_symmetry_from_database(
          rotations.baseAddress, translations.baseAddress, Int32(hallNumber))
        return (0..<Int(count)).map { index in
          SymmetryOperation(
            unchecked: IntegerMatrix(rotations[index]), SIMD3(translations[index]))
        }
      }
    }
  }
}
