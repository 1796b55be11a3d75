import Foundation
import Matter
import Testing

@testable import Simulation

/// LAMMPS, where it is installed (Debian package `lammps`).
enum LAMMPS {
  static let path: String? = ["/usr/bin/lmp", "/usr/local/bin/lmp"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// Energy, forces and stress of a crystal by `pair_style eam/alloy` with our table.
  static func evaluate(
    _ crystal: Crystal, _ potential: EmbeddedAtomPotential, in folder: URL
  ) throws -> (energy: Double, forces: [SIMD3<Double>], stress: [Double]) {
    let data = try LAMMPSData(crystal, elements: potential.elements)
    try data.text.write(
      to: folder.appendingPathComponent("data"), atomically: true, encoding: .utf8)
    try Setfl(potential).text.write(
      to: folder.appendingPathComponent("table"), atomically: true, encoding: .utf8)
    try """
    units metal
    atom_style atomic
    atom_modify map array
    boundary p p p
    box tilt large
    read_data data
    pair_style eam/alloy
    pair_coeff * * table \(potential.elements.map(\.symbol).joined(separator: " "))
    compute virial all pressure NULL virial
    thermo_style custom step pe c_virial[1] c_virial[2] c_virial[3] c_virial[4] c_virial[5] c_virial[6]
    thermo_modify format float %22.16g
    dump forces all custom 1 forces id fx fy fz
    dump_modify forces sort id format float %22.16g
    run 0
    """.write(to: folder.appendingPathComponent("in"), atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(path))
    process.arguments = ["-in", "in", "-log", "none"]
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(
      decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let lines = output.split(separator: "\n")
    let header = try #require(lines.firstIndex { $0.hasPrefix("Step") }, "\(output)")
    let numbers = lines[header + 1].split(separator: " ").compactMap { Double($0) }
    try #require(numbers.count == 8)
    // LAMMPS: pressure in bar, order xx yy zz xy xz yz; 1 eV/Å³ is 1.602176634e6 bar.
    let p = numbers[2...].map { -$0 / 1.602_176_634e6 }
    let dump = try String(contentsOf: folder.appendingPathComponent("forces"), encoding: .utf8)
    let rows = dump.split(separator: "\n").drop { !$0.hasPrefix("ITEM: ATOMS") }.dropFirst()
    let forces = rows.map { row in
      let f = row.split(separator: " ").compactMap { Double($0) }
      return SIMD3(f[1], f[2], f[3])
    }
    return (numbers[1], forces, [p[0], p[1], p[2], p[5], p[4], p[3]])
  }
}

@Suite(
  "Agreement with LAMMPS",
  .enabled(if: LAMMPS.path != nil, "LAMMPS is not installed; apt-get install lammps to compare."))
struct LAMMPSTests {
  @Test(
    "Energy, forces and stress of random alloys agree to 10⁻⁶",
    arguments: [
      (["Cu"], CrystalPhase.fcc, 3.6), (["W", "Ta", "Mo"], .bcc, 3.2),
      (["Mg", "Ti", "Zr"], .hcp, 3.1), (["Fe", "Co", "Ni", "Cu", "Pd"], .fcc, 3.65),
      (["Al", "Pb", "Ag", "Pt"], .fcc, 4.2), (["Fe", "Mg", "W", "Au"], .bcc, 3.2),
      (["Co", "Ti", "Al", "Ni"], .hcp, 2.7),
    ])
  func agrees(_ symbols: [String], _ phase: CrystalPhase, _ latticeParameter: Double) throws {
    let crystal = try perturbedAlloy(
      symbols, phase, atoms: 80, latticeParameter: latticeParameter, seed: 11)
    let potential = try EmbeddedAtomPotential(symbols.compactMap { Element(symbol: $0) })
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor-lammps-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let theirs = try LAMMPS.evaluate(crystal, potential, in: folder)
    let ours = try potential.evaluate(crystal)
    #expect(abs(ours.energy - theirs.energy) < 1e-6 * abs(theirs.energy))
    let data = try LAMMPSData(crystal, elements: potential.elements)
    let scale = theirs.forces.map(length).max() ?? 0
    #expect(scale > 0.1 && theirs.forces.count == ours.forces.count)
    var worst = 0.0
    for (a, b) in zip(ours.forces, theirs.forces) {
      worst = max(worst, length(data.rotated(a) - b))
    }
    #expect(worst < 1e-6 * scale, "forces differ by \(worst / scale)")
    let stress = ours.stress.matrix
    func component(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { dot(a, stress * b) }
    let axes = data.frame
    let turned = [
      component(axes.x, axes.x), component(axes.y, axes.y), component(axes.z, axes.z),
      component(axes.y, axes.z), component(axes.x, axes.z), component(axes.x, axes.y),
    ]
    let largest = theirs.stress.map(abs).max() ?? 0
    for (a, b) in zip(turned, theirs.stress) { #expect(abs(a - b) < 1e-6 * largest) }
  }
}
