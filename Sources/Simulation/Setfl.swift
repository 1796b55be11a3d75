import Foundation
import Matter

/// A potential written as a table in the `setfl` format that LAMMPS reads as `eam/alloy`.
///
/// Format: Daw, Foiles and Baskes, Mater. Sci. Rep. 9, 251 (1993); LAMMPS manual, `pair_style
/// eam/alloy`. Three comment lines, the elements, the grids, then for each element the embedding
/// function and the density, then `r φ(r)` for each pair.
public struct Setfl: Sendable {
  /// How fine the tables are. The defaults let LAMMPS, which interpolates cubically, agree with
  /// the analytic functions to better than 10⁻⁶ relative in energy, forces and stress.
  public struct Configuration: Codable, Hashable, Sendable {
    /// Points in distance, from 0 to the cutoff.
    public var distancePoints = 10_000
    /// Points in density, from 0 to ``densityMultiple`` times the largest equilibrium density.
    public var densityPoints = 40_000
    /// How many times the largest equilibrium density the table reaches.
    ///
    /// An atom of a light metal among heavy ones sees several times its own equilibrium density, but
    /// hardly more than that of the heaviest metal at hand, compressed;
    /// beyond the table LAMMPS would continue with a straight line.
    public var densityMultiple = 4.0

    public init() {}
  }

  public let potential: EmbeddedAtomPotential
  public let configuration: Configuration

  public init(_ potential: EmbeddedAtomPotential, configuration: Configuration = .init()) {
    precondition(
      configuration.distancePoints > 10 && configuration.densityPoints > 10
        && configuration.densityMultiple > 0, "A setfl table needs more than ten points.")
    self.potential = potential
    self.configuration = configuration
  }

  /// The file.
  public var text: String {
    let functions = potential.functions
    let (distanceStep, densityStep) = steps(functions)
    var text = """
      Embedded-atom potential of Zhou, Johnson and Wadley, Phys. Rev. B 69, 144113 (2004)
      Each metal is cut off smoothly where its density falls to 1e-6 of the equilibrium value
      Units: eV and angstrom. Written by Athanor

      """
    let symbols = potential.elements.map(\.symbol)
    text += "\(symbols.count) \(symbols.joined(separator: " "))\n"
    text += "\(configuration.densityPoints) \(densityStep) "
    text += "\(configuration.distancePoints) \(distanceStep) \(potential.cutoff)\n"
    for function in functions { appendElement(function, distanceStep, densityStep, &text) }
    for (row, a) in functions.enumerated() {
      for b in functions[...row] {
        append(configuration.distancePoints, &text) { point in
          let r = Double(point) * distanceStep
          return r * a.pairEnergy(with: b, at: max(r, Self.least))
        }
      }
    }
    return text
  }

  /// Densities and pair energies stay constant below this distance, Å, as in the tables of the
  /// potential's authors.
  private static let least = 0.5

  private func steps(_ functions: [EmbeddedAtomFunctions]) -> (Double, Double) {
    let highest = functions.reduce(0) { max($0, $1.parameters.rhoE) }
    return (
      potential.cutoff / Double(configuration.distancePoints - 1),
      configuration.densityMultiple * highest / Double(configuration.densityPoints - 1)
    )
  }

  private func appendElement(
    _ functions: EmbeddedAtomFunctions, _ distanceStep: Double, _ densityStep: Double,
    _ text: inout String
  ) {
    let p = functions.parameters
    let isBcc = [26, 42, 73, 74].contains(p.element.atomicNumber)
    let isHcp = [12, 22, 27, 40].contains(p.element.atomicNumber)
    let phase: CrystalPhase = isBcc ? .bcc : isHcp ? .hcp : .fcc
    let spacing = phase == .fcc ? 2.0.squareRoot() : phase == .bcc ? 2 / 3.0.squareRoot() : 1
    text += "\(p.element.atomicNumber) \(p.mass) \(p.re * spacing) \(phase.rawValue)\n"
    append(configuration.densityPoints, &text) {
      functions.embedding(Double($0) * densityStep).energy
    }
    append(configuration.distancePoints, &text) {
      functions.density(at: max(Double($0) * distanceStep, Self.least))
    }
  }

  /// Five numbers a line, each with the digits that read back exactly.
  private func append(_ count: Int, _ text: inout String, _ value: (Int) -> Double) {
    for point in 0..<count {
      text += "\(value(point))"
      text += point % 5 == 4 || point == count - 1 ? "\n" : " "
    }
  }
}
