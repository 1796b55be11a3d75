internal import Matter

/// Looks at the cells of one column, one after the other.
struct ColumnProfiler {
  private var blank: Int
  private var numbers: NumberSample
  private var distinct: DistinctCounter

  /// Cells such as `NA` in front of the first text.
  private var marks = 0
  private var markTexts: Set<String> = []

  /// Whether a cell is neither a number nor missing.
  private var hasText = false

  private var formulas = 0
  private var formulaTrials = 0
  private var rowsOfElement = [Int](repeating: 0, count: 119)

  /// After so many cells of which fewer than half are formulas, no more are tried.
  private static let trialsToGiveUp = 1_000

  /// - Parameter missing: Rows in front of the first cell.
  init(missing: Int, valuesKept: Int) {
    blank = missing
    numbers = NumberSample(limit: valuesKept)
    distinct = DistinctCounter(limit: valuesKept)
  }

  mutating func add(_ cell: UnsafeBufferPointer<UInt8>) {
    let content = Table.trimmed(cell)
    guard !content.isEmpty else {
      blank += 1
      return
    }
    if !hasText {
      if let number = DecimalParser.value(content) {
        numbers.add(number)
        distinct.insert(content)
        return
      }
      if Table.isMissing(content) {
        marks += 1
        let text = String(decoding: content, as: UTF8.self)
        markTexts.insert(text)
        tryFormula(text)
        return
      }
      becomeText()
    }
    distinct.insert(content)
    if formulaTrials < Self.trialsToGiveUp || 2 * formulas >= formulaTrials {
      tryFormula(String(decoding: content, as: UTF8.self))
    }
  }

  private mutating func becomeText() {
    hasText = true
    // Among texts, marks are texts like others.
    for var mark in markTexts { mark.withUTF8 { distinct.insert($0) } }
  }

  private mutating func tryFormula(_ text: String) {
    formulaTrials += 1
    guard let composition = try? Composition(formula: text) else { return }
    formulas += 1
    for element in composition.elements { rowsOfElement[element.atomicNumber] += 1 }
  }

  func column(name: String, rows: Int) -> TableProfile.Column {
    let kind = kind(rows: rows)
    let isNumber = kind == .number
    let isEstimated = !distinct.isExact || (isNumber && !numbers.isWhole)
    return TableProfile.Column(
      name: name, kind: kind, missing: hasText ? blank : blank + marks,
      distinct: distinct.count, minimum: isNumber ? numbers.minimum : nil,
      median: isNumber ? numbers.median : nil, maximum: isNumber ? numbers.maximum : nil,
      estimated: isEstimated ? true : nil, elements: kind == .formula ? elements : nil)
  }

  /// A column with a few damaged formulas is still a column of formulas.
  private func kind(rows: Int) -> TableProfile.Column.Kind {
    guard hasText else { return numbers.count > 0 ? .number : .empty }
    return Double(formulas) >= 0.9 * Double(rows - blank) ? .formula : .text
  }

  private var elements: [String: Int] {
    var counts: [String: Int] = [:]
    for (number, count) in rowsOfElement.enumerated() where count > 0 {
      if let element = Element(atomicNumber: number) { counts[element.symbol] = count }
    }
    return counts
  }
}
