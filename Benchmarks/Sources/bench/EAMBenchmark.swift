import DenseMath
import Foundation
import Matter
import Simulation

/// Dynamics of 4,000 copper atoms and of 4,000 atoms of a random five-component alloy at 600 K,
/// in atoms·steps a second on one core, beside LAMMPS with the table that Athanor writes.
func benchmarkEAM() throws {
  let copper = try elements(["Cu"])
  let alloy = try elements(["Fe", "Co", "Ni", "Cu", "Pd"])
  try compare("EAM dynamics, 4000 atoms of Cu", copper, latticeParameter: 3.615)
  try compare(
    "EAM dynamics, 4000 atoms of FeCoNiCuPd", alloy, latticeParameter: 3.65)
}

private let steps = 200
private let skin = 1.0

private func elements(_ symbols: [String]) throws -> [Element] {
  symbols.compactMap { Element(symbol: $0) }
}

private func compare(_ name: String, _ elements: [Element], latticeParameter: Double) throws {
  let frame = try CrystalPhase.fcc.conventionalCrystal(
    of: elements[0], latticeParameter: latticeParameter, size: 10)
  var generator = SplitMix64(seed: 1)
  let crystal = try Crystal(
    lattice: frame.lattice,
    elements: generator.shuffled((0..<frame.siteCount).map { elements[$0 % elements.count] }),
    positions: frame.positions)
  let ours = try bestRate {
    var dynamics = MolecularDynamics(
      try EmbeddedAtomSystem(crystal, skin: skin), temperature: 600, timeStep: 2, seed: 1)
    let start = DispatchTime.now().uptimeNanoseconds
    try dynamics.run(steps: steps)
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
  }
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("eam-bench-\(getpid())")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  // A table of the usual size, so that LAMMPS does not pay for finer ones in its caches.
  var table = Setfl.Configuration()
  table.distancePoints = 2000
  table.densityPoints = 2000
  try Setfl(EmbeddedAtomPotential(elements), configuration: table).text.write(
    to: folder.appendingPathComponent("table"), atomically: true, encoding: .utf8)
  try LAMMPSData(crystal, elements: elements).text.write(
    to: folder.appendingPathComponent("data"), atomically: true, encoding: .utf8)
  guard let version = lammpsVersion() else {
    skip("LAMMPS is not installed, so the speed of dynamics stands alone (apt: lammps).")
    return Figure.rate(name, unit: "atoms·steps/s", ours: ours).report()
  }
  for style in ["eam/alloy", "eam/alloy/opt"] {
    let peer = bestRate { lammpsTime(style, elements, folder) }
    Figure.rate(
      name, unit: "atoms·steps/s", ours: ours, peer: peer > 0 ? peer : nil,
      peerVersion: "\(version), \(style)"
    ).report()
  }
}

/// The best of three runs, atoms·steps/s; `body` returns the seconds that `steps` steps took.
private func bestRate(_ body: () throws -> Double) rethrows -> Double {
  var shortest = Double.infinity
  for _ in 0..<3 { shortest = min(shortest, try body()) }
  return shortest.isFinite ? 4000 * Double(steps) / shortest : 0
}

private func lammpsVersion() -> String? {
  guard let help = run("lmp", ["-h"]) else { return nil }
  return help.split(separator: "\n").first { $0.contains("Simulator - ") }
    .map { "LAMMPS" + ($0.components(separatedBy: "Simulator -").last ?? "") }
}

/// Seconds of LAMMPS' own timer over the loop, infinite when the style is not installed.
private func lammpsTime(_ style: String, _ elements: [Element], _ folder: URL) -> Double {
  let input = repository.appendingPathComponent("Benchmarks/lammps/in.dynamics").path
  let arguments = [
    "-in", input, "-log", "none", "-var", "style", style, "-var",
    "data", folder.appendingPathComponent("data").path, "-var", "table",
    folder.appendingPathComponent("table").path, "-var", "elements",
    elements.map(\.symbol).joined(separator: " "), "-var", "steps", "\(steps)", "-var", "skin",
    "\(skin)",
  ]
  guard let output = run("lmp", arguments, environment: ["OMP_NUM_THREADS": "1"]),
    let line = output.split(separator: "\n").first(where: { $0.hasPrefix("Loop time of") }),
    let seconds = line.split(separator: " ").dropFirst(3).first.flatMap({ Double($0) })
  else { return .infinity }
  return seconds
}
