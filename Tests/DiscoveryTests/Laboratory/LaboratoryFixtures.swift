import Design
import Ecosystem
import Foundation
import Matter
import Synchronization

@testable import Discovery

/// A clock that moves when it is told to.
final class HandClock: Waiting {
  private let time = Mutex(0.0)

  func advance(_ seconds: Double) { time.withLock { $0 += seconds } }

  func seconds() -> Double { time.withLock { $0 } }

  func date() -> Double { seconds() }

  func wait(_ seconds: Double) async throws { advance(seconds) }
}

/// What many tasks write down together.
final class Collected<Value: Sendable>: Sendable {
  private let content: Mutex<Value>

  init(_ value: Value) { content = Mutex(value) }

  var value: Value { content.withLock { $0 } }

  func change(_ body: (inout Value) -> Void) {
    content.withLock { value in
      var copy = value
      body(&copy)
      value = copy
    }
  }
}

/// A wall clock that jumps when it is told to.
final class JumpingTime: TimeSource {
  private let microseconds = Mutex<Int64>(0)

  func jump(to time: Int64) { microseconds.withLock { $0 = time } }

  func now() -> Int64 { microseconds.withLock { $0 } }
}

func laboratoryPlan(
  count: Int = 4, budget: Int? = nil, _ change: (inout LaboratoryRules) -> Void = { _ in }
) throws -> CampaignPlan {
  var plan = try fixturePlan(budget: budget ?? count)
  plan.initial = count
  var rules = LaboratoryRules()
  rules.leaseSeconds = 60
  change(&rules)
  plan.laboratory = rules
  return plan
}

func laboratoryCreation(_ plan: CampaignPlan) -> CampaignCreation {
  CampaignCreation(plan: plan, provenance: ["space": "four metals"], codeVersion: "test")
}

/// A laboratory with its first experiments proposed, without a store.
func laboratory(_ plan: CampaignPlan) throws -> Laboratory {
  var laboratory = try Laboratory(laboratoryCreation(plan))
  try laboratory.take(try firstProposals(plan))
  return laboratory
}

func firstProposals(_ plan: CampaignPlan) throws -> [CampaignEvent] {
  let space = try fixtureSpace()
  return (0..<plan.initial).map { place in
    .proposed(
      Proposal(
        number: place + 1, candidate: space.candidate(at: place * 7 % space.count),
        reason: "for the test"))
  }
}

extension Laboratory {
  /// Applies what was decided.
  mutating func take(_ events: [CampaignEvent]) throws {
    for event in events { try apply(event, time: 0) }
  }

  /// Claims for a worker, and takes it in.
  mutating func claimOne(
    _ worker: String = "robot", key: String = UUID().uuidString
  ) throws -> Claim? {
    let (events, answer) = try claim(count: 1, by: worker, requestKey: key)
    try take(events)
    guard case .claimed(let claims) = answer else { return nil }
    return claims.first
  }

  /// Reports for a claim, and takes it in.
  mutating func tell(_ report: Report, _ claim: Claim) throws -> ReportAnswer {
    let (events, answer) = try self.report(
      report, of: claim.number, token: claim.token, by: claim.worker)
    try take(events)
    return answer
  }
}

func strength(_ value: Double, unit: String? = "GPa") -> Laboratory.Report {
  Laboratory.Report(values: ["strength": MeasuredValue(value, unit: unit)])
}
