extension Chart {
  /// The best value found so far against the number of measurements, several strategies at once.
  ///
  /// - Parameters:
  ///   - strategies: In the order of the legend; runs hold the best value after each measurement,
  ///     `nan` while none is feasible.
  ///   - objective: Named on the axis.
  ///   - initialCount: Measurements of the initial design; a rule marks its end. 0: no rule.
  ///   - maximizing: Which direction is better.
  public static func bestSoFar(
    _ strategies: [Strategy], objective: Quantity, initialCount: Int, maximizing: Bool = true
  ) -> Chart {
    let lines = StrategyLine.lines(strategies, higherIsBetter: maximizing)
    let rule = initialCount > 0 ? [initialRule(initialCount, isAtTop: maximizing)] : []
    return Chart(
      title: "Best \(objective.inSentence) so far",
      summary: bestSoFarSummary(lines, objective, maximizing ? "highest" : "lowest"),
      table: strategyTable(lines, unit: objective.unit, caption: "Best so far"),
      axes: Axes(
        x: "Measurements", y: "Best \(objective.inSentence) so far\(objective.unitSuffix)"),
      legend: strategyLegend(lines),
      specification: strategyLines(lines, above: rule))
  }

  private static func bestSoFarSummary(
    _ lines: [StrategyLine], _ objective: Quantity, _ better: String
  ) -> String {
    let ends = lines.compactMap { line -> String? in
      guard let value = line.band.median.last, let low = line.band.lower.last,
        let high = line.band.upper.last
      else { return nil }
      let range = low == high ? "" : " (\(Numeral.text(low)) to \(Numeral.text(high)))"
      return "\(line.name) \(Numeral.text(value))\(range)"
    }
    guard !ends.isEmpty, let last = lines.compactMap(\.band.counts.last).max() else {
      return "No strategy has found a feasible value yet."
    }
    let runs = lines.map(\.band.runs).max() ?? 1
    let range = runs < Band.fewestForPercentiles ? "all" : "80\u{a0}%"
    let kind = runs > 1 ? "in the median run, \(range) of the runs in brackets" : "in one run"
    let unit = objective.unit.isEmpty ? "" : " in \(objective.unit)"
    return "The \(better) \(objective.inSentence)\(unit) after \(last) measurements, \(kind): "
      + "\(ends.joined(separator: "; "))."
  }
}
