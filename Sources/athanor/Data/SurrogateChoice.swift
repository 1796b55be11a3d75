import ArgumentParser
import Learning

/// The surrogates by their names on the command line.
enum SurrogateChoice: String, ExpressibleByArgument, CaseIterable {
  case gp
  case ensemble

  static let help =
    "gp (Gaussian process on element statistics) or ensemble (networks over the elements). "
    + "Default: gp up to \(mostRowsOfProcess) rows, ensemble above."

  /// An exact Gaussian process takes time with the cube of the rows.
  static let mostRowsOfProcess = 2000

  static func standard(rows: Int) -> SurrogateChoice {
    rows <= mostRowsOfProcess ? .gp : .ensemble
  }

  /// Trains on one thread: folds run side by side.
  var trainer: any SurrogateTrainer {
    switch self {
    case .gp: return GaussianProcessTrainer()
    case .ensemble:
      var trainer = DeepEnsembleTrainer()
      trainer.threads = 1
      return trainer
    }
  }
}
