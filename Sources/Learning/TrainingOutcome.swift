/// A trained surrogate and how good it is.
public struct TrainingOutcome: Sendable {
  /// Trained on all rows.
  public let surrogate: any Surrogate

  /// One entry a row, in the order of the rows.
  public let heldOut: [HeldOut]

  /// From all held-out predictions: for new materials.
  public let calibration: Calibration
  public let quality: TrainingQuality
}
