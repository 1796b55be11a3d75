public import Matter

/// Why no element vectors can be learned.
public enum ElementLearningError: Error, Hashable, Sendable {
  /// There is nothing to tell elements apart by; what was found, of what kind.
  case tooFewElements([Element], source: String)

  /// Crystals whose atoms have none of another element beside them.
  case noBonds

  /// The width asked for, and the most that the data hold.
  case widthBeyondRank(Int, rank: Int)
}

extension ElementLearningError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewElements(let elements, let source):
      if let only = elements.first {
        "The \(source) hold one element alone, \(only.name): vectors tell elements apart, and need "
          + "at least two. Give data with more elements."
      } else {
        "The \(source) hold no element. Give data in which elements occur."
      }
    case .noBonds:
      "No atom of the crystals has a neighbor of another element; give crystals of compounds."
    case .widthBeyondRank(let width, let rank):
      "A width of \(width) is more than the data can fill: their matrix of elements and environments "
        + "has rank \(rank). Ask for a width of \(rank) or less, or give more data."
    }
  }
}
