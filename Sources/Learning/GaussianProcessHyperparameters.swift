/// What is learned of a Gaussian process, in units of standardized inputs and targets.
public struct GaussianProcessHyperparameters: Codable, Hashable, Sendable {
  /// One a column, or a single one that all columns share.
  public var lengthscales: [Double]
  public var signalVariance: Double
  public var noiseVariance: Double

  public init(lengthscales: [Double], signalVariance: Double, noiseVariance: Double) {
    self.lengthscales = lengthscales
    self.signalVariance = signalVariance
    self.noiseVariance = noiseVariance
  }
}
