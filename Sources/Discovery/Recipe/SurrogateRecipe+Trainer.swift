public import Learning

extension SurrogateRecipe {
  /// - Parameter threads: That one training may use. Changes no result.
  public func trainer(threads: Int = 1) -> any SurrogateTrainer {
    switch kind {
    case .gp:
      var configuration = GaussianProcessTrainer.Configuration()
      configuration.features = candidateFeatures
      return noise == .studentT
        ? RobustProcessTrainer(configuration) : GaussianProcessTrainer(configuration)
    case .coKriging:
      var configuration = JointFidelityTrainer.Configuration(coupling ?? .autoregressive)
      configuration.features = candidateFeatures
      return JointFidelityTrainer(configuration)
    case .ensemble:
      var configuration = DeepEnsembleTrainer.Configuration()
      if let members { configuration.members = members }
      configuration.training.steps = steps
      var trainer = DeepEnsembleTrainer(configuration)
      trainer.threads = threads
      return trainer
    }
  }

  private var candidateFeatures: CandidateFeatures {
    switch features ?? .magpie {
    case .fractions: .fractions([])
    case .magpie: .magpie
    case .structure: .joined([.magpie, .structure])
    case .variables: .named([])
    }
  }
}
