import DenseMath
import Foundation
public import Matter

/// An engine that is asked over a socket, by the i-PI protocol: one start of the program serves a whole
/// relaxation, and any program that speaks the protocol will do.
///
/// Structures are sent with the first cell vector along x and the second in the xy plane, which is
/// what LAMMPS needs; results come back in the frame of the task. Relaxation is by ``LBFGS`` over
/// positions; the cell stays.
public struct IPIEngine: ExternalEngine {
  public enum Client: Codable, Hashable, Sendable {
    case lammps(LAMMPSEngine.Configuration)
    case quantumEspresso(QuantumEspresso.Configuration)

    /// A program and its arguments, in which `{host}` and `{port}` stand for the address, and the
    /// name of its method. It finds the atoms in `structure.xyz` of its folder.
    case command([String], fidelity: String)
  }

  public struct Configuration: Codable, Hashable, Sendable {
    public var client: Client
    public var tolerances = EngineTolerances()

    /// ``EngineLimits/timeLimitSeconds`` holds for each structure.
    public var limits = EngineLimits()

    public init(_ client: Client) { self.client = client }
  }

  public let configuration: Configuration
  let structureText: (@Sendable (Crystal) -> String)?

  /// - Parameter structureText: Writes `structure.xyz` for ``Client/command(_:fidelity:)``.
  public init(
    _ configuration: Configuration, structureText: (@Sendable (Crystal) -> String)? = nil
  ) {
    self.configuration = configuration
    self.structureText = structureText
  }

  public var fidelity: String {
    switch configuration.client {
    case .lammps(let settings): LAMMPSEngine(settings).fidelity
    case .quantumEspresso(let settings): QuantumEspresso(settings).fidelity
    case .command(_, let fidelity): fidelity
    }
  }

  public func check(_ elements: [Element]) throws(EngineError) {
    switch configuration.client {
    case .lammps(let settings): try LAMMPSEngine(settings).check(elements)
    case .quantumEspresso(let settings): try QuantumEspresso(settings).check(elements)
    case .command(let command, _):
      guard let program = command.first, structureText != nil else {
        throw .invalid("An i-PI client needs a command, and a writer of its structure.")
      }
      guard EngineProgram.path(program) != nil else {
        throw .notInstalled(program, remedy: "install it, or name its place in the recipe")
      }
    }
  }

  public func compute(_ task: EngineTask) throws(EngineError) -> EngineResult {
    try check(task.species)
    if case .relaxation(let cell) = task.kind, cell != .fixed {
      throw .invalid("Over i-PI the cell stays as it is; relax at fixed cell.")
    }
    let (found, version) = try withClient(for: task) { (session) throws(EngineError) in
      guard task.kind != .singlePoint else {
        return (crystal: task.crystal, evaluation: try session(task.crystal))
      }
      return try IPIRelaxation(configuration.tolerances).relax(task.crystal, session)
    }
    return EngineResult(
      crystal: found.crystal, evaluation: found.evaluation, attempts: 1, version: version,
      fidelity: fidelity)
  }

  /// Computes a series of structures of the same atoms with one start of the program.
  public func evaluate(_ crystals: [Crystal]) throws(EngineError) -> [Evaluation] {
    guard let first = crystals.first else { return [] }
    let task = try EngineTask(first)
    for crystal in crystals {
      guard try EngineTask(crystal).elements == task.elements else {
        throw .invalid("Structures of one series must have the same elements on the same sites.")
      }
    }
    try check(task.species)
    return try withClient(for: task) { (session) throws(EngineError) in
      try crystals.map { (crystal) throws(EngineError) in try session(crystal) }
    }.result
  }

  /// Answers for one structure.
  typealias Session = (Crystal) throws(EngineError) -> Evaluation

  private func withClient<Result>(
    for task: EngineTask, _ body: (Session) throws(EngineError) -> Result
  ) throws(EngineError) -> (result: Result, version: String) {
    let limits = configuration.limits
    return try EngineRun.inFolder(program, limits) { (run) throws(EngineError) in
      let listener = try Self.socket { () throws(IPIError) in
        try IPIListener(.loopback(port: 0))
      }
      let frame = StandardFrame(task.crystal.lattice)
      let arguments = try prepare(run, task.from(frame.rotated(task.crystal)), listener.address)
      let client = try run.start(arguments)
      defer { client.stop() }
      do throws(EngineError) {
        let session = try Self.socket { () throws(IPIError) in
          IPISession(
            try listener.accept(timeLimit: limits.timeLimitSeconds) { client.poll() == nil })
        }
        let result = try body { (crystal) throws(EngineError) in
          try Self.socket { () throws(IPIError) in
            let frame = StandardFrame(crystal.lattice)
            return frame.unrotated(try session.evaluate(frame.rotated(crystal)))
          }
        }
        session.end()
        _ = client.wait(until: ContinuousClock.now.advanced(by: .seconds(2)))
        return (result, version(run))
      } catch {
        throw explained(error, run, client)
      }
    }
  }

  private static func socket<Result>(
    _ body: () throws(IPIError) -> Result
  ) throws(EngineError) -> Result {
    do throws(IPIError) { return try body() } catch { throw .connection(error) }
  }
}
