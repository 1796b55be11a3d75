import ArgumentParser
import Learning

/// A model that sees the numbers of published designs and nothing else.
enum DesignModel: String, ExpressibleByArgument, CaseIterable {
  /// A Gaussian process with a lengthscale for each number.
  case process = "gp"

  /// The same with one lengthscale for all.
  case isotropic

  /// Random trees.
  case forest

  var trainer: any SurrogateTrainer {
    switch self {
    case .process, .isotropic:
      var configuration = GaussianProcessTrainer.Configuration()
      configuration.features = .named([])
      if self == .isotropic { configuration.mostOwnLengthscales = 0 }
      return GaussianProcessTrainer(configuration)
    case .forest:
      var configuration = ForestTrainer.Configuration()
      configuration.features = .named([])
      configuration.forest.trees = 100
      return ForestTrainer(configuration)
    }
  }
}
