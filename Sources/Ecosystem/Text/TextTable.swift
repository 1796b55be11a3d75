/// A table inside a text, as the places of its cells.
///
/// Three forms are known: Markdown (bars, with a line of dashes under the header), lines with one
/// separator (tabs or commas), and columns aligned by two or more blanks.
struct TextTable {
  /// From the header to the end of the last row.
  let range: Range<Int>

  /// The columns' names.
  let header: [Range<Int>]

  /// The cells of each row in the order of ``header``; empty ranges where there is nothing.
  let rows: [Row]

  struct Row {
    let range: Range<Int>
    let cells: [Range<Int>]
  }
}

/// Finds tables in a text; time grows with its length.
struct TableScan {
  private let scan: TextScan
  private let lines: [Range<Int>]

  /// Wider tables are damage, or prose in columns.
  private static let mostColumns = 64

  init(_ scan: TextScan) {
    self.scan = scan
    var lines: [Range<Int>] = []
    var start = 0
    for (place, scalar) in scan.scalars.enumerated() where scalar == "\n" || scalar == "\r" {
      if scalar == "\n", place > 0, scan.scalars[place - 1] == "\r" {
        start = place + 1
        continue
      }
      lines.append(start..<place)
      start = place + 1
    }
    lines.append(start..<scan.count)
    self.lines = lines
  }

  /// Blocks that have the form of a table; whether they say anything is for ``TableGrammar``.
  func tables() -> [TextTable] {
    var tables: [TextTable] = []
    var line = 0
    while line + 1 < lines.count {
      if let (table, end) = markdown(at: line) ?? separated(at: line, by: "\t")
        ?? aligned(at: line) ?? separated(at: line, by: ",")
      {
        tables.append(table)
        line = end
      } else {
        line += 1
      }
    }
    return tables
  }

  private typealias Block = (table: TextTable, end: Int)

  private func markdown(at first: Int) -> Block? {
    guard scan.scalars[lines[first]].contains("|"), isRule(lines[first + 1], with: "|") else {
      return nil
    }
    let header = barCells(lines[first])
    // Before the rows are looked at: each line is looked at once.
    guard header.count > 1, header.count <= Self.mostColumns else { return nil }
    var end = first + 2
    while end < lines.count, scan.scalars[lines[end]].contains("|") { end += 1 }
    return block(first, header, rows: (first + 2)..<end) { barCells(lines[$0]) }
  }

  private func separated(at first: Int, by mark: Unicode.Scalar) -> Block? {
    let count = scan.scalars[lines[first]].count { $0 == mark }
    guard count > 0, count < Self.mostColumns else { return nil }
    var end = first + 1
    // Commas are also in prose: there, all lines of a table have as many.
    while end < lines.count {
      let here = scan.scalars[lines[end]].count { $0 == mark }
      guard mark == "," ? here == count : here > 0 && here <= count else { break }
      end += 1
    }
    guard end > first + 1 else { return nil }
    return block(first, cells(lines[first], by: mark), rows: (first + 1)..<end) {
      cells(lines[$0], by: mark)
    }
  }

  private func aligned(at first: Int) -> Block? {
    let header = wideCells(lines[first])
    guard header.count > 1, header.count < Self.mostColumns else { return nil }
    var start = first + 1
    if isRule(lines[start], with: " ") { start += 1 }
    var end = start
    var rows: [[Range<Int>]] = []
    while end < lines.count {
      let cells = wideCells(lines[end])
      guard cells.count > 1, let row = columns(of: cells, under: header, at: first, end) else {
        break
      }
      rows.append(row)
      end += 1
    }
    return block(first, header, rows: start..<end) { rows[$0 - start] }
  }

  private func block(
    _ first: Int, _ header: [Range<Int>], rows: Range<Int>, _ cells: (Int) -> [Range<Int>]
  ) -> Block? {
    guard header.count > 1, header.count <= Self.mostColumns, !rows.isEmpty else { return nil }
    let found = rows.map { line in
      let row = cells(line).prefix(header.count)
      let end = lines[line].upperBound
      let filling = [Range<Int>](repeating: end..<end, count: header.count - row.count)
      return TextTable.Row(range: lines[line], cells: row + filling)
    }
    let range = lines[first].lowerBound..<lines[rows.upperBound - 1].upperBound
    return (TextTable(range: range, header: header, rows: found), rows.upperBound)
  }

  /// A line of dashes, as under a header.
  private func isRule(_ line: Range<Int>, with mark: Unicode.Scalar) -> Bool {
    let scalars = scan.scalars[line]
    return scalars.contains("-")
      && scalars.allSatisfy { $0 == "-" || $0 == ":" || $0 == "=" || $0 == mark || $0 == " " }
  }

  private func cells(_ line: Range<Int>, by mark: Unicode.Scalar) -> [Range<Int>] {
    var cells: [Range<Int>] = []
    var start = line.lowerBound
    for place in line where scan.scalars[place] == mark {
      cells.append(scan.trimmed(start..<place))
      start = place + 1
    }
    cells.append(scan.trimmed(start..<line.upperBound))
    return cells
  }

  /// Between bars; those at the ends of the line open and close it.
  private func barCells(_ line: Range<Int>) -> [Range<Int>] {
    var inside = scan.trimmed(line)
    if scan[inside.lowerBound] == "|" { inside = (inside.lowerBound + 1)..<inside.upperBound }
    if !inside.isEmpty, scan[inside.upperBound - 1] == "|" {
      inside = inside.lowerBound..<(inside.upperBound - 1)
    }
    return cells(inside, by: "|")
  }

  /// Between two or more blanks.
  private func wideCells(_ line: Range<Int>) -> [Range<Int>] {
    let inside = scan.trimmed(line)
    var cells: [Range<Int>] = []
    var start = inside.lowerBound
    var place = start
    while place < inside.upperBound, cells.count < Self.mostColumns {
      var end = place
      while end < inside.upperBound, scan.isBlank(end) { end += 1 }
      if end - place >= 2 {
        cells.append(start..<place)
        start = end
      }
      place = max(end, place + 1)
    }
    if start < inside.upperBound { cells.append(start..<inside.upperBound) }
    return cells
  }

  /// Cells in order where each column has one, else by what they stand under.
  private func columns(
    of cells: [Range<Int>], under header: [Range<Int>], at first: Int, _ line: Int
  ) -> [Range<Int>]? {
    if cells.count == header.count { return cells }
    guard cells.count < header.count else { return nil }
    let end = lines[line].upperBound
    var row = [Range<Int>](repeating: end..<end, count: header.count)
    let shift = lines[line].lowerBound - lines[first].lowerBound
    for cell in cells {
      let place = (cell.lowerBound - shift)..<(cell.upperBound - shift)
      let under = header.indices.filter { header[$0].overlaps(place) }
      guard under.count == 1, row[under[0]].isEmpty else { return nil }
      row[under[0]] = cell
    }
    return row
  }
}
