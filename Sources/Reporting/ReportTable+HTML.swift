extension ReportTable {
  /// - Parameter isSortable: The headings become buttons once the page's program runs.
  func html(isSortable: Bool) -> String {
    let kinds = columns.indices.map(isNumeric)
    let places = columns.indices.map(decimals)
    let heads = zip(columns, kinds).map { column, isNumeric in
      let unit =
        column.unit.isEmpty ? "" : " <span class=\"unit\">\(Markup.escaped(column.unit))</span>"
      let kind = isNumeric ? " class=\"number\"" : ""
      return "<th scope=\"col\"\(kind)>\(Markup.prose(column.title))\(unit)</th>"
    }
    let body = rows.map { row in
      let cells = columns.indices.map { place in
        ReportTable.html(
          row.indices.contains(place) ? row[place] : .missing, isNumeric: kinds[place],
          decimals: places[place])
      }
      return "<tr>\(cells.joined())</tr>\n"
    }
    return """
      <div class="scroll" tabindex="0"><table\(isSortable ? " class=\"sortable\"" : "")>
      <caption><span>\(Markup.prose(caption))</span></caption>
      <thead><tr>\(heads.joined())</tr></thead>
      <tbody>
      \(body.joined())</tbody>
      </table></div>

      """
  }

  private func cells(_ column: Int) -> [Cell] {
    rows.compactMap { $0.indices.contains(column) ? $0[column] : nil }
  }

  private func isNumeric(_ column: Int) -> Bool {
    let kinds = cells(column).filter { $0 != .missing }
    return !kinds.isEmpty && kinds.allSatisfy { $0.value != nil && !$0.isVerdict }
  }

  /// Digits after the point that all plain numbers and intervals of a column share, so that points
  /// line up. `nil` where numbers span more than four powers of ten.
  private func decimals(_ column: Int) -> Int? {
    let halfWidths = cells(column).compactMap { cell -> (value: Double, spread: Double)? in
      guard case .interval(let value, let lower, let upper) = cell else { return nil }
      return (value, (upper - lower) / 2)
    }
    guard halfWidths.allSatisfy({ Numeral.isPlain($0.value) }) else { return nil }
    let places = halfWidths.map { Numeral.decimals(forSpread: $0.spread, of: $0.value) }.sorted()
    guard places.isEmpty else { return places[places.count / 2] }
    let values = cells(column).compactMap { cell -> Double? in
      guard case .number(let value) = cell, value.isFinite, value != 0 else { return nil }
      return value.magnitude
    }
    guard let high = values.max(), let low = values.min(), high / low < 1e4, high < 1e6, high > 1e-4
    else { return nil }
    return Numeral.decimals(forSpread: 0, of: high)
  }

  private static func html(_ cell: Cell, isNumeric: Bool, decimals: Int?) -> String {
    let key = cell.value.map { " data-value=\"\($0)\"" } ?? ""
    let kind: String
    switch cell {
    case .sentence: kind = " class=\"sentence\""
    case .formula: kind = " class=\"formula\""
    default: kind = isNumeric ? " class=\"number\"" : ""
    }
    return "<td\(kind)\(key)>\(content(cell, decimals: decimals))</td>"
  }

  private static func content(_ cell: Cell, decimals: Int?) -> String {
    switch cell {
    case .text(let text), .sentence(let text): return Markup.prose(text)
    case .formula(let text): return Markup.formula(text)
    case .number(let value):
      return decimals.map { Numeral.fixed(value, decimals: $0) } ?? Numeral.text(value)
    case .integer(let value): return Numeral.fixed(Double(value), decimals: 0)
    case .measured(let value, let spread): return Numeral.text(value, spread: spread)
    case .interval(let value, let lower, let upper):
      let ends = [value, lower, upper]
      let ownDecimals = Numeral.decimals(forSpread: (upper - lower) / 2, of: value)
      let texts = ends.map { end in
        decimals == nil && !ends.allSatisfy(Numeral.isPlain)
          ? Numeral.text(end) : Numeral.fixed(end, decimals: decimals ?? ownDecimals)
      }
      return "\(texts[0]) <span class=\"range\">\(texts[1]) to \(texts[2])</span>"
    case .verdict(let isMet, let text):
      let mark = isMet ? "yes\" aria-hidden=\"true\">✓" : "no\" aria-hidden=\"true\">✗"
      return "<span class=\"verdict \(mark)</span> \(Markup.prose(text))"
    case .missing: return Numeral.missing
    }
  }
}

extension ReportTable.Cell {
  /// The number by which the cell sorts; `nil` for text.
  fileprivate var value: Double? {
    switch self {
    case .number(let value), .measured(let value, _), .interval(let value, _, _):
      value.isFinite ? value : nil
    case .integer(let value): Double(value)
    case .verdict(let isMet, _): isMet ? 1 : 0
    case .text, .sentence, .formula, .missing: nil
    }
  }

  fileprivate var isVerdict: Bool {
    if case .verdict = self { true } else { false }
  }
}
