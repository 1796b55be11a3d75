import DenseMath
import Matter

/// Shapley values of elements and variables, for any model.
extension Explainer {
  func shapley(
    _ candidates: [Candidate], _ means: [Double]
  ) throws -> [ElementContributions] {
    let middles = model.card.variableRanges.map { 0.5 * ($0.lowest + $0.highest) }
    // Coalitions have no structure: the game is played by formulas, and what the structure says beyond
    // them stands beside.
    let games = candidates.map {
      ElementGame(
        $0.withoutCrystal, reference: settings.reference?.withoutCrystal, middles: middles)
    }
    var questions = Questions()
    let plans = try games.map { game in try Plan(game, settings, &questions) }
    let answers = try model.surrogate.predict(questions.materials).map(\.mean)
    let readsCrystals = (model.surrogate as? any CrystalSurrogate)?.readsCrystals ?? false
    return try zip(zip(plans, candidates), means).map { pair, mean in
      let (plan, candidate) = pair
      let worth = { (coalition: ShapleyValues.Coalition) in
        plan.question(coalition).map { answers[$0] } ?? model.card.targetMean
      }
      let values = plan.values(worth)
      guard values.shares.allSatisfy(\.isFinite) else {
        throw ExplanationError.notFinite(formula: plan.game.candidate.composition.formula)
      }
      var result = contributions(plan, values, base: worth(0), prediction: mean)
      if candidate.crystal != nil, readsCrystals {
        result.addStructure(mean - worth(plan.game.everyone))
      }
      return result
    }
  }

  private func contributions(
    _ plan: Plan, _ values: ShapleyValues, base: Double, prediction: Double
  ) -> ElementContributions {
    let parts = plan.game.players.enumerated().map { place, player in
      part(
        player, of: plan.game, contribution: values.shares[place],
        standardError: plan.isSampled ? values.standardErrors[place] : nil)
    }
    return ElementContributions(
      method: plan.isSampled ? .sampledShapley : .shapley,
      baseKind: settings.reference == nil ? .trainingMean : .reference, base: base, parts: parts,
      remainder: prediction - base - values.shares.reduce(0, +))
  }

  private func part(
    _ player: ElementGame.Player, of game: ElementGame, contribution: Double, standardError: Double?
  ) -> ElementContributions.Part {
    var part = ElementContributions.Part(
      kind: .element, name: "", contribution: contribution, standardError: standardError)
    let (own, other) = (game.candidate, game.reference)
    switch player {
    case .element(let element):
      part.name = element.symbol
      part.amount = own.composition.fraction(of: element)
      part.referenceAmount = other?.composition.fraction(of: element)
    case .absentees(let elements):
      part.kind = .absentElements
      part.name = elements.map(\.symbol).joined(separator: " ")
      part.amount = 0
      part.referenceAmount = elements.reduce(0) { $0 + (other?.composition.fraction(of: $1) ?? 0) }
    case .variable(let column):
      part.kind = .variable
      part.name = model.card.variableNames[column]
      part.amount = own.variables[column]
      part.referenceAmount = other?.variables[column]
    }
    return part
  }

  /// Materials to ask the model about, each once.
  private struct Questions {
    private(set) var materials: [Candidate] = []
    private var places: [Candidate: Int] = [:]

    mutating func place(of material: Candidate) -> Int {
      if let place = places[material] { return place }
      places[material] = materials.count
      materials.append(material)
      return materials.count - 1
    }
  }

  /// The coalitions of one game that are asked about.
  private struct Plan {
    let game: ElementGame
    private let orders: ShapleyValues.Orders?
    private var questions: [ShapleyValues.Coalition: Int] = [:]

    var isSampled: Bool { orders != nil }

    init(_ game: ElementGame, _ settings: Settings, _ all: inout Questions) throws {
      let count = game.players.count
      guard count <= ShapleyValues.mostPlayers else {
        throw ExplanationError.tooManyPlayers(
          formula: game.candidate.composition.formula, count: count)
      }
      self.game = game
      let isExact = count < 20 && 1 << count <= settings.mostCoalitions
      orders =
        isExact
        ? nil
        : ShapleyValues.Orders(
          players: count, coalitions: settings.mostCoalitions, seed: settings.seed)
      let coalitions = orders?.coalitions ?? (0..<(1 << count)).map { ShapleyValues.Coalition($0) }
      for coalition in coalitions {
        if let material = game.material(coalition) {
          questions[coalition] = all.place(of: material)
        }
      }
    }

    /// `nil` where no element is left.
    func question(_ coalition: ShapleyValues.Coalition) -> Int? { questions[coalition] }

    func values(_ worth: (ShapleyValues.Coalition) -> Double) -> ShapleyValues {
      if let orders { return ShapleyValues(orders, value: worth) }
      let count = game.players.count
      return ShapleyValues(
        exactly: (0..<(1 << count)).map { worth(ShapleyValues.Coalition($0)) }, players: count)
    }
  }
}

extension ElementContributions {
  /// - Parameter contribution: Of the structure beyond the formula, so far a part of the remainder.
  fileprivate mutating func addStructure(_ contribution: Double) {
    parts.append(.init(kind: .structure, name: "structure", contribution: contribution))
    remainder -= contribution
  }
}
