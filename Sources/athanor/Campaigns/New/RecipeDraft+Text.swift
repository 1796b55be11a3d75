import Foundation

extension RecipeDraft {
  /// The recipe, each part with a comment that says what it does and what else there is.
  var text: String {
    [head, goal, spaceText, measurerText, model, size].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var head: String {
    """
    # A campaign: choose, measure, learn. Docs/campaign.md explains every key.
    name: \(Self.scalar(name))

    # All random choices derive from it: equal seeds and results give equal campaigns.
    seed: \(seed)

    """
  }

  private var goal: String {
    let objective =
      switch aim {
      case .maximize: "{maximize: \(Self.scalar(property))}"
      case .minimize: "{minimize: \(Self.scalar(property))}"
      case .target: "{property: \(Self.scalar(property)), target: \(Self.number(target))}"
      }
    let range =
      unit.isEmpty
      ? "# ranges: [{property: \(Self.scalar(property)), atLeast: 0, unit: …}]"
      : "ranges:\n  - {property: \(Self.scalar(property)), unit: \(Self.scalar(unit))}"
    return """
      # What is wanted: maximize, minimize, or a property and the target that it should have.
      objective: \(objective)

      # What a good candidate must keep besides:
      # limits: [{property: …, atMost: …}]

      # What a measurement can be at all (atLeast, atMost, unit); anything else counts as failed.
      \(range)

      """
  }

  private var spaceText: String {
    switch space {
    case .table: tableText
    case .settings:
      """
      # What may be proposed: settings of a process, as from, to and step, numbers, or words.
      space:
        variables:
      \(settings.map { "    \(Self.scalar($0.name)): \($0.values)" }.joined(separator: "\n"))
        # What settings must keep, such as: constraints: ["T * hours <= 5000"]

      """
    case .elements:
      """
      # What may be proposed: all mixtures of these elements, in steps of atomic fraction.
      space:
        elements: [\(elements.joined(separator: ", "))]
        step: \(Self.number(step))
        maximumElements: \(maximumElements)
        # The least and most of single elements: shares: {\(elements.first ?? "Al"): [0, 0.3]}

      """
    case .formulas:
      """
      # What may be proposed: all formulas of these elements whose charges add up to zero.
      space:
        elements: [\(elements.joined(separator: ", "))]
        chargeNeutral: true
        maximumAtoms: \(maximumAtoms)
        maximumElements: \(maximumElements)
        # Where the usual oxidation states are not meant: oxidationStates: {Fe: [2, 3]}

      """
    }
  }

  private var tableText: String {
    if measurer == .replay { return "" }
    let formula = self.formula.map { "\n  formula: \(Self.scalar($0))" } ?? ""
    let columns = variables.map(Self.scalar).joined(separator: ", ")
    let data =
      hasData
      ? """

      # Its rows with a value were measured before: the model learns from them at once.
      data: \(self.formula.map { "{table: \(Self.scalar(table)), formula: \(Self.scalar($0))}" } ?? Self.scalar(table))

      """ : ""
    return """
      # What may be proposed: the rows of a table.
      space:
        table: \(Self.scalar(table))\(formula)\(variables.isEmpty ? "" : "\n  variables: [\(columns)]")
      \(data)
      """
  }

  private var measurerText: String {
    switch measurer {
    case .person:
      """
      # Who measures: people. "athanor campaign suggest" writes a sheet and "athanor campaign tell" takes
      # it back; under "athanor serve" people and robots claim experiments.
      oracle: person

      """
    case .replay:
      """
      # Who measures: nobody. The table answers with what was measured before, to see how fast the best
      # rows are found; with repeats: 20 from as many starts, and against random search.
      oracle:
        replay: \(Self.scalar(table))
      \(formula.map { "  formula: \(Self.scalar($0))\n" } ?? "")\(variables.isEmpty ? "" : "  variables: [\(variables.map(Self.scalar).joined(separator: ", "))]\n")
      """
    case .program:
      """
      # Who measures: a program. It reads an order as JSON and writes values (Docs/oracle.md).
      oracle:
        program: [\(command.map(Self.scalar).joined(separator: ", "))]
        timeLimit: 3600

      """
    case .service:
      """
      # Who measures: a service over HTTP, asked with orders as JSON (Docs/oracle.md).
      oracle:
        service: \(Self.scalar(address))
        timeLimit: 3600

      """
    case .virtualLaboratory:
      """
      # Who measures: atomistic simulation of metals, inside this program (Docs/oracle.md).
      oracle:
        virtualLaboratory: {atoms: 80, cells: 2}

      """
    }
  }

  private var model: String {
    let features = space == .elements ? ", features: fractions" : ""
    let kind = aim == .target ? "target" : "log-ei"
    let price =
      switch cost {
      case .none: ""
      case .column(let column): ", cost: {column: \(Self.scalar(column))}"
      case .elements(let prices):
        ", cost: {base: 1, elements: {"
          + prices.map { "\($0.symbol): \(Self.number($0.price))" }.joined(separator: ", ") + "}}"
      case .kilograms(let mass): ", cost: {base: 1, kilograms: \(Self.number(mass))}"
      }
    return """
      # What learns: a Gaussian process, or {kind: ensemble} of networks for thousands of results.
      surrogate: {kind: gp\(features)}

      # What is measured next: \(kind == "target" ? "what is expected to come nearest to the target" : "what is expected to improve most on the best so far")\(price.isEmpty ? "" : ", per cost").
      acquisition: {kind: \(kind)\(price)}

      """
  }

  private var size: String {
    """
    # Measurements before the first model, in all, and proposed together.
    initial: \(initial)
    budget: \(budget)
    batch: \(batch)

    # End earlier: stop: {target: …, patience: 30}

    """
  }

  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// A text as YAML reads it back, in quotes where it must be.
  static func scalar(_ text: String) -> String {
    let isPlain = text.wholeMatch(of: /[A-Za-z_.\/][A-Za-z0-9_.\/-]*(?: [A-Za-z0-9_.\/-]+)*/) != nil
    let words: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "."]
    let looksLikeNumber = Double(text) != nil
    if isPlain, !words.contains(text.lowercased()), !looksLikeNumber { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 32: quoted += String(format: "\\x%02x", scalar.value)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
