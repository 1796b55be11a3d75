import Matter

/// Reads documents into findings.
public struct DocumentReader: Sendable {
  /// The fidelity of measurements that were read from a text.
  public static let fidelity = "text"

  /// Tables that are longer are cut into their rows.
  static let longestTable = 1500

  /// Mentions that are less sure are left out.
  public var confidence: Double

  public init(confidence: Double = 0) {
    self.confidence = confidence
  }

  /// What a document says about materials, in the order of the text; one finding for each material
  /// and passage.
  ///
  /// - Parameter document: Its name, where it states no DOI; see ``name(of:otherwise:)``.
  /// - Throws: ``TextError`` when the text is too long.
  public func findings(
    in text: String, document: String
  ) throws(TextError) -> [TextFinding] {
    let reading = try TextExtractor().read(text)
    var findings: [TextFinding] = []
    for piece in pieces(of: reading) {
      let sure = piece.mentions.filter { $0.confidence >= confidence }
      let passage = Passage(
        document: document, range: piece.range, text: reading.scan.text(piece.range),
        mentions: sure)
      if let rows = piece.rows {
        findings += self.findings(passage, rows: rows, all: piece.mentions)
      } else {
        findings += self.findings(passage, ties: StatementGrammar(reading.scan, passage).ties())
      }
    }
    return findings
  }

  /// The DOI that stands alone in the first line of a text, else another name.
  public static func name(of text: String, otherwise name: String) -> String {
    let first = text.drop(while: \.isWhitespace).prefix { !$0.isNewline }
    guard first.utf8.count <= 200, let start = first.firstRange(of: "10.") else { return name }
    let prefix = first[..<start.lowerBound].lowercased()
    let doi = first[start.lowerBound...]
    let isAlone =
      ["", "doi:", "doi: ", "doi ", "https://doi.org/", "http://dx.doi.org/"].contains(prefix)
    let parts = doi.split(separator: "/", maxSplits: 1)
    guard isAlone, parts.count == 2, parts[0].count >= 7, !doi.contains(where: \.isWhitespace)
    else { return name }
    return String(doi)
  }

  // MARK: Pieces

  private struct Piece {
    let range: Range<Int>
    let mentions: [Mention]

    /// Rows with their own ranges of mentions; `nil` for prose.
    var rows: [TableGrammar.Row]?
  }

  /// Sentences and tables with a formula.
  private func pieces(of reading: TextExtractor.Reading) -> [Piece] {
    var pieces: [Piece] = []
    var (next, nextTable) = (0, 0)
    for sentence in SentenceScan(reading.scan).sentences() {
      while nextTable < reading.tables.count,
        reading.tables[nextTable].table.range.upperBound <= sentence.lowerBound
      {
        nextTable += 1
      }
      while next < reading.mentions.count,
        reading.mentions[next].range.lowerBound < sentence.lowerBound
      {
        next += 1
      }
      var mentions: [Mention] = []
      while next < reading.mentions.count,
        reading.mentions[next].range.lowerBound < sentence.upperBound
      {
        let mention = reading.mentions[next]
        next += 1
        while nextTable < reading.tables.count,
          reading.tables[nextTable].table.range.upperBound <= mention.range.lowerBound
        {
          nextTable += 1
        }
        let isInTable =
          nextTable < reading.tables.count
          && reading.tables[nextTable].table.range.overlaps(mention.range)
        if !isInTable, mention.range.upperBound <= sentence.upperBound { mentions.append(mention) }
      }
      if mentions.contains(where: Self.hasComposition) {
        pieces.append(Piece(range: sentence, mentions: mentions))
      }
    }
    for table in reading.tables { pieces += self.pieces(of: table) }
    return pieces.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  private func pieces(of reading: TableGrammar.Reading) -> [Piece] {
    if reading.table.range.count <= Self.longestTable {
      return [Piece(range: reading.table.range, mentions: reading.mentions, rows: reading.rows)]
    }
    return zip(reading.table.rows, reading.rows).compactMap { place, row in
      guard row.formula != nil else { return nil }
      let shift = row.mentions.lowerBound
      return Piece(
        range: place.range, mentions: Array(reading.mentions[row.mentions]),
        rows: [
          TableGrammar.Row(
            mentions: 0..<row.mentions.count, formula: row.formula.map { $0 - shift },
            values: row.values.map { $0 - shift })
        ])
    }
  }

  // MARK: Findings

  private static func hasComposition(_ mention: Mention) -> Bool { composition(mention) != nil }

  static func composition(_ mention: Mention) -> Composition? {
    if case .formula(let composition) = mention.content { composition } else { nil }
  }

  /// One finding for each material of a passage, in the order of the text.
  private func findings(_ passage: Passage, ties: [StatementGrammar.Tie]) -> [TextFinding] {
    var order: [String] = []
    var found: [String: (composition: Composition, values: [TextFinding.Value])] = [:]
    for (place, mention) in passage.mentions.enumerated() {
      guard let composition = Self.composition(mention) else { continue }
      let key = Self.stoichiometry(composition)
      if found[key] == nil { order.append(key) }
      let values = ties.filter { $0.formula == place }.compactMap { tie in
        value(passage.mentions, tie)
      }
      found[key, default: (composition, [])].values += values
    }
    return order.compactMap { key in
      found[key].map {
        TextFinding(composition: $0.composition, passage: passage, values: $0.values)
      }
    }
  }

  private func findings(
    _ passage: Passage, rows: [TableGrammar.Row], all: [Mention]
  ) -> [TextFinding] {
    // Places among those that are sure enough.
    var places: [Int?] = []
    var count = 0
    for mention in all {
      places.append(mention.confidence >= confidence ? count : nil)
      count += mention.confidence >= confidence ? 1 : 0
    }
    let ties = rows.flatMap { row -> [StatementGrammar.Tie] in
      guard let formula = row.formula.flatMap({ places[$0] }) else { return [] }
      return row.values.compactMap { value in
        guard let place = places[value], let property = Self.property(of: all[value]) else {
          return nil
        }
        return StatementGrammar.Tie(
          formula: formula, value: place, property: property, confidence: 0.9)
      }
    }
    return findings(passage, ties: ties)
  }

  /// What a column of a table is a measurement of; `nil` for conditions and for sizes of samples.
  private static func property(of cell: Mention) -> String? {
    guard case .quantity(let quantity) = cell.content, let name = quantity.property else {
      return nil
    }
    if MaterialProperty.name(name, unit: quantity.unit) != nil { return name }
    switch quantity.kind {
    case .energy, .area, .concentration, .other:
      return PropertyWords.isKnown(name) ? nil : name
    case .temperature: return ["Tc", "Tg", "Tm", "TN", "TC"].contains(name) ? name : nil
    default: return nil
    }
  }

  /// Equal for equal materials.
  private static func stoichiometry(_ composition: Composition) -> String {
    MaterialIdentity.reduced(composition).formula
  }

  private func value(_ mentions: [Mention], _ tie: StatementGrammar.Tie) -> TextFinding.Value? {
    let mention = mentions[tie.value]
    guard case .quantity(let quantity) = mention.content, quantity.lower == quantity.upper,
      quantity.lower.isFinite
    else { return nil }
    let name = MaterialProperty.name(tie.property, unit: quantity.unit) ?? tie.property
    // What cannot be stays a mention.
    let check = MeasurementCheck(
      property: name, unit: quantity.unit.isEmpty ? nil : quantity.unit)
    guard check.flags(quantity.lower, uncertainty: quantity.uncertainty).isEmpty else {
      return nil
    }
    let measurement = Measurement(
      name, value: quantity.lower, unit: quantity.unit.isEmpty ? nil : quantity.unit,
      standardUncertainty: quantity.uncertainty, fidelity: Self.fidelity)
    return TextFinding.Value(
      measurement: measurement, mention: tie.value,
      confidence: min(tie.confidence, mention.confidence, mentions[tie.formula].confidence))
  }
}
