public import Matter

/// `pw.x` of Quantum ESPRESSO as an engine: Giannozzi et al., J. Phys. Condens. Matter 21, 395502
/// (2009) and 29, 465901 (2017).
///
/// Plane waves and pseudopotentials, smeared occupations, a k-point grid of even density. What does
/// not converge is tried again with less mixing and more steps; a relaxation goes on from the
/// structure that it has reached.
public struct QuantumEspresso: ExternalEngine {
  public struct Configuration: Codable, Hashable, Sendable {
    public var program = "pw.x"
    public var functional = ExchangeFunctional.pbe

    /// Where files in the UPF format are.
    public var pseudopotentialFolder = "/usr/share/espresso/pseudo"

    /// Files that are taken whatever else the folder has, by symbol.
    public var pseudopotentials: [String: String] = [:]

    /// Of the wave functions, Ry: the unit in which pseudopotentials state what they need.
    public var cutoffRydberg = 40.0

    /// Of the density, Ry; `nil`: four times that of the wave functions for norm-conserving
    /// pseudopotentials, else eight times.
    public var densityCutoffRydberg: Double?

    /// The largest distance of k-points, 1/Å, with the factor 2π.
    public var kPointSpacing = 0.25

    /// Width of Marzari and Vanderbilt's cold smearing, eV; 0 for fixed occupations.
    public var smearing = 0.1

    /// Magnetization per valence electron at the start, −1 to 1, by symbol; empty: no spin.
    public var startingMagnetization: [String: Double] = [:]

    /// Of the total energy, Ry.
    public var convergenceRydberg = 1e-8

    /// Electronic iterations of the first attempt.
    public var maximumIterations = 100
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
    let cutoff = configuration.cutoffRydberg
    let number = cutoff == cutoff.rounded() ? "\(Int(cutoff))" : "\(cutoff)"
    let spin = configuration.startingMagnetization.isEmpty ? "" : " spin"
    return "pw.x \(configuration.functional.rawValue) \(number) Ry\(spin)"
  }

  public func check(_ elements: [Element]) throws(EngineError) {
    try configuration.check()
    try EngineProgram.require(configuration.program, package: "quantum-espresso")
    let folder = try folder()
    for element in elements { _ = try folder.pseudopotential(of: element) }
  }

  public func compute(_ task: EngineTask) throws(EngineError) -> EngineResult {
    try converge(
      task, attempts: configuration.attempts,
      remedy: "smearing or the number of iterations or steps"
    ) { task, attempt throws(EngineError) in
      let report = try run(task, attempt)
      return EngineAttempt(
        crystal: report.crystal, evaluation: report.evaluation, version: report.version,
        missing: report.missing)
    }
  }

  func folder() throws(EngineError) -> PseudopotentialFolder {
    try PseudopotentialFolder(
      configuration.pseudopotentialFolder, configuration.functional,
      named: configuration.pseudopotentials)
  }

  private func run(_ task: EngineTask, _ attempt: Int) throws(EngineError) -> PlaneWaveReport {
    let input = try PlaneWaveInput(task, configuration, folder(), attempt: attempt)
    return try EngineRun.inFolder(configuration.program, configuration.limits) {
      run throws(EngineError) in
      try run.write(input.text, to: "pw.in")
      let (text, ending) = try run.output(["-in", "pw.in"])
      if let error = PlaneWaveReport.error(in: text) { throw error }
      // Code 2 and 3 say that electrons or atoms have not converged, which the text says too.
      guard text.contains("JOB DONE") else { throw run.failure(ending) }
      return try PlaneWaveReport(text, of: task)
    }
  }
}

extension QuantumEspresso.Configuration {
  /// - Throws: ``EngineError/invalid(_:)``.
  func check() throws(EngineError) {
    for (name, value) in [
      ("cutoff", cutoffRydberg), ("kPointSpacing", kPointSpacing),
      ("convergence", convergenceRydberg), ("force", tolerances.force),
      ("stress", tolerances.stressGPa),
    ] where !(value > 0 && value.isFinite) {
      throw .invalid("\(name) is \(value); pw.x needs a number above 0.")
    }
    guard smearing >= 0, smearing.isFinite else {
      throw .invalid("smearing is \(smearing) eV; write 0 or more.")
    }
    if let density = densityCutoffRydberg, !(density >= 4 * cutoffRydberg) {
      throw .invalid("densityCutoff is \(density) Ry; it is at least four times the cutoff.")
    }
    for (symbol, share) in startingMagnetization where !(-1...1).contains(share) {
      throw .invalid("The magnetization of \(symbol) is \(share); write -1 to 1.")
    }
  }
}
