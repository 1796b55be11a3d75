/// Constants of physics in SI units.
///
/// Exact ones are fixed by the SI of 2019 (BIPM, The International System of Units, 9th edition);
/// the others are CODATA 2022: Mohr et al., Rev. Mod. Phys. 97, 025002 (2025).
public enum PhysicalConstants {
  /// Speed of light in vacuum, m/s; exact.
  public static let speedOfLight = 299_792_458.0

  /// Planck's constant, J s; exact.
  public static let planck = 6.626_070_15e-34

  /// Elementary charge, C; exact.
  public static let elementaryCharge = 1.602_176_634e-19

  /// Boltzmann's constant, J/K; exact.
  public static let boltzmann = 1.380_649e-23

  /// Avogadro's constant, 1/mol; exact.
  public static let avogadro = 6.022_140_76e23

  /// Standard acceleration of gravity, m/s²; exact (3rd General Conference, 1901).
  public static let standardGravity = 9.806_65

  /// Hartree energy, J; relative standard uncertainty 1.1e-12.
  public static let hartree = 4.359_744_722_2060e-18

  /// Bohr radius, m; 1.6e-10.
  public static let bohrRadius = 5.291_772_105_44e-11

  /// Bohr magneton, J/T; 3.1e-10.
  public static let bohrMagneton = 9.274_010_0657e-24

  /// Atomic mass constant, kg; 3.1e-10.
  public static let atomicMass = 1.660_539_068_92e-27

  /// Mass of the electron, kg; 3.1e-10.
  public static let electronMass = 9.109_383_7139e-31
}
