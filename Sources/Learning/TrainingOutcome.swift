/// A trained surrogate and how good it is.
public struct TrainingOutcome: Sendable {
  /// Trained on all rows; where a single test set was given, on the rows outside it.
  public let surrogate: any Surrogate

  /// One entry a judged row, in the order of the rows: all of them unless a split was given.
  public let heldOut: [HeldOut]

  /// From all held-out predictions: for new materials.
  public let calibration: Calibration
  public let quality: TrainingQuality
}
