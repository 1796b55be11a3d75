public import Matter

extension ModelCard {
  /// By how much intervals of materials with an unknown element are widened.
  ///
  /// Measured by holding out elements: with 32 of them, left out one by one of steels, phonons,
  /// dielectric and expt_gap (Matbench), intervals that hold 90 % of the rows they were calibrated on
  /// held 90 % with trees and 81 % with a Gaussian process; twice as wide ones 98 % and 91 %. Single
  /// elements without relatives remain far worse: fluorine in phonons 56 % with the process.
  public static let unseenElementWidening = 2.0

  /// The elements of a candidate that no training row had, in order of atomic number.
  public func unseenElements(in candidate: Candidate) -> [Element] {
    candidate.composition.elements.filter { elementRows[$0.symbol] == nil }
  }

  /// The factor on the width of a candidate's interval: 1 where the training rows had all of its
  /// elements.
  ///
  /// Distance to the training rows does not enter: on held-out rows of the same tables coverage did
  /// not fall with it, since predicted deviations grow.
  public func widening(for candidate: Candidate) -> Double {
    Self.widening(for: candidate) { elementRows[$0.symbol] != nil }
  }

  /// The same without a card.
  ///
  /// - Parameter isKnown: Whether a training row had the element.
  static func widening(for candidate: Candidate, knowing isKnown: (Element) -> Bool) -> Double {
    candidate.composition.elements.allSatisfy(isKnown) ? 1 : unseenElementWidening
  }

  /// What a person must know of the prediction, as sentences; `nil` where there is nothing.
  public func note(on candidate: Candidate) -> String? {
    var parts: [String] = []
    let unseen = unseenElements(in: candidate).map(\.symbol)
    if !unseen.isEmpty {
      parts.append(
        "\(unseen.joined(separator: ", ")) \(unseen.count == 1 ? "is" : "are") in no training row: "
          + "interval widened")
    }
    for (place, range) in variableRanges.enumerated() where place < candidate.variables.count {
      let value = candidate.variables[place]
      guard value < range.lowest || value > range.highest else { continue }
      parts.append(
        "\(variableNames[place]) is outside of the training rows' \(range.lowest)…\(range.highest)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}
