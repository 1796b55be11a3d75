import Learning
import Matter
import Reporting
import Representations

extension PretrainingCard {
  /// What the file is, in a few words.
  var title: String {
    let kind = architecture == .compact ? "crystals" : architecture.rawValue
    let count = curves.count
    return
      "\(count) pretrained \(count == 1 ? "network" : "networks") on crystals (\(kind)), which "
      + "\(count == 1 ? "predicts" : "predict") nothing: start for athanor train"
  }

  /// What was learned, as lines for a terminal.
  var lines: [String] {
    ["\(crystals) crystals, \(heldOut) of them held out, seed \(seed)"]
      + curves.flatMap { curve in
        learning.objectives.enumerated().map { place, objective in
          "\(objective.text): \(Report.number(curve.best.losses[place])) "
            + "(\(Report.number(curve.first.losses[place])) before), step \(curve.best.step) of "
            + "\(curve.checks.last?.step ?? 0)"
        }
      } + ["Elements: \(elements.map(\.symbol).joined(separator: " "))"]
  }

  private var elements: [Element] {
    elementCrystals.keys.compactMap(Element.init(symbol:)).sorted()
  }
}

extension CrystalObjective {
  /// The loss by what it is.
  fileprivate var text: String {
    switch self {
    case .masked: "Masked elements, cross entropy in nats"
    case .denoising: "Displaced edges, share of the variance that is not explained"
    case .barlow: "Barlow twins, loss"
    }
  }
}
