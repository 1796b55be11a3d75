import Foundation
public import Matter

/// Remembers answers, so that runs that ask the same thing wait for it once.
///
/// An oracle answers equal candidates and seeds equally, so nothing else changes.
public final class CachingOracle: Oracle, @unchecked Sendable {  // `known` is guarded by `lock`
  private struct Question: Hashable {
    let candidate: Candidate
    let fidelity: String?
    let seed: UInt64
  }

  private let oracle: any Oracle
  private let lock = NSLock()
  private var known: [Question: Observation] = [:]

  public init(_ oracle: any Oracle) {
    self.oracle = oracle
  }

  public func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
    try answer(Question(candidate: candidate, fidelity: nil, seed: seed)) {
      try oracle.measure(candidate, seed: seed)
    }
  }

  public func measure(
    _ proposal: Proposal, seed: UInt64, notes: ActionNotes
  ) throws -> Observation {
    let question = Question(
      candidate: proposal.candidate, fidelity: proposal.fidelity, seed: seed)
    return try answer(question) { try oracle.measure(proposal, seed: seed, notes: notes) }
  }

  private func answer(
    _ question: Question, measure: () throws -> Observation
  ) throws -> Observation {
    if let answer = lock.withLock({ known[question] }) { return answer }
    let answer = try measure()
    lock.withLock { known[question] = answer }
    return answer
  }
}
