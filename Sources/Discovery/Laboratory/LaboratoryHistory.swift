public import Ecosystem

/// Checks what a ledger says against what workers remember: a second opinion that shares no code
/// with the laboratory.
///
/// Everything is read from the events alone, one after the other: an experiment is held by one
/// worker at a time; a result comes from the attempt that holds the experiment, or from a late one
/// that nobody waits for any more; no experiment has two results; tokens rise; and every answer that
/// a worker got is in the ledger with the values that it sent.
public struct LaboratoryHistory: Sendable {
  /// What a worker was told.
  public enum Memory: Hashable, Sendable {
    case claimed(number: Int, token: Int, worker: String)
    case measured(number: Int, token: Int, values: [String: MeasuredValue])
    case late(number: Int, token: Int)
  }

  private struct Held {
    let attempt: Int
    let token: Int
  }

  private var held: [Int: Held] = [:]
  private var tokens: [Int: [Int: Int]] = [:]  // of experiments, by attempt
  private var workers: [Int: String] = [:]  // by token
  private var results: [Int: (attempt: Int?, values: [String: MeasuredValue])] = [:]
  private var ended: Set<Int> = []  // experiments that have a result or were cancelled
  private var lateTokens: Set<Int> = []
  private var lastToken = 0
  private var proposals = 0

  /// What cannot be right, in sentences; empty where all is well.
  public private(set) var faults: [String] = []

  /// - Parameters:
  ///   - events: A whole ledger.
  ///   - memories: In any order.
  public init(_ events: [LoggedEvent], memories: [Memory] = []) {
    for (place, event) in events.enumerated() {
      if event.sequence != place + 1 { fault("event \(place + 1) is missing or out of order") }
      guard let decoded = try? CampaignEvent(event) else {
        fault("event \(event.sequence) cannot be read")
        continue
      }
      take(decoded, event.sequence)
    }
    for memory in memories { compare(memory) }
  }

  private mutating func fault(_ sentence: String) { faults.append(sentence) }

  private mutating func take(_ event: CampaignEvent, _ sequence: Int) {
    switch event {
    case .created, .refit, .stopped, .begun, .abandoned: break
    case .proposed(let proposal):
      proposals += 1
      if proposal.number != proposals {
        fault("proposal \(proposal.number) after \(proposals - 1)")
      }
    case .measured(let result):
      settle(result.number, result.report?.attempt, sequence)
      results[result.number] = (result.report?.attempt, result.values)
    case .failed(let result): settle(result.number, result.report?.attempt, sequence)
    case .laboratory(let event): take(event, sequence)
    }
  }

  private mutating func take(_ event: LaboratoryEvent, _ sequence: Int) {
    let number = event.number
    switch event.kind {
    case .claimed:
      let token = event.token ?? 0
      if number > proposals { fault("experiment \(number) is claimed before it is proposed") }
      if held[number] != nil { fault("experiment \(number) is claimed twice at event \(sequence)") }
      if ended.contains(number) { fault("experiment \(number) is claimed after its end") }
      if token <= lastToken { fault("token \(token) of experiment \(number) is not the highest") }
      lastToken = max(lastToken, token)
      held[number] = Held(attempt: event.attempt ?? 0, token: token)
      tokens[number, default: [:]][event.attempt ?? 0] = token
      workers[token] = event.actor
    case .released, .attemptFailed, .lost:
      if held[number]?.attempt != event.attempt {
        fault("attempt \(event.attempt ?? 0) at experiment \(number) ends, which is not under way")
      }
      held[number] = nil
    case .late:
      if held[number]?.attempt == event.attempt {
        fault("the attempt at experiment \(number) that is under way is called late")
      }
      if let token = tokens[number]?[event.attempt ?? 0] { lateTokens.insert(token) }
    case .cancelled:
      if !ended.insert(number).inserted { fault("experiment \(number) is cancelled after its end") }
      held[number] = nil
    case .corrected: results[number]?.values = event.values ?? [:]
    case .started, .withdrawn, .approved, .prioritized, .paused, .resumed, .stocked: break
    }
  }

  private mutating func settle(_ number: Int, _ attempt: Int?, _ sequence: Int) {
    if !ended.insert(number).inserted { fault("experiment \(number) has two results") }
    if number > proposals { fault("experiment \(number) has a result before it is proposed") }
    guard let attempt else {
      if held[number] != nil { fault("experiment \(number) ends while a worker has it") }
      return
    }
    if let holder = held[number] {
      if holder.attempt != attempt {
        fault("experiment \(number) takes the result of an attempt that is over")
      }
    } else if tokens[number]?[attempt].map(lateTokens.contains) != true {
      fault("experiment \(number) takes a result that nobody was measuring")
    }
    held[number] = nil
  }

  private mutating func compare(_ memory: Memory) {
    switch memory {
    case .claimed(let number, let token, let worker):
      if tokens[number]?.values.contains(token) != true || workers[token] != worker {
        fault("\(worker) was given experiment \(number), of which the ledger knows nothing")
      }
    case .measured(let number, let token, let values):
      guard let result = results[number] else {
        return fault("the result of experiment \(number) was acknowledged and is lost")
      }
      if result.attempt.flatMap({ tokens[number]?[$0] }) != token || result.values != values {
        fault("the result of experiment \(number) is not the one that was acknowledged")
      }
    case .late(let number, let token):
      if !lateTokens.contains(token) {
        fault("a late result of experiment \(number) was acknowledged and is lost")
      }
    }
  }
}
