public import Matter

/// A prediction as a game: the elements of a material and its variables join one after the other,
/// and the model says what each coalition is worth.
///
/// Without a reference, a coalition is the material made of its elements alone, in their
/// proportions; its variables outside of the coalition stand in the middle of their range. No
/// element at all is worth the mean of the training targets. With a reference, elements outside of
/// the coalition have the amount that they have there, and so have variables.
struct ElementGame: Sendable {
  enum Player: Hashable, Sendable {
    case element(Element)
    /// Elements that the material does not hold and the reference does, too many to tell apart.
    case absentees([Element])
    case variable(Int)
  }

  let candidate: Candidate
  let reference: Candidate?
  let players: [Player]

  /// Variables of an empty coalition.
  private let restingVariables: [Double]

  /// More elements of the reference alone join together.
  static let mostAbsentees = 6

  /// - Parameter middles: What variables are where nothing is known of them, one each.
  init(_ candidate: Candidate, reference: Candidate?, middles: [Double]) {
    self.candidate = candidate
    self.reference = reference
    restingVariables = reference?.variables ?? middles
    var players: [Player] = []
    let own = candidate.composition
    if let other = reference?.composition {
      let union = Set(own.elements).union(other.elements).sorted()
      let differing = union.filter {
        abs(own.fraction(of: $0) - other.fraction(of: $0)) > 1e-12
      }
      let held = differing.filter { own.fraction(of: $0) > 0 }
      let absent = differing.filter { own.fraction(of: $0) == 0 }
      players = held.map(Player.element)
      players +=
        absent.count > Self.mostAbsentees ? [.absentees(absent)] : absent.map(Player.element)
    } else {
      players = own.elements.map(Player.element)
    }
    for (place, value) in candidate.variables.enumerated() where value != restingVariables[place] {
      players.append(.variable(place))
    }
    self.players = players
  }

  var everyone: ShapleyValues.Coalition {
    players.count == ShapleyValues.mostPlayers ? .max : (1 << players.count) - 1
  }

  /// The material that stands for a coalition; `nil` where no element is left.
  func material(_ coalition: ShapleyValues.Coalition) -> Candidate? {
    if coalition == everyone { return candidate }
    if coalition == 0 { return reference }
    var joined: Set<Element> = []
    var variables = restingVariables
    for (place, player) in players.enumerated() where coalition >> place & 1 == 1 {
      switch player {
      case .element(let element): joined.insert(element)
      case .absentees(let elements): joined.formUnion(elements)
      case .variable(let column): variables[column] = candidate.variables[column]
      }
    }
    guard let composition = composition(joined) else { return nil }
    return Candidate(composition, variables: variables)
  }

  private func composition(_ joined: Set<Element>) -> Composition? {
    let own = candidate.composition
    var amounts: [Element: Double] = [:]
    if let other = reference?.composition {
      for element in Set(own.elements).union(other.elements) {
        let side = joined.contains(element) ? own : other
        let fraction = side.fraction(of: element)
        if fraction > 0 { amounts[element] = fraction }
      }
    } else {
      for (element, amount) in zip(own.elements, own.amounts) where joined.contains(element) {
        amounts[element] = amount
      }
    }
    // A pure element is the same material whatever its amount, and asked about only once.
    if amounts.count == 1 { amounts = amounts.mapValues { _ in 1 } }
    return try? Composition(amounts)
  }
}

extension Candidate {
  /// The mean of the atomic fractions and of the variables; `nil` of nothing.
  ///
  /// - Parameter candidates: With equally many variables each.
  public static func mean(of candidates: [Candidate]) -> Candidate? {
    guard let first = candidates.first else { return nil }
    var amounts: [Element: Double] = [:]
    var variables = first.variables.map { _ in 0.0 }
    for candidate in candidates {
      let composition = candidate.composition
      for (element, fraction) in zip(composition.elements, composition.fractions) {
        amounts[element, default: 0] += fraction / Double(candidates.count)
      }
      for place in variables.indices {
        variables[place] += candidate.variables[place] / Double(candidates.count)
      }
    }
    guard let composition = try? Composition(amounts) else { return nil }
    return Candidate(composition, variables: variables)
  }
}
