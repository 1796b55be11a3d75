import Ecosystem
import Learning
import Matter

/// The model file that `train --start-from` names.
struct StartModel {
  private let path: String
  private let content: Content

  private enum Content {
    case model(Model)
    case pretrained(PretrainedFile)
  }

  init(_ path: String) throws {
    self.path = path
    do {
      content = .model(try Model(contentsOf: path))
    } catch let error as ModelFileError where error.reason == .predictsNothing {
      content = .pretrained(try PretrainedFile(contentsOf: path))
    }
  }

  /// Its networks, once it is said what they know of `dataset`.
  ///
  /// - Throws: Where there are none that could read the rows, or where they have learned the very rows
  ///   that they would be judged by.
  func start(for dataset: Dataset) throws -> DeepEnsembleTrainer.Start {
    let start: DeepEnsembleTrainer.Start
    do {
      switch content {
      case .model(let model):
        try check(model, for: dataset)
        start = try DeepEnsembleTrainer.Start(model.surrogate)
      case .pretrained(let file):
        // What is learned of crystals alone tells nothing of the values that are held out.
        start = try DeepEnsembleTrainer.Start(file)
      }
    } catch let error as DeepEnsembleError {
      throw CommandError("\(path): \(error)")
    }
    guard start.hasCompositions || dataset.candidates.contains(where: { $0.crystal != nil }) else {
      throw CommandError(
        "\(path) holds networks on crystals, but no row has a structure. Give files of structures, "
          + "or a table with a column of them (--structure, --structures).")
    }
    return start
  }

  private func check(_ model: Model, for dataset: Dataset) throws {
    guard model.card.dataHash != dataset.contentHash.hex else {
      throw CommandError(
        "\(path) was trained on these very rows, so that no held-out row would be new to it. "
          + "Start from a model of another property or of other rows.")
    }
    let learned = Set(model.training?.compositions.map(\.reducedFormula) ?? [])
    let known = dataset.candidates.count { learned.contains($0.composition.reducedFormula) }
    guard known > 0 else { return }
    Terminal.log(
      "athanor: \(path) has learned \(model.card.target) of \(known) of the "
        + "\(dataset.rows.count) materials; held-out figures count them as unknown.")
  }
}
