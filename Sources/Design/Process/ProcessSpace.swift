import DenseMath
public import Matter

/// Settings of a process, numbers and words, under constraints; alone or for each member of a space of
/// compositions.
///
/// A candidate's variables are the settings in order, a word as one variable for each word of its
/// setting with 1 at its own (``variableNames``). Constraints hold exactly, within rounding: linear
/// equations are solved, what remains is rejected.
///
/// A space of up to ``mostCounted`` combinations is counted and numbered. Others have ``count``
/// `Int.max`, and ``candidate(at:)`` draws: uniformly where chance keeps the constraints in 1 of 100
/// draws, else setting by setting within what the linear constraints leave, which favors corners.
public struct ProcessSpace: Space {
  public let variables: [ProcessVariable]
  public let constraints: [SpaceConstraint]

  /// What the settings are combined with; `nil` for settings alone.
  public let materials: (any Space)?

  let solution: EqualitySolution
  let names: [String: Int]

  /// Whether draws are narrowed by the linear constraints.
  private(set) var isNarrowed = false

  /// Numbers of the members among all combinations, where these are counted.
  private(set) var members: [Int]?

  /// Returned where luck fails beyond belief.
  private(set) var witness: Setting

  public static let mostCounted = 200_000

  /// One number for each variable (the place of a word), and a material.
  struct Setting: Hashable, Sendable {
    var values: [Double]
    var material: Composition
  }

  /// - Throws: ``SpaceError`` for variables or constraints that make no space, or where constraints
  ///   leave less than 1 of 10,000 draws.
  public init(
    _ variables: [ProcessVariable], constraints: [SpaceConstraint] = [],
    materials: (any Space)? = nil
  ) throws(SpaceError) {
    guard !variables.isEmpty else { throw .empty }
    var names: [String: Int] = [:]
    for (place, variable) in variables.enumerated() {
      guard names.updateValue(place, forKey: variable.name) == nil else {
        throw .variable(variable.name, reason: "the name is given twice")
      }
    }
    self.variables = variables
    self.constraints = constraints
    self.materials = materials
    self.names = names
    try Self.check(constraints, variables, names, hasMaterials: materials != nil)
    let equations = constraints.filter { $0.relation == .equal }.compactMap { constraint in
      constraint.linear.map { (form: $0, text: constraint.text) }
    }
    // Numbers without steps follow easily from others.
    let order =
      variables.filter { $0.count == nil }
      + variables.filter { $0.count != nil && $0.bounds != nil }
    solution = try EqualitySolution(equations, order: order.map(\.name))
    witness = Setting(values: [], material: .empty)
    if let combinations, combinations <= Self.mostCounted {
      let kept = (0..<combinations).filter { isMember(combination($0)) }
      guard !kept.isEmpty else { throw .vanishing(0) }
      members = kept
      return
    }
    try chooseDraws()
  }

  private static func check(
    _ constraints: [SpaceConstraint], _ variables: [ProcessVariable], _ names: [String: Int],
    hasMaterials: Bool
  ) throws(SpaceError) {
    for constraint in constraints {
      for name in constraint.names {
        if let place = names[name] {
          guard variables[place].bounds != nil else {
            throw .constraint(constraint.text, reason: "\(name) is a word, not a number")
          }
        } else if !(hasMaterials && Element(symbol: name) != nil) {
          throw .constraint(
            constraint.text,
            reason:
              "there is no variable \(name); there are \(names.keys.sorted().joined(separator: ", "))"
          )
        }
      }
    }
  }

  /// How many combinations there are without constraints; `nil` with an interval or beyond counting.
  private var combinations: Int? {
    var product = materials?.count ?? 1
    for variable in variables {
      guard let count = variable.count else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: count)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }

  /// The first variable changes fastest, the material slowest.
  private func combination(_ number: Int) -> Setting {
    var rest = number
    let values = variables.map { variable -> Double in
      let count = variable.count ?? 1
      defer { rest /= count }
      if case .numbers(let numbers) = variable.domain { return numbers[rest % count] }
      return Double(rest % count)
    }
    return Setting(
      values: values, material: materials.map { $0.candidate(at: rest).composition } ?? .empty)
  }

  /// Looks how often draws keep the constraints, and which way of drawing is needed.
  private mutating func chooseDraws() throws(SpaceError) {
    for narrowed in [false, true] {
      isNarrowed = narrowed
      var generator = SplitMix64(seed: 1)
      var kept = 0
      let tries = narrowed ? 50_000 : 5_000
      for _ in 0..<tries {
        guard let setting = draw(using: &generator), isMember(setting) else { continue }
        kept += 1
        witness = setting
        if kept >= tries / 100 { return }
      }
      if narrowed, kept < tries / 10_000 { throw .vanishing(Double(kept) / Double(tries)) }
    }
  }

  public var count: Int { members?.count ?? .max }

  public func candidate(at index: Int) -> Candidate {
    if let members { return candidate(combination(members[index])) }
    var generator = SplitMix64(seed: UInt64(index), stream: 0x5E7)
    for _ in 0..<1_000_000 {
      if let setting = draw(using: &generator), isMember(setting) { return candidate(setting) }
    }
    return candidate(witness)
  }

  public func contains(_ candidate: Candidate) -> Bool {
    setting(of: candidate).map(isMember) ?? false
  }

  /// Settings are those of the space; the material needs only keep the limits of the materials.
  public func keepsLimits(_ candidate: Candidate) -> Bool {
    guard let setting = setting(of: candidate) else { return false }
    return zip(variables, setting.values).allSatisfy { $0.allows($1) }
      && materials?.keepsLimits(Candidate(setting.material)) ?? true
      && constraints.allSatisfy { $0.holds { value($0, of: setting) } }
  }

  /// Whether all settings are allowed and all constraints kept.
  func isMember(_ setting: Setting) -> Bool {
    for (variable, value) in zip(variables, setting.values) {
      guard variable.allows(value) else { return false }
    }
    if let materials, !materials.contains(Candidate(setting.material)) { return false }
    return constraints.allSatisfy { $0.holds { value($0, of: setting) } }
  }

  /// A setting by its name, or the fraction of an element.
  func value(_ name: String, of setting: Setting) -> Double {
    if let place = names[name] { return setting.values[place] }
    return Element(symbol: name).map { setting.material.fraction(of: $0) } ?? .nan
  }
}
