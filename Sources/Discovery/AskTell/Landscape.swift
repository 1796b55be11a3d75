public import Matter

/// What the models say of many candidates at once: how a choice was made.
public struct Landscape: Sendable {
  public let points: [Point]

  /// Score of the acquisition, by its name.
  public let acquisition: String

  public struct Point: Sendable {
    public let candidate: Candidate

    /// Of the objective, in its unit.
    public let prediction: PredictedValue

    /// `nil` where it is no number or a draw of another pool.
    public let score: Double?
    public let feasibility: Double?
  }
}
