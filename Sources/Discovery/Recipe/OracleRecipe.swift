public import Simulation

/// Who answers, as a recipe says it.
public indirect enum OracleRecipe: Codable, Hashable, Sendable {
  case replay(TableRecipe, ReplayOracle.Replicates)
  case virtualLaboratory(VirtualLaboratory.Configuration)
  case program(ProgramOracle.Configuration)
  case service(ServiceOracle.Configuration)
  case engine(EngineOracle.Configuration)

  /// An instrument that speaks the node contract of MADSci.
  case node(NodeOracle.Configuration)

  /// People and robots, who are asked for results and tell them: by hand, or under `athanor serve`.
  case person

  /// Several methods, in the order of the recipe.
  case fidelities([Fidelity])

  public struct Fidelity: Codable, Hashable, Sendable {
    public let name: String
    public let oracle: OracleRecipe

    public init(name: String, oracle: OracleRecipe) {
      self.name = name
      self.oracle = oracle
    }
  }

  /// All that answer: itself, or those of its fidelities.
  var parts: [OracleRecipe] {
    if case .fidelities(let fidelities) = self { fidelities.map(\.oracle) } else { [self] }
  }

  /// Whether people have a part in the answers.
  public var needsPeople: Bool { parts.contains(.person) }

  /// Whether it can be asked about settings of a process, and about formulas whatever they hold.
  var takesAnything: Bool {
    parts.allSatisfy { part in
      switch part {
      case .program, .service, .node, .person: true
      case .replay, .virtualLaboratory, .engine, .fidelities: false
      }
    }
  }
}
