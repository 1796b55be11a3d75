import Foundation
public import Matter

/// GPAW as an engine, with plane waves: Mortensen et al., J. Chem. Phys. 160, 092503 (2024).
///
/// A program in Python is started for each attempt, with the Python that GPAW is installed for. What does
/// not converge is tried again with less mixing and more steps; a relaxation goes on from the structure
/// that it has reached.
public struct GPAWEngine: ExternalEngine {
  public struct Configuration: Codable, Hashable, Sendable {
    /// The Python that finds `gpaw`.
    public var program = "/usr/bin/python3"
    public var functional = ExchangeFunctional.pbe

    /// Where the PAW setups are.
    public var setupFolder = "/usr/share/gpaw-setups"

    /// Of the wave functions, eV.
    public var cutoff = 400.0

    /// The largest distance of k-points, 1/Å, with the factor 2π.
    public var kPointSpacing = 0.25

    /// Width of the Fermi and Dirac distribution, eV; 0 for fixed occupations.
    public var smearing = 0.1

    /// Magnetic moment of an atom at the start, μB, by symbol; empty: no spin.
    public var magneticMoments: [String: Double] = [:]

    /// Of the total energy, eV per valence electron.
    public var convergence = 1e-6

    /// Electronic iterations of the first attempt.
    public var maximumIterations = 200
    public var tolerances = EngineTolerances()
    public var limits = EngineLimits()
    public var attempts = 3

    public init() { tolerances.maximumSteps = 50 }
  }

  public let configuration: Configuration

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
  }

  public var fidelity: String {
    let cutoff = configuration.cutoff
    let number = cutoff == cutoff.rounded() ? "\(Int(cutoff))" : "\(cutoff)"
    let spin = configuration.magneticMoments.isEmpty ? "" : " spin"
    return "GPAW \(configuration.functional.rawValue) \(number) eV\(spin)"
  }

  public func check(_ elements: [Element]) throws(EngineError) {
    try configuration.check()
    try EngineProgram.require(configuration.program, package: "gpaw")
    let names = try? FileManager.default.contentsOfDirectory(atPath: configuration.setupFolder)
    guard let names else {
      throw .notInstalled(
        configuration.setupFolder,
        remedy: "Scripts/setup.sh gpaw installs it (Debian package gpaw-data)")
    }
    // Setups for PBE serve PBEsol.
    let kind = configuration.functional == .lda ? "LDA" : "PBE"
    for element in elements where !names.contains("\(element.symbol).\(kind).gz") {
      throw .noPotential(element, in: configuration.setupFolder)
    }
  }

  public func compute(_ task: EngineTask) throws(EngineError) -> EngineResult {
    try converge(
      task, attempts: configuration.attempts,
      remedy: "smearing or the number of iterations or steps"
    ) { task, attempt throws(EngineError) in
      let report = try run(task, attempt)
      return EngineAttempt(
        crystal: report.crystal, evaluation: report.evaluation, version: report.version,
        missing: report.missing(configuration.tolerances, task.kind))
    }
  }

  private func run(_ task: EngineTask, _ attempt: Int) throws(EngineError) -> GPAWReport {
    let order = try GPAWOrder(task, configuration, attempt: attempt)
    return try EngineRun.inFolder(configuration.program, configuration.limits) {
      run throws(EngineError) in
      try run.write(order.json, to: "task.json")
      try run.write(Self.script, to: "worker.py")
      let (_, ending) = try run.output(["worker.py"])
      let answer = run.text("result.json")
      guard !answer.isEmpty else {
        let words = run.text("errors.txt")
        if words.contains("No module named") {
          throw .notInstalled(
            "gpaw", remedy: "Scripts/setup.sh gpaw installs it (Debian package gpaw)")
        }
        throw run.failure(ending)
      }
      return try GPAWReport(answer, of: task)
    }
  }
}

extension GPAWEngine.Configuration {
  /// - Throws: ``EngineError/invalid(_:)``.
  func check() throws(EngineError) {
    for (name, value) in [
      ("cutoff", cutoff), ("kPointSpacing", kPointSpacing), ("convergence", convergence),
      ("force", tolerances.force), ("stress", tolerances.stressGPa),
    ] where !(value > 0 && value.isFinite) {
      throw .invalid("\(name) is \(value); GPAW needs a number above 0.")
    }
    guard smearing >= 0, smearing.isFinite else {
      throw .invalid("smearing is \(smearing) eV; write 0 or more.")
    }
    guard maximumIterations >= 1 else {
      throw .invalid("iterations is \(maximumIterations); write 1 or more.")
    }
  }
}
