import Design
import Ecosystem
import Foundation
public import Matter
public import Simulation

/// Answers with what an external engine computes for the crystal of a candidate.
///
/// | Property | Unit | Is |
/// | --- | --- | --- |
/// | `energyPerAtom` | eV/atom | as the engine counts it |
/// | `volumePerAtom` | Å³/atom | after the relaxation |
/// | `density` | g/cm³ | |
/// | `pressureGPa` | GPa | positive under compression |
/// | `formationEnergyPerAtom` | eV/atom | against the references, where all elements have one |
///
/// Every value carries the engine's fidelity.
public final class EngineOracle: Oracle, @unchecked Sendable {  // `computed` is guarded by `lock`
  public struct Configuration: Codable, Hashable, Sendable {
    public var engine: EngineChoice

    /// The strains of a relaxation; `nil`: the structure is computed as it is.
    public var relaxation: CellFreedom?

    /// Energies of the elements by symbol, eV/atom, of the same engine and settings.
    public var references: [String: Double] = [:]

    /// A file, a table or a folder of elemental crystals, whose energies the engine computes when
    /// they are first needed; of an element with several, the lowest counts.
    public var referenceStructures: String?

    public init(_ engine: EngineChoice, relaxation: CellFreedom? = .full) {
      self.engine = engine
      self.relaxation = relaxation
    }
  }

  public let configuration: Configuration
  private let engine: any ExternalEngine
  private let referenceCrystals: [Element: [Crystal]]
  private let lock = NSLock()
  private var computed: [Element: Double] = [:]

  /// What it measures, with units as printed.
  public static let units = [
    "energyPerAtom": "eV/atom", "volumePerAtom": "Å³/atom", "density": "g/cm³",
    "pressureGPa": "GPa", "formationEnergyPerAtom": "eV/atom",
  ]

  /// - Throws: ``ReadingError``, ``FileError`` or ``CampaignError`` for references that cannot be
  ///   used.
  public init(_ configuration: Configuration) throws {
    self.configuration = configuration
    engine = configuration.engine.engine
    for symbol in configuration.references.keys.sorted() where Element(symbol: symbol) == nil {
      throw CampaignError.plan("the reference \"\(symbol)\" is not an element")
    }
    var crystals: [Element: [Crystal]] = [:]
    for row in try configuration.referenceStructures.map({ try MaterialRows.all($0).rows }) ?? [] {
      guard let crystal = try row.material.get().crystal, crystal.composition.elements.count == 1
      else {
        throw CampaignError.plan("the reference \(row.name) is not the crystal of one element")
      }
      crystals[crystal.composition.elements[0], default: []].append(crystal)
    }
    referenceCrystals = crystals
  }

  public func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
    guard let crystal = candidate.crystal else { throw WorkError.reported(Self.noCrystal) }
    let found = try compute(crystal)
    var values = [
      "energyPerAtom": found.energyPerAtom, "volumePerAtom": found.volumePerAtom,
      "density": found.crystal.density, "pressureGPa": found.evaluation.stress.pressureGPa,
    ]
    if let reference = try referenceEnergy(candidate.composition) {
      values["formationEnergyPerAtom"] = found.energyPerAtom - reference
    }
    return Observation(
      Dictionary(
        uniqueKeysWithValues: values.map { property, value in
          // `+ 0` turns −0 into 0.
          (
            property,
            MeasuredValue(value + 0, unit: Self.units[property], fidelity: found.fidelity)
          )
        }))
  }

  private func compute(_ crystal: Crystal) throws(EngineError) -> EngineResult {
    let kind = configuration.relaxation.map(EngineTask.Kind.relaxation) ?? .singlePoint
    return try engine.compute(EngineTask(crystal, kind))
  }

  /// eV/atom of the elements side by side; `nil` where one has no reference.
  private func referenceEnergy(_ composition: Composition) throws -> Double? {
    guard composition.elements.allSatisfy(hasReference) else { return nil }
    let total = composition.amounts.reduce(0, +)
    var sum = 0.0
    for (element, amount) in zip(composition.elements, composition.amounts) {
      sum += try amount / total * reference(element)
    }
    return sum
  }

  private func hasReference(_ element: Element) -> Bool {
    configuration.references[element.symbol] != nil || referenceCrystals[element] != nil
  }

  private func reference(_ element: Element) throws -> Double {
    if let given = configuration.references[element.symbol] { return given }
    // Those who wait need this very number.
    return try lock.withLock {
      if let known = computed[element] { return known }
      let energies = try (referenceCrystals[element] ?? []).map { try compute($0).energyPerAtom }
      let lowest = energies.min() ?? .nan
      computed[element] = lowest
      return lowest
    }
  }

  private static let noCrystal =
    "The candidate has no crystal structure, and an engine computes crystals; give the space "
    + "structures."
}

extension EngineOracle {
  /// Says at once what would make every measurement fail.
  func refuseUnmeasurable(_ plan: CampaignPlan, _ space: any Space) throws {
    for property in plan.properties where Self.units[property] == nil {
      throw CampaignError.plan(
        "an engine does not compute \"\(property)\"; it computes "
          + Self.units.keys.sorted().joined(separator: ", "))
    }
    guard let list = space as? CandidateList, list.candidates.allSatisfy({ $0.crystal != nil })
    else {
      throw CampaignError.plan(
        "an engine computes crystals: write space: {structures: FILE}, a file, table or folder")
    }
    let elements = Set(list.candidates.flatMap(\.composition.elements)).sorted()
    do throws(EngineError) {
      try engine.check(elements)
    } catch {
      let reason = error.description.hasSuffix(".") ? error.description.dropLast() : "\(error)"[...]
      throw CampaignError.plan("the engine cannot be used: \(reason)")
    }
    if plan.properties.contains("formationEnergyPerAtom"),
      let element = elements.first(where: { !hasReference($0) })
    {
      throw CampaignError.plan(
        "formationEnergyPerAtom needs a reference of \(element); name it in references, or its "
          + "crystal in referenceStructures")
    }
  }
}
