import Ecosystem
import Foundation
import Learning
public import Matter

/// Keeps the queue of a laboratory filled: fits models and proposes, in the background.
///
/// It works on a copy of the campaign, so no claim and no report ever waits for it. What it proposes
/// is taken in only if nobody has proposed anything in the meantime; otherwise it looks again.
public actor LaboratoryPlanner {
  private let store: LaboratoryStore

  /// Chooses; it neither measures nor writes here.
  private let chooser: CampaignRunner
  private var models: SurrogateSet?
  private var isAtWork = false
  private var hasTakenPrior = false

  /// - Parameter threads: That one fit may use. Changes no result.
  /// - Throws: What reading the recipe's earlier measurements throws.
  public init(
    _ store: LaboratoryStore, creation: CampaignCreation, setup: CampaignSetup, threads: Int = 1
  ) throws {
    self.store = store
    var runner = CampaignRunner(
      creation, space: setup.space, oracle: setup.oracle, trainer: setup.trainer,
      log: MemoryEventLog(), threads: threads)
    runner.costs = setup.costs
    runner.prior = try setup.prior()?.measurements ?? []
    chooser = runner
  }

  init(_ store: LaboratoryStore, runner: CampaignRunner) {
    self.store = store
    chooser = runner
  }

  /// Follows the laboratory until the campaign ends or the task is cancelled.
  ///
  /// - Parameter onError: Gets what goes wrong; the planner tries again with the next change.
  public func run(onError: @escaping @Sendable (any Error) -> Void = { _ in }) async {
    let changes = store.changes()
    await work(onError)
    let restoring = Task {
      do { try await restoreModels() } catch { onError(error) }
    }
    defer { restoring.cancel() }
    var iterator = changes.makeAsyncIterator()
    while !Task.isCancelled, await !isEnded, await iterator.next() != nil { await work(onError) }
  }

  private var isEnded: Bool {
    get async { (try? await store.read { $0.campaign.stop != nil }) ?? false }
  }

  private func work(_ onError: @Sendable (any Error) -> Void) async {
    do {
      while try await step(), !Task.isCancelled {}
    } catch {
      onError(error)
    }
  }

  /// Does what the laboratory wants next.
  ///
  /// - Returns: Whether there was anything to do.
  public func step() async throws -> Bool {
    guard !isAtWork else { return false }
    isAtWork = true
    defer { isAtWork = false }
    try await takePrior()
    // A copy of a long campaign costs the next claim the time to make it: none is taken in vain.
    let (campaign, step, isOpenQueue) = try await store.read { laboratory in
      let step = laboratory.next()
      return (step.isPlanned ? laboratory.campaign : nil, step, laboratory.rules.ahead != nil)
    }
    switch step {
    case .wait, .finished: return false
    case .end(let stop):
      let count = try await store.decide { laboratory in
        let events = laboratory.campaign.stop == nil ? laboratory.ending(stop) : []
        return (events, events.count)
      }
      return count > 0
    case .proposeInitial(let count):
      guard let campaign else { return false }
      let chooser = chooser
      let events = try await Self.aside { try chooser.initialProposals(campaign, count) }
      return try await take(events, planned: campaign)
    case .propose(let count):
      guard let campaign else { return false }
      let (chooser, known) = (chooser, models)
      let planned = try await Self.aside {
        try chooser.plan(campaign, count, known, isOpenQueue: isOpenQueue)
      }
      models = planned.models
      return try await take(planned.events, planned: campaign)
    }
  }

  /// Records what was measured before the campaign, before anything is proposed.
  private func takePrior() async throws {
    guard !hasTakenPrior else { return }
    let prior = chooser.prior
    try await store.decide { laboratory in
      (laboratory.campaign.stop == nil ? laboratory.campaign.additions(of: prior) : [], ())
    }
    hasTakenPrior = true
  }

  /// Fits the models that the ledger says there were, where a restart has left none: those of the last
  /// fit, or of all results where some were corrected since.
  public func restoreModels() async throws {
    guard models == nil else { return }
    let campaign = try await store.read { $0.campaign }
    guard campaign.plan.acquisition.needsModel, campaign.isModelable else { return }
    let last = campaign.refits.last
    let isSameData = (last?.revision ?? 0) == campaign.revision
    let proposals =
      isSameData ? last?.proposals ?? campaign.proposals.count : campaign.proposals.count
    let chooser = chooser
    let restored = try await Self.aside {
      try SurrogateSet(
        campaign, proposals: proposals, trainer: chooser.trainer, threads: chooser.threads)
    }
    // The queue may have asked for a fit in the meantime.
    if models == nil { models = restored }
  }

  /// What the present models say about candidates, by expression; `nil` without a model.
  public func predict(_ candidates: [Candidate]) async throws -> [[String: PredictedValue]]? {
    guard let models else { return nil }
    return try await Self.aside { try models.predictions(of: candidates) }
  }

  /// Records what was planned, unless others have proposed or ended the campaign since.
  private func take(_ events: [CampaignEvent], planned: Campaign) async throws -> Bool {
    try await store.decide { laboratory in
      let isCurrent =
        laboratory.campaign.proposals.count == planned.proposals.count
        && laboratory.campaign.revision == planned.revision && laboratory.campaign.stop == nil
      guard isCurrent, laboratory.pause == nil else { return ([], true) }
      // An exhausted space ends the campaign only when nothing is open any more.
      if case .stopped(let stop)? = events.last {
        let ending = laboratory.openCount == 0 ? laboratory.ending(stop) : []
        return (ending, !ending.isEmpty)
      }
      return (laboratory.withCompanions(events), true)
    }
  }

  /// Runs what takes long away from the threads that answer requests.
  private static func aside<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global(qos: .utility).async {
        continuation.resume(with: Swift.Result { try body() })
      }
    }
  }
}

extension Laboratory.Step {
  /// Whether the planner looks at the whole campaign for it.
  fileprivate var isPlanned: Bool {
    switch self {
    case .proposeInitial, .propose: true
    case .end, .wait, .finished: false
    }
  }
}

extension CampaignRunner {
  /// The events of one round of a laboratory: a fit where one is due, and the proposals.
  ///
  /// In rounds, models are those that ``run(onProgress:isCancelled:)`` would have; in an open queue,
  /// where results of earlier proposals come in at any time, they are trained anew each time.
  func plan(
    _ campaign: Campaign, _ count: Int, _ known: SurrogateSet?, isOpenQueue: Bool
  ) throws -> (events: [CampaignEvent], models: SurrogateSet?) {
    guard campaign.plan.acquisition.needsModel, campaign.isModelable else {
      return (try proposals(campaign, count, nil), nil)
    }
    let last = campaign.refits.last
    let isSameData = (last?.revision ?? 0) == campaign.revision
    if let last, isSameData, !isOpenQueue, !campaign.needsRefit {
      let models =
        try known
        ?? SurrogateSet(campaign, proposals: last.proposals, trainer: trainer, threads: threads)
      return (try proposals(campaign, count, models.conditioned(on: campaign)), models)
    }
    let models = try SurrogateSet(
      campaign, proposals: campaign.proposals.count, trainer: trainer, threads: threads)
    // A process that was killed between a fit and its proposals has recorded the fit.
    let isRecorded = isSameData && last?.proposals == campaign.proposals.count
    let fit = isRecorded ? [] : [CampaignEvent.refit(campaign.refitSummary)]
    return (fit + (try proposals(campaign, count, models)), models)
  }
}
