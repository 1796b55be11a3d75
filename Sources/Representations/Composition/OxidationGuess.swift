public import Matter

/// The likeliest oxidation states that make a composition neutral.
///
/// An assignment gives each element a mean state; its likelihood is the product, over the atoms, of
/// how often the element is reported in that state (ICSD 2024). Two kinds are compared:
///
/// - *mixed*: the optimum when atoms of an element may differ. Only charge balance ties the elements
///   together, so it is a linear program with one constraint: it is solved exactly by walking down
///   the convex hulls of all elements in the order of their slopes, and at most one element ends
///   between two states;
/// - *plain*: each element bears one reported state. The multiplier of the linear program bounds what
///   any assignment must cost, which leaves few branches: branch and bound, at most ``limit`` nodes.
///
/// The plain one is taken where it costs at most ``margin`` more per atom. Follows the idea of
/// pymatgen's `oxi_state_guesses`, whose enumeration of the states of every atom grows
/// exponentially; here, work is linear in the number of reported states, so that fractional and
/// many-element formulas cost no more than others.
public struct OxidationGuess: Hashable, Sendable {
  /// Mean state of each element, in the order of the composition's elements.
  public let states: [Double]

  /// Natural logarithm of the likelihood, per atom; at most 0.
  public let logLikelihood: Double

  /// How much less likely, in nats per atom, a plain assignment may be than the mixed one.
  static let margin = 0.1

  /// The most nodes of the branch and bound.
  static let limit = 4096

  /// Charge per atom that counts as none.
  static let tolerance = 1e-9

  /// - Returns: `nil` where an element has no reported state, or no assignment is neutral (alloys). A
  ///   single element has the state 0.
  public init?(_ composition: Composition) {
    let fractions = composition.fractions
    guard fractions.count > 1 else {
      (states, logLikelihood) = ([0], 0)
      return
    }
    let all = OxidationCosts.shared.elements
    let elements = composition.elements.map { all[$0.atomicNumber - 1] }
    guard let mixed = MixedAssignment(elements, fractions) else { return nil }
    if let plain = mixed.plainAssignment(elements, fractions) {
      (states, logLikelihood) = (plain.states, -plain.cost)
    } else {
      (states, logLikelihood) = (mixed.states, -mixed.cost)
    }
  }
}

extension OxidationGuess {
  /// The states that an element is reported in, rising, each with its share of the reports.
  public static func reports(of element: Element) -> [(state: Double, share: Double)] {
    let places =
      OxidationStateTable.offsets[
        element.atomicNumber - 1]..<OxidationStateTable.offsets[
        element.atomicNumber]
    let total = OxidationStateTable.reports[places].reduce(0, +)
    return places.map {
      (
        Double(OxidationStateTable.states[$0]),
        Double(OxidationStateTable.reports[$0]) / Double(total)
      )
    }
  }
}

/// The optimum of the linear program.
struct MixedAssignment {
  private(set) var states: [Double]

  /// Per atom, nats.
  private(set) var cost: Double

  /// Where an element stands between two states: what a unit of charge costs.
  private var multiplier: Double?

  private struct Move {
    let element: Int
    let step: OxidationCosts.Step
  }

  init?(_ elements: [OxidationCosts.States], _ fractions: [Double]) {
    states = []
    cost = 0
    var charge = 0.0
    var moves: [Move] = []
    for (place, element) in elements.enumerated() {
      guard let top = element.states.last, let topCost = element.costs.last else { return nil }
      states.append(top)
      charge += fractions[place] * top
      cost += fractions[place] * topCost
      for step in element.steps { moves.append(Move(element: place, step: step)) }
    }
    guard charge >= -OxidationGuess.tolerance else { return nil }
    // Equal slopes in the order of the elements.
    moves.sort { ($0.step.slope, $0.element) < ($1.step.slope, $1.element) }
    for move in moves {
      if charge <= OxidationGuess.tolerance { return }
      let whole = fractions[move.element] * (move.step.high - move.step.low)
      let share = min(1, charge / whole)
      charge -= share * whole
      cost += share * whole * move.step.slope
      states[move.element] = move.step.high - share * (move.step.high - move.step.low)
      multiplier = share < 1 - 1e-9 ? move.step.slope : nil
      if multiplier == nil { states[move.element] = move.step.low }
    }
    if charge > OxidationGuess.tolerance { return nil }
  }

  /// The cheapest assignment of one reported state to each element, if it is within the margin.
  ///
  /// - Returns: This one where it is plain itself; `nil` where none is within the margin.
  func plainAssignment(
    _ elements: [OxidationCosts.States], _ fractions: [Double]
  ) -> (states: [Double], cost: Double)? {
    guard let multiplier else { return (states, cost) }
    var search = PlainSearch(elements, fractions, multiplier: multiplier)
    guard let found = search.best() else { return nil }
    return (found, cost + search.regret)
  }
}

/// Branch and bound over plain assignments.
///
/// With the multiplier λ of the linear program, a state s costs cost(s) + λ s, and what it costs more
/// than the element's cheapest is its regret. A neutral assignment costs the optimum of the linear
/// program plus the sum of its regrets, so a branch ends when that sum passes the best.
private struct PlainSearch {
  private struct Choice {
    let state: Double
    let charge: Double
    let regret: Double
  }

  /// For each element the states within the margin, least regret first.
  private var choices: [[Choice]] = []
  private var lowest: [Double]
  private var highest: [Double]
  private var current: [Double]
  private var found: [Double]?
  private var nodes = 0

  /// That of the best assignment so far; at first the margin.
  private(set) var regret = OxidationGuess.margin

  init(_ elements: [OxidationCosts.States], _ fractions: [Double], multiplier: Double) {
    for (element, fraction) in zip(elements, fractions) {
      let reduced = zip(element.states, element.costs).map { $1 + multiplier * $0 }
      let least = reduced.min() ?? 0
      var row: [Choice] = []
      for (state, cost) in zip(element.states, reduced) {
        let regret = fraction * (cost - least)
        guard regret <= OxidationGuess.margin else { continue }
        row.append(Choice(state: state, charge: fraction * state, regret: regret))
      }
      choices.append(row.sorted { ($0.regret, $0.state) < ($1.regret, $1.state) })
    }
    lowest = [Double](repeating: 0, count: fractions.count + 1)
    highest = lowest
    current = [Double](repeating: 0, count: fractions.count)
    for place in choices.indices.reversed() {
      let charges = choices[place].map(\.charge)
      lowest[place] = lowest[place + 1] + (charges.min() ?? 0)
      highest[place] = highest[place + 1] + (charges.max() ?? 0)
    }
  }

  mutating func best() -> [Double]? {
    search(from: 0, charge: 0, regret: 0)
    return found
  }

  private mutating func search(from place: Int, charge: Double, regret: Double) {
    let slack = OxidationGuess.tolerance
    guard charge + lowest[place] <= slack, charge + highest[place] >= -slack,
      nodes < OxidationGuess.limit
    else { return }
    nodes += 1
    guard place < choices.count else {
      if found == nil || regret < self.regret { (found, self.regret) = (current, regret) }
      return
    }
    for choice in choices[place] {
      let sum = regret + choice.regret
      guard sum <= self.regret, found == nil || sum < self.regret else { break }
      current[place] = choice.state
      search(from: place + 1, charge: charge + choice.charge, regret: sum)
    }
  }
}
