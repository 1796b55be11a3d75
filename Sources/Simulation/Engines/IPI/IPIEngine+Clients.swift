import Matter

extension IPIEngine {
  /// What is started.
  var program: String {
    switch configuration.client {
    case .lammps(let settings): settings.program
    case .quantumEspresso(let settings): settings.program
    case .command(let command, _): command.first ?? ""
    }
  }

  /// Writes the input of the client and returns its arguments.
  ///
  /// - Parameter task: In the standard frame.
  func prepare(
    _ run: EngineRun, _ task: EngineTask, _ address: IPIAddress
  ) throws(EngineError) -> [String] {
    guard case .loopback(let port) = address else {
      throw .invalid("Clients are started on a port, not on a Unix socket.")
    }
    switch configuration.client {
    case .lammps(let settings):
      try run.write(LAMMPSEngine.data(task).text, to: "data")
      let opening = LAMMPSEngine.opening(settings.potential, task.species)
      try run.write(
        "\(opening)\nfix driver all ipi 127.0.0.1 \(port)\nrun 100000000\n", to: "in")
      return ["-in", "in", "-log", "none"]
    case .quantumEspresso(let settings):
      let engine = QuantumEspresso(settings)
      let input = try PlaneWaveInput(
        try EngineTask(task.crystal), settings, engine.folder(), attempt: 1, isDriven: true)
      try run.write(input.text, to: "pw.in")
      return ["-ipi", "127.0.0.1:\(port)", "-in", "pw.in"]
    case .command(let command, _):
      try run.write(structureText?(task.crystal) ?? "", to: "structure.xyz")
      return command.dropFirst().map {
        $0.replacing("{host}", with: "127.0.0.1").replacing("{port}", with: "\(port)")
      }
    }
  }

  /// What the client itself has printed about an error, else the error.
  func explained(
    _ error: EngineError, _ run: EngineRun, _ client: RunningProcess
  ) -> EngineError {
    guard case .connection(let cause) = error else { return error }
    let text = run.text("output.txt") + run.text("errors.txt")
    switch configuration.client {
    case .lammps:
      if let known = LAMMPSReport.error(in: text, potential: fidelity) { return known }
    case .quantumEspresso:
      if let known = PlaneWaveReport.error(in: text) { return known }
      // It ends without an answer then.
      if text.contains("convergence NOT achieved") {
        return .notConverged("The electrons of pw.x did not converge; raise iterations.")
      }
    case .command: break
    }
    if case .timedOut = cause { return .timedOut(seconds: configuration.limits.timeLimitSeconds) }
    guard let ending = client.poll(), ending != .exit(0) else { return error }
    return run.failure(ending)
  }

  func version(_ run: EngineRun) -> String {
    let lines = run.text("output.txt").split(whereSeparator: \.isNewline)
    switch configuration.client {
    case .lammps: return LAMMPSReport.version(lines)
    case .quantumEspresso: return PlaneWaveReport.version(lines)
    case .command: return program
    }
  }
}
