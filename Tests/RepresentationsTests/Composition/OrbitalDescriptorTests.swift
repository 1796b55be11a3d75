import Matter
import Representations
import Testing

@Suite("Orbital descriptor")
struct OrbitalDescriptorTests {
  /// matminer 0.10.1, `AtomicOrbitals` (pymatgen 2026.10.24), whose energies are in hartree.
  @Test(
    "Agrees with matminer",
    arguments: [
      ("SrTiO3", "p", -0.338381, "d", -0.17001), ("Fe2O3", "d", -0.295049, "d", -0.295049),
      ("NaCl", "p", -0.32038, "s", -0.103415), ("Si", "p", -0.153293, "p", -0.153293),
      ("UO2", "f", -0.366543, "p", -0.338381), ("CuInSe2", "d", -0.202272, "d", -0.202272),
      ("KBr", "p", -0.295334, "s", -0.088815), ("HfO2", "p", -0.338381, "s", -0.166465),
    ])
  func agreesWithMatminer(
    _ formula: String, _ homo: String, _ homoEnergy: Double, _ lumo: String, _ lumoEnergy: Double
  ) throws {
    let descriptor = OrbitalDescriptor()
    let row = try descriptor.rows([Composition(formula: formula)])
    let hartree = 27.211386245988
    #expect(abs(row[0] - homoEnergy * hartree) < 1e-9)
    #expect(abs(row[1] - lumoEnergy * hartree) < 1e-9)
    #expect(abs(row[2] - (lumoEnergy - homoEnergy) * hartree) < 1e-9)
    let flags = zip(descriptor.columns, row)
    #expect(flags.filter { $0.0.hasPrefix("HOMO is") && $0.1 == 1 }.map(\.0) == ["HOMO is \(homo)"])
    #expect(flags.filter { $0.0.hasPrefix("LUMO is") && $0.1 == 1 }.map(\.0) == ["LUMO is \(lumo)"])
  }

  @Test("Helium has no empty orbital, plutonium no orbitals in the table")
  func missing() throws {
    let helium = try OrbitalDescriptor().rows([Composition(formula: "He")])
    #expect(!helium[0].isNaN && helium[1].isNaN && helium[2].isNaN && helium[7].isNaN)
    #expect(helium[3] == 1)
    let plutonium = try OrbitalDescriptor().rows([Composition(formula: "PuO2")])
    #expect(plutonium[..<11].allSatisfy { $0.isNaN })
  }

  /// NIST Atomic Spectra Database: Na 5.13907696 eV, Cl 12.967632 eV.
  @Test("Statistics of ionization energies")
  func ionization() throws {
    let descriptor = OrbitalDescriptor()
    let row = try descriptor.rows([Composition(formula: "NaCl")])
    let minimum = try #require(
      descriptor.columns.firstIndex(of: "atomic minimum FirstIonizationEnergy"))
    #expect(abs(row[minimum] - 5.139) < 1e-3)
    #expect(abs(row[minimum + 1] - 12.9676) < 1e-3)
  }
}
