public import Discovery

/// What a space is worth, as lines for a terminal or a page.
public enum WorthText {
  public static func lines(_ worth: SpaceWorth) -> [String] {
    let size = worth.size.map { "\($0)" } ?? "countless"
    let looked =
      worth.size == worth.candidates ? "" : ", of which \(worth.candidates) were looked at"
    var lines = [
      "\(size) candidates are not measured\(looked)",
      "PFIC: \(Report.percent(worth.predictedFraction)) are predicted better (expected: "
        + "\(Report.percent(worth.expectedFraction)))",
      "CMLI: one of the \(worth.leading) most likely is better with "
        + "\(Report.percent(worth.cumulativeLikelihood))",
    ]
    if let fraction = worth.fraction {
      lines.append("FIC: \(Report.percent(fraction)) are in truth better")
    }
    return lines + [experiments(worth.simulation)]
  }

  private static func experiments(_ simulation: SearchSimulation) -> String {
    let start =
      "In \(Report.percent(simulation.improvable)) of \(simulation.worlds) worlds that the model "
      + "believes in, something is better"
    guard simulation.guided.count == 3, simulation.random.count == 3 else { return start + "." }
    let guided = simulation.guided.map { value in
      value > Double(simulation.limit)
        ? "more than \(simulation.limit)" : Report.number(value)
    }
    return
      "\(start): found after \(guided[1]) experiments (\(guided[0]) to \(guided[2])), at random "
      + "after \(Report.number(simulation.random[1])) on average (\(Report.number(simulation.random[0])) "
      + "to \(Report.number(simulation.random[2])); 10th to 90th percentile of the worlds)."
  }
}
