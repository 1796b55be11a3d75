import DenseMath
import Foundation
import Matter

/// Motion at constant energy and volume under the embedded-atom potential.
///
/// Velocity Verlet: Swope, Andersen, Berens and Wilson, J. Chem. Phys. 76, 637 (1982). The system
/// is moved in place; its neighbor list is remade only when an atom has moved too far.
public struct MolecularDynamics {
  public let system: EmbeddedAtomSystem

  /// fs.
  public let timeStep: Double

  /// Å/fs; the fourth component stays zero.
  private var velocities: [SIMD4<Double>]

  /// Å/fs² for a force of 1 eV/Å, for each atom.
  private let mobilities: [Double]

  /// 1 eV/(u Å) in Å/fs² (CODATA 2018: e / u · 10⁻¹⁰).
  private static let acceleration = 9.648_533_212_331e-3

  /// eV/K (exact, SI 2019).
  public static let boltzmann = 8.617_333_262_145e-5

  /// Starts with velocities drawn for a temperature, without drift of the whole.
  ///
  /// - Parameters:
  ///   - temperature: K, zero or more; exact for the first step.
  ///   - timeStep: fs, positive.
  public init(
    _ system: EmbeddedAtomSystem, temperature: Double, timeStep: Double, seed: UInt64
  ) {
    precondition(temperature >= 0 && timeStep > 0, "Dynamics needs T ≥ 0 and a positive step.")
    self.system = system
    self.timeStep = timeStep
    mobilities = system.kinds.map {
      Self.acceleration / system.functions[$0].parameters.mass
    }
    var generator = SplitMix64(seed: seed)
    var drawn = mobilities.map { mobility in
      mobility.squareRoot()
        * SIMD4(generator.normal(), generator.normal(), generator.normal(), 0)
    }
    var momentum = SIMD4<Double>.zero
    var mass = 0.0
    for (velocity, mobility) in zip(drawn, mobilities) {
      momentum += velocity / mobility
      mass += 1 / mobility
    }
    for atom in drawn.indices { drawn[atom] -= momentum / mass }
    velocities = drawn
    let now = self.temperature
    let scale = now > 0 ? (temperature / now).squareRoot() : 0
    for atom in velocities.indices { velocities[atom] *= scale }
    system.evaluate()
  }

  /// eV.
  public var kineticEnergy: Double {
    var sum = 0.0
    for (velocity, mobility) in zip(velocities, mobilities) {
      sum += (velocity * velocity).sum() / mobility
    }
    return sum / 2
  }

  /// K, from 3 N − 3 degrees of freedom.
  public var temperature: Double {
    let freedoms = Double(max(3 * system.count - 3, 1))
    return 2 * kineticEnergy / (freedoms * Self.boltzmann)
  }

  /// Kinetic and potential energy together, eV: constant up to the error of the time step.
  public var totalEnergy: Double { system.energy + kineticEnergy }

  /// Moves the atoms.
  ///
  /// - Throws: ``PotentialError`` when an atom has left every bound.
  public mutating func run(steps: Int) throws(PotentialError) {
    for _ in 0..<steps {
      kick(timeStep / 2)
      try system.advance(by: velocities, timeStep)
      system.evaluate()
      kick(timeStep / 2)
    }
  }

  private mutating func kick(_ time: Double) {
    let forces = system.pairs.forces.base
    for atom in velocities.indices {
      velocities[atom] += (time * mobilities[atom]) * forces[atom]
    }
  }
}
