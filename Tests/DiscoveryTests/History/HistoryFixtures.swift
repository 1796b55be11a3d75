import Ecosystem
import Foundation
import Matter

@testable import Discovery

/// 2026-03-01T00:00:00Z.
let firstOfMarch: Int64 = 1_772_323_200_000_000

/// Three days in a laboratory with one furnace, some powder and approvals: events with their times.
///
/// 1 March: six experiments are proposed, two approved, one claimed, one waits for the furnace. 2 March:
/// a result, a lost lease, a correction. 3 March: a pause.
func laboratoryStory() throws -> MemoryEventLog {
  let time = JumpingTime()
  let held = HeldTime(time)
  let log = MemoryEventLog(clock: held)
  var plan = try laboratoryPlan(count: 6, budget: 20)
  plan.laboratory?.needsApproval = true
  plan.laboratory?.leaseSeconds = 900
  plan.laboratory?.resources = [LaboratoryResource("furnace", count: 1)]
  plan.laboratory?.stock = [LaboratoryStock("powder", amount: 50, unit: "g", perSample: 10)]
  var laboratory = try Laboratory(laboratoryCreation(plan))
  func record(_ hours: Double, _ events: [CampaignEvent]) throws {
    time.jump(to: firstOfMarch + Int64(hours * 3.6e9))
    held.advance()
    for event in events {
      try log.append(
        [event.draft()], after: laboratory.campaign.eventCount - (event.isCreation ? 1 : 0))
      if !event.isCreation { try laboratory.apply(event, time: time.now()) }
    }
  }
  try record(9, [.created(laboratoryCreation(plan))])
  try record(9, firstProposals(plan))
  for number in 1...3 {
    try record(10, laboratory.order(.approve(number), by: "ann", reason: "looks safe"))
  }
  let first = try laboratory.claim(count: 1, by: "robot-1", requestKey: "a")
  try record(11, first.events)
  let token = laboratory[1]?.current?.token ?? 0
  try record(
    26, laboratory.report(strength(1.5), of: 1, token: token, by: "robot-1", elapsed: 100).events)
  try record(27, laboratory.claim(count: 1, by: "robot-2", requestKey: "b").events)
  try record(28, laboratory.expire([2]))
  try record(29, laboratory.claim(count: 1, by: "robot-1", requestKey: "c").events)
  try record(
    30,
    laboratory.order(
      .correct(1, ["strength": MeasuredValue(1.25, unit: "GPa")]), by: "ann", reason: "typo"))
  try record(49, laboratory.order(.pause, by: "bob", reason: "filter change"))
  return log
}

extension CampaignEvent {
  fileprivate var isCreation: Bool { if case .created = self { true } else { false } }
}
