import Matter

/// Payloads that a long ledger holds by the thousand.
extension PayloadScanner {
  mutating func proposal() throws(Unusual) -> Proposal {
    var (number, acquisition, feasibility): (Int?, Double?, Double?)
    var (composition, variables): (Composition?, [Double]?)
    var predictions: [String: PredictedValue]?
    var (reason, role, fidelity): (String?, Proposal.Role?, String?)
    try members { (scanner, key) throws(Unusual) in
      switch key {
      case "number": try Self.set(&number, scanner.integer())
      case "composition": try Self.set(&composition, scanner.composition())
      case "variables": try Self.set(&variables, scanner.doubles())
      case "predictions": try Self.set(&predictions, scanner.predictions())
      case "acquisition": try Self.set(&acquisition, scanner.double())
      case "feasibility": try Self.set(&feasibility, scanner.double())
      case "reason": try Self.set(&reason, scanner.text())
      case "role": try Self.set(&role, scanner.role())
      case "fidelity": try Self.set(&fidelity, scanner.text())
      default: throw Unusual()
      }
    }
    return Proposal(
      number: try Self.needed(number),
      candidate: Candidate(try Self.needed(composition), variables: variables ?? []),
      predictions: predictions ?? [:], acquisition: acquisition, feasibility: feasibility,
      reason: try Self.needed(reason), role: role, fidelity: fidelity)
  }

  private mutating func composition() throws(Unusual) -> Composition {
    var amounts: [(element: Element, amount: Double)] = []
    try members { (scanner, symbol) throws(Unusual) in
      let amount = try scanner.double()
      guard let element = Element(symbol: symbol), amount > 0,
        !amounts.contains(where: { $0.element == element })
      else { throw Unusual() }
      amounts.append((element, amount))
    }
    amounts.sort { $0.element < $1.element }
    return Composition(ordered: amounts.map(\.element), amounts: amounts.map(\.amount))
  }

  private mutating func predictions() throws(Unusual) -> [String: PredictedValue] {
    try dictionary { (scanner) throws(Unusual) in
      var (mean, deviation, epistemic): (Double?, Double?, Double?)
      try scanner.members { (scanner, key) throws(Unusual) in
        switch key {
        case "mean": try Self.set(&mean, scanner.double())
        case "deviation": try Self.set(&deviation, scanner.double())
        case "epistemicDeviation": try Self.set(&epistemic, scanner.double())
        default: throw Unusual()
        }
      }
      return PredictedValue(
        mean: try Self.needed(mean), deviation: try Self.needed(deviation),
        epistemicDeviation: try Self.needed(epistemic))
    }
  }

  private mutating func role() throws(Unusual) -> Proposal.Role {
    var role: Proposal.Role?
    try members { (scanner, key) throws(Unusual) in
      var original: Int?
      try scanner.members { (scanner, label) throws(Unusual) in
        guard label == "of" else { throw Unusual() }
        try Self.set(&original, scanner.integer())
      }
      switch (key, original) {
      case ("prior", nil): try Self.set(&role, .prior)
      case ("control", nil): try Self.set(&role, .control)
      case ("replicate", let original?): try Self.set(&role, .replicate(of: original))
      default: throw Unusual()
      }
    }
    return try Self.needed(role)
  }

  mutating func measuredResult() throws(Unusual) -> MeasuredResult {
    var (number, instrument, report): (Int?, String?, AttemptReport?)
    var values: [String: MeasuredValue]?
    try members { (scanner, key) throws(Unusual) in
      switch key {
      case "number": try Self.set(&number, scanner.integer())
      case "instrument": try Self.set(&instrument, scanner.text())
      case "report": try Self.set(&report, scanner.report())
      case "values": try Self.set(&values, scanner.values())
      default: throw Unusual()
      }
    }
    return MeasuredResult(
      number: try Self.needed(number), values: try Self.needed(values), instrument: instrument,
      report: report)
  }

  mutating func failedResult() throws(Unusual) -> FailedResult {
    var (number, reason, raw): (Int?, String?, [String: String]?)
    var (isLost, report): (Bool?, AttemptReport?)
    try members { (scanner, key) throws(Unusual) in
      switch key {
      case "number": try Self.set(&number, scanner.integer())
      case "reason": try Self.set(&reason, scanner.text())
      case "raw": try Self.set(&raw, scanner.texts())
      case "isLost": try Self.set(&isLost, scanner.flag())
      case "report": try Self.set(&report, scanner.report())
      default: throw Unusual()
      }
    }
    return FailedResult(
      number: try Self.needed(number), reason: try Self.needed(reason),
      raw: try Self.needed(raw), isLost: isLost, report: report)
  }

  mutating func refit() throws(Unusual) -> RefitSummary {
    var (proposals, revision): (Int?, Int?)
    var models: [RefitSummary.ModelSummary]?
    try members { (scanner, key) throws(Unusual) in
      switch key {
      case "proposals": try Self.set(&proposals, scanner.integer())
      case "revision": try Self.set(&revision, scanner.integer())
      case "models":
        try Self.set(
          &models, scanner.list { (scanner) throws(Unusual) in try scanner.modelSummary() })
      default: throw Unusual()
      }
    }
    return RefitSummary(
      proposals: try Self.needed(proposals), models: try Self.needed(models), revision: revision)
  }

  private mutating func modelSummary() throws(Unusual) -> RefitSummary.ModelSummary {
    var (property, fidelity, count): (String?, String?, Int?)
    var (mean, deviation): (Double?, Double?)
    try members { (scanner, key) throws(Unusual) in
      switch key {
      case "property": try Self.set(&property, scanner.text())
      case "fidelity": try Self.set(&fidelity, scanner.text())
      case "count": try Self.set(&count, scanner.integer())
      case "mean": try Self.set(&mean, scanner.double())
      case "deviation": try Self.set(&deviation, scanner.double())
      default: throw Unusual()
      }
    }
    return RefitSummary.ModelSummary(
      property: try Self.needed(property), fidelity: fidelity, count: try Self.needed(count),
      mean: try Self.needed(mean), deviation: try Self.needed(deviation))
  }

  mutating func texts() throws(Unusual) -> [String: String] {
    try dictionary { (scanner) throws(Unusual) in try scanner.text() }
  }

  mutating func values() throws(Unusual) -> [String: MeasuredValue] {
    try dictionary { (scanner) throws(Unusual) in
      var (value, spread, unit, fidelity): (Double?, Double?, String?, String?)
      try scanner.members { (scanner, key) throws(Unusual) in
        switch key {
        case "value": try Self.set(&value, scanner.double())
        case "spread": try Self.set(&spread, scanner.double())
        case "unit": try Self.set(&unit, scanner.text())
        case "fidelity": try Self.set(&fidelity, scanner.text())
        default: throw Unusual()
        }
      }
      return MeasuredValue(
        try Self.needed(value), spread: spread, unit: unit, fidelity: fidelity)
    }
  }

  mutating func report() throws(Unusual) -> AttemptReport {
    var (attempt, worker, digest): (Int?, String?, String?)
    var (seconds, cost): (Double?, Double?)
    try members { (scanner, key) throws(Unusual) in
      switch key {
      case "attempt": try Self.set(&attempt, scanner.integer())
      case "worker": try Self.set(&worker, scanner.text())
      case "digest": try Self.set(&digest, scanner.text())
      case "seconds": try Self.set(&seconds, scanner.double())
      case "cost": try Self.set(&cost, scanner.double())
      default: throw Unusual()
      }
    }
    return AttemptReport(
      attempt: try Self.needed(attempt), worker: try Self.needed(worker),
      digest: try Self.needed(digest), seconds: seconds, cost: cost)
  }
}
