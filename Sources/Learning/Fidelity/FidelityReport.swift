/// What came of learning one method's values with the help of others': part of a model's card.
public struct FidelityReport: Codable, Hashable, Sendable {
  /// A method whose values helped, or could have.
  public struct Level: Codable, Hashable, Sendable {
    public var name: String
    public var rows: Int

    public init(name: String, rows: Int) {
      self.name = name
      self.rows = rows
    }
  }

  /// One learner of the race, judged on held-out rows of the method.
  public struct Contender: Codable, Hashable, Sendable {
    public var name: String

    /// Whether it learns from the other methods' rows.
    public var usesLower: Bool
    public var meanAbsoluteError: Double

    /// In the model's common prediction.
    public var share: Double
  }

  /// Whose values were learned.
  public var method: String

  /// The column that names the methods, where a table had one.
  public var column: String?

  /// The other methods, the cheapest first.
  public var levels: [Level]

  /// Whether values of these methods are known of whatever is asked: held-out materials kept theirs.
  public var areKnown: Bool
  public var contenders: [Contender]

  /// Of the common prediction of all contenders, shares learned without the judged fold.
  public var meanAbsoluteError: Double

  /// The same of the contenders that see the method's own rows alone.
  public var meanAbsoluteErrorAlone: Double

  /// By which part the other methods' rows lower the error; negative where they raise it.
  public var gain: Double {
    meanAbsoluteErrorAlone > 0 ? 1 - meanAbsoluteError / meanAbsoluteErrorAlone : 0
  }
}
