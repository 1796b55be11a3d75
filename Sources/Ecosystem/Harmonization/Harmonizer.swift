public import Matter

/// Brings values of many origins to one unit, one reference, one method and one row for each
/// material, and writes down what it did.
///
/// Every step happens only where it is asked for. In this order: units, references, methods,
/// duplicates.
public struct Harmonizer: Sendable {
  /// The unit to bring values to; `nil` leaves them.
  public var unit: Unit?

  /// Laws and counts that a conversion may use.
  public var equivalences: [UnitEquivalence] = []

  /// The formula as written is the formula unit, whose atoms may be counted.
  public var countsAtomsOfFormula = false

  /// Formation energies are to be counted from these.
  public var references: ElementReferences?

  /// What formation energies are counted from now; `nil` where the values are total energies.
  public var oldReferences: ElementReferences?

  /// The method to whose scale other values are corrected; `nil` leaves them.
  public var fidelity: String?
  public var form = FidelityShift.Form.shift

  public var duplicates = DuplicateRule.keep

  /// Share of atoms within which compositions count as the same.
  public var tolerance = 0.0
  public var seed: UInt64 = 0

  public init() {}

  /// One value to harmonize.
  public struct Row: Sendable {
    public var identifier: String
    public var composition: Composition
    public var value: Double
    public var standardUncertainty: Double?

    /// `nil` where nothing is stated.
    public var unit: Unit?

    /// Empty where nothing is stated.
    public var fidelity: String

    public init(
      _ identifier: String, _ composition: Composition, value: Double, unit: Unit? = nil,
      standardUncertainty: Double? = nil, fidelity: String = ""
    ) {
      self.identifier = identifier
      self.composition = composition
      self.value = value
      self.unit = unit
      self.standardUncertainty = standardUncertainty
      self.fidelity = fidelity
    }
  }

  /// - Parameter overlapKeys: What makes two rows of different methods the same material, one for
  ///   each row; `nil` for the same stoichiometry.
  /// - Throws: ``HarmonizationError`` with the row that cannot be harmonized, and why.
  public func harmonize(
    _ rows: [Row], overlapKeys: [String]? = nil
  ) throws -> (rows: [HarmonizedRow], record: HarmonizationRecord) {
    guard !rows.isEmpty else { throw HarmonizationError.empty }
    precondition(overlapKeys.map { $0.count == rows.count } ?? true, "a key for each row")
    var record = HarmonizationRecord(rowsIn: rows.count)
    var rows = rows
    if let unit { try convert(&rows, to: unit, &record) }
    if let references { try refer(&rows, to: references, &record) }
    var harmonized = rows.map {
      HarmonizedRow(
        identifier: $0.identifier, formula: $0.composition.formula, value: $0.value,
        standardUncertainty: $0.standardUncertainty, fidelity: $0.fidelity)
    }
    if let fidelity { try correct(&harmonized, rows, overlapKeys, to: fidelity, &record) }
    let merged = try merge(harmonized, rows, &record)
    record.rowsOut = merged.count
    return (merged, record)
  }

  // MARK: Units

  private func convert(
    _ rows: inout [Row], to unit: Unit, _ record: inout HarmonizationRecord
  ) throws(HarmonizationError) {
    var counts: [String: Int] = [:]
    var fixed: [Unit: UnitConversion] = [:]
    for place in rows.indices {
      let row = rows[place]
      guard let source = row.unit else { throw .noUnit(row.identifier) }
      do {
        let conversion: UnitConversion
        if let known = fixed[source], !countsAtomsOfFormula {
          conversion = known
        } else {
          conversion = try UnitConversion(
            from: source, to: unit, using: equivalences(of: row.composition))
          fixed[source] = conversion
        }
        rows[place].standardUncertainty = try row.standardUncertainty.map {
          try conversion.uncertainty($0, at: row.value)
        }
        rows[place].value = try conversion(row.value)
        rows[place].unit = unit
      } catch {
        throw .unit(row: row.identifier, reason: "\(error)")
      }
      counts[source.symbol, default: 0] += 1
    }
    record.units = counts.sorted { $0.key < $1.key }.map { symbol, count in
      let conversion = fixed.first { $0.key.symbol == symbol }?.value
      return HarmonizationRecord.UnitStep(
        from: symbol, to: unit.symbol, rows: count,
        factor: countsAtomsOfFormula ? nil : conversion.flatMap { $0.isScaling ? $0.factor : nil })
    }
  }

  private func equivalences(of composition: Composition) -> [UnitEquivalence] {
    countsAtomsOfFormula
      ? equivalences + [.atomsPerFormulaUnit(composition.totalAtoms)] : equivalences
  }

  // MARK: References

  private func refer(
    _ rows: inout [Row], to references: ElementReferences, _ record: inout HarmonizationRecord
  ) throws(HarmonizationError) {
    for place in rows.indices {
      let row = rows[place]
      guard let unit = row.unit, (try? Unit(parsing: "eV/atom")).map(unit.isEquivalent) ?? false
      else { throw .notEnergyPerAtom(row.unit?.symbol ?? "no stated unit") }
      if let oldReferences {
        rows[place].value = try references.rereferenced(
          row.value, of: row.composition, from: oldReferences)
      } else {
        rows[place].value = try references.formationEnergy(
          total: row.value, of: row.composition)
      }
    }
    record.references = HarmonizationRecord.ReferenceStep(
      references: references, oldReferences: oldReferences, rows: rows.count)
  }

  // MARK: Methods

  private func correct(
    _ harmonized: inout [HarmonizedRow], _ rows: [Row], _ keys: [String]?, to target: String,
    _ record: inout HarmonizationRecord
  ) throws(HarmonizationError) {
    let known = Set(rows.map(\.fidelity)).filter { !$0.isEmpty }.sorted()
    guard known.contains(target) else {
      throw .unknownFidelity(target, known: known)
    }
    for source in known where source != target {
      let shift = try FidelityShift(
        from: source, to: target,
        pairs: Overlap.pairs(rows, keys: keys, from: source, to: target), seed: seed)
      var count = 0
      for place in rows.indices where rows[place].fidelity == source {
        let (value, added) = shift.corrected(
          harmonized[place].value, of: rows[place].composition, by: form)
        let own = harmonized[place].standardUncertainty ?? 0
        harmonized[place].value = value
        harmonized[place].standardUncertainty = (own * own + added * added).squareRoot()
        harmonized[place].fidelity = target
        count += 1
      }
      record.methods.append(
        HarmonizationRecord.MethodStep(shift: shift, form: form, rows: count))
    }
    let unstated = rows.count { $0.fidelity.isEmpty }
    if unstated > 0 {
      record.notes.append(
        "\(unstated) rows state no method; their values were left as they are.")
    }
  }

  // MARK: Duplicates

  private func merge(
    _ harmonized: [HarmonizedRow], _ rows: [Row], _ record: inout HarmonizationRecord
  ) throws(HarmonizationError) -> [HarmonizedRow] {
    guard duplicates != .keep else { return harmonized }
    let groups = DuplicateGroups(
      rows.map(\.composition), keys: harmonized.map(\.fidelity), tolerance: tolerance
    ).groups
    let merged = groups.compactMap { group in
      DuplicateGroups.merge(group.map { harmonized[$0] }, by: duplicates)
    }
    let repeats = merged.filter { $0.count > 1 }
    let freedom = repeats.reduce(0) { $0 + $1.count - 1 }
    var squares = 0.0
    for row in repeats {
      let spread = row.spread ?? 0
      squares += Double(row.count - 1) * spread * spread
      let isFinite = squares.isFinite && row.value.isFinite
      guard isFinite, row.standardUncertainty?.isFinite != false else {
        throw .tooLarge(row.identifier)
      }
    }
    record.duplicates = HarmonizationRecord.DuplicateStep(
      rule: duplicates, tolerance: tolerance, groups: repeats.count,
      rows: repeats.reduce(0) { $0 + $1.count },
      pooledStandardDeviation: freedom > 0 ? (squares / Double(freedom)).squareRoot() : nil)
    return merged
  }
}
