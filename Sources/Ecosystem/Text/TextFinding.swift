public import Matter

/// What one passage says about one material.
public struct TextFinding: Hashable, Sendable {
  public let composition: Composition

  /// A sentence, a table, or a row of a long table.
  public let passage: Passage

  /// Values that the wording ties to the material; what is ambiguous is a mention of ``passage``
  /// alone.
  public let values: [Value]

  public struct Value: Hashable, Sendable {
    public let measurement: Measurement

    /// Of the mentions of the passage, the one that states the value.
    public let mention: Int

    /// The least of those of the formula, of the quantity, and of the wording that ties them.
    public let confidence: Double
  }
}
