public import Matter

/// The rows that an audit looks at, and what is known of them.
public struct AuditInput: Sendable {
  /// For people: a file name.
  public let source: String
  public let rows: SplitRows

  /// The property in question, `nil` for an audit of coverage alone.
  public var target: Target?

  /// Where something is known of them: one for each row, `nil` for a row without.
  public var crystalSystems: [CrystalSystem?]?
  public var spaceGroups: [Int?]?

  /// Methods and origins, one for each row; empty texts count as unknown.
  public var fidelities: [String]?
  public var sources: [String]?

  /// Which crystals ``spaceGroups`` were found for; `nil` where a table states them.
  public var crystalSurvey: SpaceGroupSurvey?

  /// Equal for equal crystals, one for each row; `nil` for a row without a crystal.
  public var crystalKeys: [String?]?
  public var split: Split?

  public struct Target: Sendable {
    public let name: String
    public let unit: String?

    /// One for each row; `nil` where it was not measured.
    public let values: [Double?]

    public init(name: String, unit: String?, values: [Double?]) {
      self.name = name
      self.unit = unit
      self.values = values
    }
  }

  public init(source: String, rows: SplitRows) {
    self.source = source
    self.rows = rows
  }
}
