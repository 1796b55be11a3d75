public import Design
public import Learning
public import Matter

/// A whole campaign as a person writes it down.
///
/// ```yaml
/// name: steels
/// seed: 1                      # all random numbers derive from it
/// space:                       # what may be proposed; one of three forms
///   table: steels.json         #   the rows of a table …
///   formula: composition       #   … with this column of formulas (found by its name if left out)
///   # structures: crystals     #   or the crystals of a folder, a table or a file …
///   # elements: [Al, Co, Ni]   #   or all compositions of these elements …
///   # step: 0.05               #   … in steps of this atomic fraction
///   # maximumElements: 5       #   … with at most so many elements
///   # shares: {Al: [0, 0.3]}   #   … and the least and most of single elements
///   # variables: {T: {from: 300, to: 900, step: 10}, solvent: [water, ethanol]}   # or settings,
///   # constraints: ["T * hours <= 5000"]                          #   alone or beside the others
/// objective: {maximize: yield strength}      # or minimize; `a / b` is a ratio; or property, target
/// # objectives: [{maximize: a}, {minimize: b, reference: 3}]   # or up to five of them
/// limits:                                    # what a good candidate must keep
///   - {property: density, atMost: 9}         # atLeast, atMost or both
/// ranges:                                    # what a measurement can be at all
///   - {property: density, atLeast: 0, unit: g/cm³}
/// surrogate: {kind: gp, features: magpie, refitEvery: 1}   # or kind: ensemble
/// acquisition: {kind: log-ei}                # convex (alpha), auto, knowledge-gradient, …
/// initial: 10                                # or {count: 10, design: k-center}
/// budget: 100                                # measurements in all
/// batch: 1                                   # proposed together
/// oracle: {replay: steels.json}              # with variables: [T, time]; or virtualLaboratory: {atoms: 80};
///                                            # or person, which is meant where a space stands alone
/// # fidelities:                              # or several, the one that counts last
/// #   - {name: cheap, cost: 1, oracle: {…}}
/// #   - {name: dear, cost: 50, oracle: {…}}   # and then budget: {cost: 1000}
/// # rehearsal: {seed: 3, failureRate: 0.05}  # as a laboratory would answer, in virtual time
/// data: measured.csv                         # results from before: a warm start
/// stop: {target: 2500, patience: 30}         # each may be left out
/// repeats: 20                                # runs with seeds seed, seed + 1, …
/// compare: [log-ei, random]                  # acquisitions run beside; a replay has random
/// output: runs/steels
/// ```
///
/// Files are relative to the recipe's folder.
public struct CampaignRecipe: Codable, Hashable, Sendable {
  public var plan: CampaignPlan
  public var space: SpaceRecipe
  public var surrogate = SurrogateRecipe()
  public var oracle: OracleRecipe

  /// Measurements from before the campaign; their columns are named as the variables are.
  public var data: TableRecipe?

  /// Runs of each strategy, one for each of the seeds `seed`, `seed + 1`, …; 1 for one campaign.
  public var repeats = 1

  /// Acquisitions that are run beside the plan's own, to compare with. A replay study always
  /// compares with random search and takes no others.
  public var compare: [AcquisitionKind] = []

  /// Campaigns in virtual time and with the faults of a laboratory; `nil` where the oracle answers as it
  /// is.
  public var rehearsal: Rehearsal?

  /// The folder for ledger and report, relative to the working folder; `nil` for the caller's
  /// choice.
  public var output: String?

  /// Where relative files are looked for; not part of the recipe's text.
  public var folder = "."

  private enum CodingKeys: String, CodingKey {
    case plan, space, surrogate, oracle, data, repeats, compare, rehearsal, output
  }

  public init(plan: CampaignPlan, space: SpaceRecipe, oracle: OracleRecipe) {
    self.plan = plan
    self.space = space
    self.oracle = oracle
  }

  /// The seeds of all runs.
  public var seeds: [UInt64] { (0..<UInt64(repeats)).map { plan.seed &+ $0 } }
}

/// A file of data and its columns.
public struct TableRecipe: Codable, Hashable, Sendable {
  public var file: String

  /// The column of formulas; `nil` to find it by its name.
  public var formula: String?

  /// Columns of conditions beside the formula; a table without formulas holds conditions alone.
  public var variables: [String]?

  /// Of a space: what its materials may be made of.
  public var limits: SupplyLimits?

  public init(file: String, formula: String? = nil, variables: [String]? = nil) {
    self.file = file
    self.formula = formula
    self.variables = variables
  }
}

public indirect enum SpaceRecipe: Codable, Hashable, Sendable {
  case table(TableRecipe)

  /// The crystals of a file, a table or a folder, in any form that ``MaterialRows`` reads.
  case structures(String)
  case simplex(SimplexRecipe)
  case neutral(NeutralRecipe)

  /// Settings of a process, alone or for each member of another space.
  case process(ProcessRecipe, materials: SpaceRecipe?)
}

/// Settings of a process and what they must keep.
public struct ProcessRecipe: Codable, Hashable, Sendable {
  public var variables: [ProcessVariable]
  public var constraints: [SpaceConstraint]

  public init(variables: [ProcessVariable], constraints: [SpaceConstraint] = []) {
    self.variables = variables
    self.constraints = constraints
  }
}

/// All neutral formulas of some elements.
public struct NeutralRecipe: Codable, Hashable, Sendable {
  public var elements: [Element]

  /// By symbol.
  public var oxidationStates: [String: [Int]] = [:]
  public var maximumAtoms = 12
  public var maximumElements = 4

  public init(elements: [Element]) {
    self.elements = elements
  }

  public func space() throws(SpaceError) -> NeutralFormulas {
    var states: [Element: [Int]] = [:]
    for (symbol, own) in oxidationStates {
      if let element = Element(symbol: symbol) { states[element] = own }
    }
    return try NeutralFormulas(
      elements: elements, oxidationStates: states, maximumAtoms: maximumAtoms,
      maximumElements: min(maximumElements, max(elements.count, 2)))
  }
}

public struct SimplexRecipe: Codable, Hashable, Sendable {
  public var elements: [Element]
  public var step = 0.05
  public var maximumElements: Int?

  /// By symbol.
  public var shares: [String: CompositionSimplex.Share] = [:]

  public init(elements: [Element], step: Double = 0.05, maximumElements: Int? = nil) {
    self.elements = elements
    self.step = step
    self.maximumElements = maximumElements
  }

  public func space() throws(SpaceError) -> CompositionSimplex {
    var limits: [Element: CompositionSimplex.Share] = [:]
    for (symbol, share) in shares {
      if let element = Element(symbol: symbol) { limits[element] = share }
    }
    return try CompositionSimplex(
      elements: elements, step: step, maximumElements: maximumElements, shares: limits)
  }
}

public struct SurrogateRecipe: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    case gp
    case ensemble

    /// A Gaussian process of several fidelities.
    case coKriging = "co-kriging"
  }

  /// What a Gaussian process sees of a composition.
  public enum Features: String, Codable, Sendable, CaseIterable {
    /// Atomic fractions of the elements.
    case fractions

    /// The 132 element statistics of Ward et al. (2016).
    case magpie

    /// Those, and statistics of the crystal beside them.
    case structure

    /// Nothing: the candidate's variables alone.
    case variables
  }

  /// How measurements scatter around the property, of a Gaussian process.
  public enum Noise: String, Codable, Sendable, CaseIterable {
    case gaussian

    /// With heavy tails: some are far off.
    case studentT = "student-t"
  }

  public var kind = Kind.gp

  /// ``Noise/gaussian`` if `nil`.
  public var noise: Noise?

  /// Of co-kriging: how the fidelities hang together; ``FidelityCoupling/autoregressive`` if `nil`.
  public var coupling: FidelityCoupling?

  /// `nil`: ``Features/magpie``; ``Features/structure`` where candidates are crystals, and
  /// ``Features/variables`` where they are conditions alone.
  public var features: Features?

  /// Of an ensemble: networks and optimizer steps of each; `nil` for the ensemble's own defaults.
  public var members: Int?
  public var steps: Int?

  public init() {}
}
