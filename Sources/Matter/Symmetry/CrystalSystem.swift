/// The seven crystal systems, in the order of International Tables A.
public enum CrystalSystem: String, CaseIterable, Hashable, Sendable, Codable {
  case triclinic, monoclinic, orthorhombic, tetragonal, trigonal, hexagonal, cubic

  /// `nil` unless the number is in 1...230.
  public init?(spaceGroupNumber number: Int) {
    switch number {
    case 1...2: self = .triclinic
    case 3...15: self = .monoclinic
    case 16...74: self = .orthorhombic
    case 75...142: self = .tetragonal
    case 143...167: self = .trigonal
    case 168...194: self = .hexagonal
    case 195...230: self = .cubic
    default: return nil
    }
  }
}
