public import Matter

/// A surrogate of what several methods measure, cheap ones and dear ones.
///
/// Laws: as a ``Surrogate`` it answers for the last of its levels; the ``agreement(_:level:)`` of that
/// level with itself is 1 wherever something is left to learn.
public protocol FidelitySurrogate: Surrogate {
  /// Names of the methods, the cheapest first; the last is the one that counts.
  var levels: [String] { get }

  /// - Parameter level: From 0.
  func predict(_ candidates: [Candidate], level: Int) throws -> [Prediction]

  /// How much of what is not known yet of a candidate's dear value a cheap measurement shares: the
  /// posterior correlation of the latent functions, in -1...1; 0 where nothing is left to learn.
  func agreement(_ candidates: [Candidate], level: Int) throws -> [Double]
}

extension FidelitySurrogate {
  public func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    try predict(candidates, level: levels.count - 1)
  }
}
