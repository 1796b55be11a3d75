import Matter

/// Reads tables in texts: the header's units hold for the cells below, the row's formula for its
/// values.
struct TableGrammar {
  private let scan: TextScan
  private let numbers: NumberGrammar

  init(_ scan: TextScan) {
    self.scan = scan
    numbers = NumberGrammar(scan: scan)
  }

  /// A table that has a column with a unit, or with a property that needs none.
  struct Reading {
    let table: TextTable
    let rows: [Row]

    /// All that its cells say, in the order of the text.
    let mentions: [Mention]

    /// Whether a quantity stands in one cell of a row that has no value of its column.
    func allows(_ quantity: Range<Int>) -> Bool {
      var (low, high) = (0, table.rows.count)
      while low < high {
        let middle = (low + high) / 2
        if table.rows[middle].range.upperBound <= quantity.lowerBound {
          low = middle + 1
        } else {
          high = middle
        }
      }
      guard low < table.rows.count,
        let cell = table.rows[low].cells.first(where: { $0.overlaps(quantity) })
      else { return false }
      let isInside =
        cell.lowerBound <= quantity.lowerBound && quantity.upperBound <= cell.upperBound
      return isInside && !rows[low].values.contains { mentions[$0].range == cell }
    }
  }

  struct Row {
    /// Of the mentions of the reading.
    let mentions: Range<Int>

    /// The one formula of the row; `nil` where there is none, or more than one.
    let formula: Int?

    /// Numbers with the unit of their column.
    let values: [Int]
  }

  /// - Parameter formulas: Those of the whole text, in its order.
  func readings(formulas: [Mention]) -> [Reading] {
    var readings: [Reading] = []
    var next = 0
    for table in TableScan(scan).tables() {
      let columns = table.header.map(column)
      guard columns.contains(where: { $0 != nil }) else { continue }
      while next < formulas.count,
        formulas[next].range.lowerBound < table.range.lowerBound
      {
        next += 1
      }
      if let reading = reading(table, columns, formulas, &next) { readings.append(reading) }
    }
    return readings
  }

  /// - Parameter next: The first formula that is not before the table; moved behind it.
  private func reading(
    _ table: TextTable, _ columns: [Column?], _ formulas: [Mention], _ next: inout Int
  ) -> Reading? {
    let named = table.header.indices.filter { namesMaterials(table.header[$0]) }
    var mentions: [Mention] = []
    var rows: [Row] = []
    while next < formulas.count, formulas[next].range.lowerBound < rowsStart(of: table) {
      mentions.append(formulas[next])
      next += 1
    }
    for row in table.rows {
      var found: [Mention] = []
      while next < formulas.count, formulas[next].range.upperBound <= row.range.upperBound {
        found.append(formulas[next])
        next += 1
      }
      let whole = row.cells.enumerated().compactMap { column, cell in
        found.first { $0.range == cell && isKnownFormula($0) }.map { (column, $0.range) }
      }
      let chosen = whole.count == 1 ? whole : whole.filter { named.contains($0.0) }
      let values = zip(row.cells, columns).compactMap { cell, column in
        column.flatMap { value(in: cell, $0) }
      }
      found = (found + values).sorted { $0.range.lowerBound < $1.range.lowerBound }
      let start = mentions.count
      rows.append(
        Row(
          mentions: start..<(start + found.count),
          formula: chosen.count == 1
            ? found.firstIndex { $0.range == chosen[0].1 }.map { start + $0 } : nil,
          values: found.indices.filter { isQuantity(found[$0]) }.map { start + $0 }))
      mentions += found
    }
    guard rows.contains(where: { !$0.values.isEmpty }) else { return nil }
    return Reading(table: table, rows: rows, mentions: mentions)
  }

  private func rowsStart(of table: TextTable) -> Int {
    table.rows.first?.range.lowerBound ?? table.range.upperBound
  }

  private func isKnownFormula(_ mention: Mention) -> Bool {
    if case .formula(.some) = mention.content { true } else { false }
  }

  private func isQuantity(_ mention: Mention) -> Bool {
    if case .quantity = mention.content { true } else { false }
  }

  /// `Compound`, `Formula`: of two columns with formulas, the one that is meant.
  private func namesMaterials(_ header: Range<Int>) -> Bool {
    let name = scan.text(header).lowercased()
    return ["formula", "compound", "material", "composition", "host", "phase"].contains {
      name.hasPrefix($0)
    }
  }

  // MARK: Cells

  /// A cell that is a number and nothing else: `3.2`, `3.2 ± 0.1`, `3.20(5)`, `-1.5`.
  private func value(in cell: Range<Int>, _ column: Column) -> Mention? {
    var start = cell.lowerBound
    let isNegative = scan.isDash(start) && start + 1 < cell.upperBound
    if isNegative { start += 1 }
    guard !cell.isEmpty, scan.isDigit(start) || scan[start] == ".",
      var number = numbers.number(at: start)
    else { return nil }
    if number.end < cell.upperBound, let spread = bracketed(at: number.end, from: start) {
      (number.uncertainty, number.end) = (spread.value, spread.end)
    }
    guard number.end == cell.upperBound else { return nil }
    // The range of two negative numbers is written in too many ways.
    if isNegative, number.lower != number.upper { return nil }
    let sign = isNegative ? -1.0 : 1
    let quantity = StatedQuantity(
      kind: column.kind, lower: sign * number.lower, upper: sign * number.upper,
      uncertainty: number.uncertainty, unit: column.unit, property: column.property)
    return Mention(
      range: cell, text: scan.text(cell), content: .quantity(quantity), confidence: 0.95)
  }

  /// `(5)` behind `3.20`: five of the last digit.
  private func bracketed(at place: Int, from start: Int) -> (value: Double, end: Int)? {
    guard scan[place] == "(" else { return nil }
    var (end, digits) = (place + 1, 0.0)
    while scan.isDigit(end), end - place <= 4, let digit = scan[end] {
      digits = digits * 10 + Double(digit.value - 48)
      end += 1
    }
    guard end > place + 1, scan[end] == ")" else { return nil }
    let point = (start..<place).first { scan[$0] == "." }
    guard (start..<place).allSatisfy({ scan.isDigit($0) || scan[$0] == "." }) else { return nil }
    for _ in 0..<(point.map { place - $0 - 1 } ?? 0) { digits /= 10 }
    return (digits, end + 1)
  }

  // MARK: Header

  /// What a header says about the numbers below.
  struct Column {
    let property: String
    let unit: String
    let kind: StatedQuantity.Kind
  }

  /// `Band gap (eV)`, `Tc [K]`, `T / K`, `density, g cm-3`; `nil` where there is no unit.
  private func column(_ header: Range<Int>) -> Column? {
    guard let (name, inside, isBracketed) = parts(header) else { return dimensionless(header) }
    let property = scan.text(name)
    guard property.contains(where: \.isLetter) else { return nil }
    let known = PropertyWords.last(in: scan.scalars[name])?.name ?? property
    if let unit = UnitGrammar(scan: scan).unit(at: inside.lowerBound),
      unit.end == inside.upperBound
    {
      return Column(property: known, unit: unit.unit, kind: unit.kind)
    }
    let text = scan.text(inside)
    guard isBracketed, inside.count > 1, inside.count <= 40, let unit = try? Unit(parsing: text),
      unit.dimension != .one
    else { return nil }
    return Column(property: known, unit: text, kind: .other)
  }

  /// Properties that are pure numbers.
  private func dimensionless(_ header: Range<Int>) -> Column? {
    guard let name = PropertyWords.last(in: scan.scalars[header]), name.range == header,
      MaterialProperty.isDimensionless(name.name)
    else { return nil }
    return Column(property: name.name, unit: "", kind: .other)
  }

  /// The name, and what stands in brackets, behind a slash or behind a comma at the end.
  private func parts(
    _ header: Range<Int>
  ) -> (name: Range<Int>, unit: Range<Int>, isBracketed: Bool)? {
    guard let last = scan[header.upperBound - 1], !header.isEmpty else { return nil }
    if last == ")" || last == "]" {
      let opening: Unicode.Scalar = last == ")" ? "(" : "["
      var (depth, place) = (0, header.upperBound - 1)
      while place > header.lowerBound {
        if scan[place] == last { depth += 1 }
        if scan[place] == opening { depth -= 1 }
        if depth == 0 { break }
        place -= 1
      }
      guard depth == 0, place > header.lowerBound else { return nil }
      return (
        scan.trimmed(header.lowerBound..<place),
        scan.trimmed((place + 1)..<(header.upperBound - 1)), true
      )
    }
    // The first slash: `v / m/s`.
    let marks = header.filter { scan[$0] == "/" || scan[$0] == "," }
    guard let mark = marks.first, mark > header.lowerBound else { return nil }
    return (
      scan.trimmed(header.lowerBound..<mark), scan.trimmed((mark + 1)..<header.upperBound), false
    )
  }
}
