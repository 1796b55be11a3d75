import Design
import Ecosystem
import Foundation
import Matter

/// A list that a recipe names.
struct ListedSpace: Sendable {
  /// What is known of a list beside its members.
  struct Facts: Codable, Hashable, Sendable {
    /// Of the variables of its candidates, in their order.
    let variableNames: [String]

    /// SHA-256 of the members, a line each.
    let contentHash: String
  }

  let list: CandidateList
  let facts: Facts

  init(_ list: CandidateList, variableNames: [String] = []) {
    self.list = list
    facts = Facts(variableNames: variableNames, contentHash: Self.hash(of: list).hex)
  }

  init(_ list: CandidateList, facts: Facts) {
    self.list = list
    self.facts = facts
  }

  private static func hash(of list: CandidateList) -> ContentHash {
    let hash = ContentHash.Stream()
    for (place, candidate) in list.candidates.enumerated() {
      let line =
        (place > 0 ? "\n" : "") + "\(candidate.composition.formula) \(candidate.variables)"
        + (candidate.crystal.map { " \(ContentHash(of: StoredStructure.bytes($0)).hex)" } ?? "")
      hash.add(Array(line.utf8))
    }
    return hash.finish()
  }
}
