/// What a surrogate that has not seen a row says about it.
public struct HeldOut: Codable, Hashable, Sendable {
  /// Place of the row in the training data.
  public let row: Int
  public let fold: Int
  public let target: Double
  public let prediction: Prediction

  /// The mean target of the rows that the surrogate was trained on: what knowing nothing predicts.
  public let baseline: Double

  /// The chemistry group that the row's interval is calibrated with, where it is known.
  public var group: String?
}
