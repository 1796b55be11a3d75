import Ecosystem
import Learning
import Matter

/// The model file that `train --start-from` names.
struct StartModel {
  private let path: String
  private let model: Model

  init(_ path: String) throws {
    self.path = path
    model = try Model(contentsOf: path)
  }

  /// Its networks, once it is said what they know of `dataset`.
  ///
  /// - Throws: Where there are none, or where they have learned the very rows that they would be
  ///   judged by.
  func start(for dataset: Dataset) throws -> DeepEnsembleTrainer.Start {
    guard model.card.dataHash != dataset.contentHash.hex else {
      throw CommandError(
        "\(path) was trained on these very rows, so that no held-out row would be new to it. "
          + "Start from a model of another property or of other rows.")
    }
    warnOfKnownMaterials(dataset)
    do {
      return try DeepEnsembleTrainer.Start(model.surrogate)
    } catch let error as DeepEnsembleError {
      throw CommandError("\(path): \(error)")
    }
  }

  private func warnOfKnownMaterials(_ dataset: Dataset) {
    let learned = Set(model.training?.compositions.map(\.reducedFormula) ?? [])
    let known = dataset.candidates.count { learned.contains($0.composition.reducedFormula) }
    guard known > 0 else { return }
    Terminal.log(
      "athanor: \(path) has learned \(model.card.target) of \(known) of the "
        + "\(dataset.rows.count) materials; held-out figures count them as unknown.")
  }
}
