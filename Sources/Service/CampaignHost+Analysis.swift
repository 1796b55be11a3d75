import Discovery
import Synchronization

extension CampaignHost {
  /// Looks at the whole campaign, away from the threads that answer claims; once per state of the
  /// ledger for all who ask.
  func analysis() async throws -> CampaignAnalysis {
    let (events, size) = try await store.read {
      ($0.campaign.eventCount, $0.campaign.proposals.count)
    }
    if let known = known(events, size: size) { return known }
    let campaign = try await store.read { $0.campaign }
    return try await pictures.run { [self] _ in
      // Somebody before in the line may have made it.
      if let known = known(campaign.eventCount, size: size) { return known }
      let analysis = CampaignAnalysis(campaign)
      lastAnalysis.withLock {
        $0 = RememberedAnalysis(analysis: analysis, events: campaign.eventCount, time: .now)
      }
      return analysis
    }
  }

  /// That of the present state; of a large campaign one that is some seconds old will do.
  private func known(_ events: Int, size: Int) -> CampaignAnalysis? {
    lastAnalysis.withLock { last in
      guard let last else { return nil }
      let age = ContinuousClock.now - last.time
      return last.events == events || size >= Self.large && age < .seconds(10)
        ? last.analysis : nil
    }
  }

  /// What was spent after each result, against what the plan allows.
  func spending() async throws -> SpendingAnswer {
    let (budget, rules) = try await store.read { ($0.campaign.plan.budget, $0.rules) }
    return try await pictures.run { [self] _ in
      let (cost, hours) = try spent.follow(store)
      let step = max(1, (cost.count + 1999) / 2000)
      // The last result is always shown.
      let places = stride(from: max(0, cost.count - 1) % step, to: cost.count, by: step).map { $0 }
      return SpendingAnswer(
        results: places.map { $0 + 1 }, cost: places.map { cost[$0] },
        hours: places.map { hours[$0] }, budget: budget, costLimit: rules.costLimit,
        hoursLimit: rules.hoursLimit)
    }
  }
}
