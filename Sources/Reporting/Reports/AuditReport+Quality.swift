import Ecosystem

extension AuditReport {
  var noise: Report.Section? {
    guard let noise = audit.labelNoise else { return nil }
    return Report.Section(
      title: "Repeated compositions",
      text:
        "\(noise.repeatedRows) rows share \(noise.repeatedCompositions) compositions. Their values "
        + "differ by \(Report.number(noise.pooledStandardDeviation)) \(unit) (pooled standard "
        + "deviation; robust: \(Report.number(noise.robustStandardDeviation)) \(unit)), polymorphs and "
        + "differences of method included. The widest:",
      content: .table(
        ReportTable(
          caption: "Repeated compositions that differ most",
          columns: [
            .init("Composition"), .init("Lowest", unit: unit), .init("Highest", unit: unit),
            .init("Rows"),
          ],
          rows: noise.contradictions.prefix(12).map {
            [
              .formula($0.formula), .number($0.minimum), .number($0.maximum),
              .text($0.identifiers.joined(separator: ", ")),
            ]
          })))
  }

  var outliers: Report.Section? {
    guard let outliers = audit.outliers else { return nil }
    let sample =
      outliers.examined < outliers.known
      ? " (a random sample of the \(outliers.known) with a value)" : ""
    let found =
      outliers.count == 0
      ? "None of the \(outliers.examined) rows that were looked at\(sample) is far off."
      : "\(outliers.count) of the \(outliers.examined) rows that were looked at\(sample); the farthest "
        + "first. A correct value may be here too: look before removing it."
    guard !outliers.rows.isEmpty else {
      return Report.Section(title: "Values that do not fit", text: found)
    }
    return Report.Section(
      title: "Values that do not fit",
      text:
        "Rows more than \(Report.number(outliers.threshold, significant: 1)) robust standard deviations from the "
        + "median of the eight most similar compositions. \(found)",
      content: .table(
        ReportTable(
          caption: "Outliers",
          columns: [
            .init("Row"), .init("Composition"), .init("Value", unit: unit),
            .init("Expected", unit: unit), .init("Distance"), .init("Reason"),
          ],
          rows: outliers.rows.map { row in
            [
              .text(row.identifier), .formula(row.formula), .number(row.value),
              .number(row.expected), .number(row.score),
              .sentence(
                "Similar ones (\(row.neighbors.joined(separator: ", "))) lie between "
                  + "\(Report.number(row.neighborMinimum)) and "
                  + "\(Report.number(row.neighborMaximum))."),
            ]
          })))
  }

  func drift(_ drifts: [SourceDrift], of what: String, title: String) -> Report.Section? {
    guard !drifts.isEmpty else { return nil }
    return Report.Section(
      title: title,
      text:
        "Each \(what) against all others. Energy distance and Kolmogorov–Smirnov distance compare "
        + "values, whatever the materials; the shift is the median difference on compositions that "
        + "both sides have. The distance of elements is 0 for the same elements, 1 for none shared.",
      content: .table(
        ReportTable(
          caption: title,
          columns: [
            .init(title.dropLast(1) + ""), .init("Rows"), .init("Median", unit: unit),
            .init("Median of others", unit: unit), .init("Energy distance", unit: unit),
            .init("KS distance"), .init("Shared compositions"), .init("Shift", unit: unit),
            .init("Distance of elements"), .init("Elements only here"),
          ],
          rows: drifts.map { drift in
            [
              .text(drift.source), .integer(drift.rows),
              drift.values.map { .number($0.firstMedian) } ?? .missing,
              drift.values.map { .number($0.secondMedian) } ?? .missing,
              drift.values.map { .number($0.energyDistance) } ?? .missing,
              drift.values.map { .number($0.kolmogorovSmirnov) } ?? .missing,
              .integer(drift.sharedCompositions),
              drift.medianDifference.map { .number($0) } ?? .missing,
              .number(drift.elementDistance),
              .text(
                drift.onlyHere.isEmpty
                  ? "none" : drift.onlyHere.prefix(12).joined(separator: " ")),
            ]
          })))
  }

  var protocols: Report.Section? {
    guard !audit.protocols.isEmpty else { return nil }
    return Report.Section(
      title: "Families of methods",
      text:
        "What the labels of methods mean: the functional with +U, dispersion and spin–orbit coupling. "
        + "Values of different families differ by more than noise.",
      content: .table(
        ReportTable(
          caption: "Families of methods",
          columns: [
            .init("Family"), .init("Rows"), .init("Written"), .init("Pseudopotential"),
            .init("k-mesh"), .init("Cutoff", unit: "eV"), .init("Hubbard U"),
            .init("Not understood"),
          ],
          rows: audit.protocols.map { family in
            [
              .text(family.name), .integer(family.rows), words(family.labels),
              words(family.pseudopotentials), words(family.kMeshes),
              words(family.cutoffs.map { Report.number($0) }), words(family.hubbardU),
              words(family.unread),
            ]
          })))
  }

  /// A few words, and how many more there are.
  private func words(_ words: [String]) -> ReportTable.Cell {
    guard !words.isEmpty else { return .missing }
    let more = words.count > 4 ? " and \(words.count - 4) more" : ""
    return .text(words.prefix(4).joined(separator: ", ") + more)
  }

  var leakage: Report.Section? {
    guard let leakage = audit.leakage else { return nil }
    let all = [leakage.overall] + leakage.folds
    let hasCrystals = leakage.overall.sameCrystal != nil
    return Report.Section(
      title: "What the split gives away",
      text:
        "The split \"\(audit.splitName ?? "")\": the share of test rows that training has seen. "
        + "Near is within \(Report.percent(leakage.tolerance)) of the atoms."
        + (hasCrystals
          ? " Crystals are the same whatever their cell, origin and setting; the share is of the test "
            + "rows that have one." : ""),
      content: .table(
        ReportTable(
          caption: "Leakage",
          columns: [
            .init("Fold"), .init("Test rows"), .init("Same composition"),
            .init("Near composition"), .init("Same elements"),
          ] + (hasCrystals ? [.init("Same crystal")] : []),
          rows: all.map { fold in
            [
              .text(fold.name ?? fold.fold.map { "fold \($0)" } ?? "all"),
              .integer(fold.testRows), .text(Report.percent(fold.sameComposition)),
              .text(Report.percent(fold.nearComposition)),
              .text(Report.percent(fold.sameChemicalSystem)),
            ]
              + (hasCrystals
                ? [fold.sameCrystal.map { .text(Report.percent($0)) } ?? .missing] : [])
          })))
  }
}
