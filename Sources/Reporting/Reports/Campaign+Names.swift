public import Discovery
public import Matter

extension Campaign {
  /// What a candidate is called: its formula, then its conditions by name.
  ///
  /// A level of a text (`solvent=water`) is said where it is 1 and left out elsewhere.
  public func name(of candidate: Candidate) -> String {
    let names = plan.variableNames ?? []
    let conditions = candidate.variables.enumerated().compactMap { place, value -> String? in
      let name = place < names.count ? names[place] : "variable \(place + 1)"
      guard name.contains("=") else { return "\(name) \(Self.short(value))" }
      return value == 1 ? name : nil
    }
    let material = candidate.hasMaterial ? [candidate.composition.percentFormula] : []
    return (material + conditions).joined(separator: ", ")
  }

  private static func short(_ value: Double) -> String {
    Int(exactly: value) == nil
      ? Report.number(value, significant: 4) : Numeral.fixed(value, decimals: 0)
  }

  /// What stands above a column of candidates.
  var candidateTitle: String { plan.variableNames == nil ? "Composition" : "Candidate" }

  func cell(of candidate: Candidate) -> ReportTable.Cell {
    candidate.variables.isEmpty
      ? .formula(candidate.composition.percentFormula) : .sentence(name(of: candidate))
  }
}
