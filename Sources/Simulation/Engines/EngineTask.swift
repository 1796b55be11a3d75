public import Matter

/// What an engine is asked to compute.
public struct EngineTask: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// Energy, forces and stress of the crystal as it is.
    case singlePoint
    /// The nearest minimum over positions and the given strains of the cell.
    case relaxation(CellFreedom)
  }

  public let crystal: Crystal
  public let kind: Kind

  /// The element on each site, `[sites]`.
  public let elements: [Element]

  /// - Throws: ``EngineError/disordered`` when a site is shared or partly vacant.
  public init(_ crystal: Crystal, _ kind: Kind = .singlePoint) throws(EngineError) {
    guard let elements = crystal.elements else { throw .disordered }
    self.crystal = crystal
    self.kind = kind
    self.elements = elements
  }

  /// The elements, each once, in order of atomic number.
  var species: [Element] { Set(elements).sorted() }

  /// The same task from another arrangement of the same atoms.
  func from(_ crystal: Crystal) -> EngineTask {
    EngineTask(crystal: crystal, kind: kind, elements: elements)
  }

  private init(crystal: Crystal, kind: Kind, elements: [Element]) {
    self.crystal = crystal
    self.kind = kind
    self.elements = elements
  }
}

/// When a relaxation by an engine is at its end, and how long it may take.
public struct EngineTolerances: Codable, Hashable, Sendable {
  /// The largest force component at convergence, eV/Å.
  public var force = 0.01

  /// The largest free stress component at convergence, GPa.
  public var stressGPa = 0.1

  /// Steps of one attempt.
  public var maximumSteps = 200

  public init() {}

  /// Whether a relaxation with these strains has come to rest.
  func areMet(by evaluation: Evaluation, _ cell: CellFreedom) -> Bool {
    let forces = evaluation.forces.allSatisfy { max(abs($0.x), abs($0.y), abs($0.z)) <= force }
    return forces
      && cell.strains.allSatisfy { strain in
        let work = evaluation.stress.matrix.contracted(strain) / strain.contracted(strain)
        return abs(work) * Stress.gigapascals <= stressGPa
      }
  }
}
