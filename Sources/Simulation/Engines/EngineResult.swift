public import Matter

/// What an engine has computed.
public struct EngineResult: Hashable, Sendable {
  /// The crystal of the task, or the relaxed one in the same order of sites.
  public let crystal: Crystal

  /// Energy (eV, of the whole cell), forces and stress of ``crystal``, in its frame.
  public let evaluation: Evaluation

  /// Runs until electrons, atoms and cell had come to rest; where they do not, an engine throws.
  public let attempts: Int

  /// Name and version as the program prints them: `LAMMPS (29 Sep 2021 - Update 2)`.
  public let version: String

  /// The method, for measurements: `pw.x PBE 30 Ry`.
  public let fidelity: String

  public init(
    crystal: Crystal, evaluation: Evaluation, attempts: Int, version: String, fidelity: String
  ) {
    self.crystal = crystal
    self.evaluation = evaluation
    self.attempts = attempts
    self.version = version
    self.fidelity = fidelity
  }

  /// eV.
  public var energyPerAtom: Double { evaluation.energy / Double(crystal.siteCount) }

  /// Å³.
  public var volumePerAtom: Double { crystal.volume / Double(crystal.siteCount) }
}
