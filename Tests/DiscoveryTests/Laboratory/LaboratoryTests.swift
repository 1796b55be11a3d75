import Design
import Ecosystem
import Foundation
import Matter
import Testing

@testable import Discovery

@Suite("Laboratory")
struct LaboratoryTests {
  @Test("An experiment goes from proposed to measured, and the fold of the ledger agrees")
  func wholeLife() throws {
    let plan = try laboratoryPlan()
    let log = MemoryEventLog()
    var lab = try Laboratory(laboratoryCreation(plan))
    try log.append([CampaignEvent.created(laboratoryCreation(plan)).draft()], after: 0)
    func take(_ events: [CampaignEvent]) throws {
      try log.append(events.map { try $0.draft() }, after: lab.campaign.eventCount)
      try lab.take(events)
    }
    try take(firstProposals(plan))
    let (events, answer) = try lab.claim(count: 1, by: "robot", requestKey: "k")
    try take(events)
    guard case .claimed(let claims) = answer, let claim = claims.first else {
      Issue.record("nothing was claimed")
      return
    }
    #expect(claim.number == 1 && claim.attempt == 1 && claim.token == 6)
    try take(lab.start(1, token: claim.token, by: "robot"))
    #expect(lab[1]?.status == .running && lab.held == [1])
    let report = try lab.report(
      strength(2.5), of: 1, token: claim.token, by: "robot", elapsed: 12)
    try take(report.events)
    #expect(report.answer.isUsed && lab[1]?.status == .measured && lab.held.isEmpty)
    #expect(lab.spent.seconds == 12)
    #expect(lab.campaign.findings.map(\.objective) == [2.5])
    #expect(lab[1]?.transitions.map(\.what) == ["proposed", "claimed", "started", "measured"])
    let folded = try Laboratory(folding: log.events())
    #expect(folded.experiments == lab.experiments && folded.campaign == lab.campaign)
    #expect(
      folded.spent == lab.spent
        && folded.counts.filter { $0.value > 0 } == [.measured: 1, .proposed: 3])
    #expect(LaboratoryHistory(try log.events()).faults.isEmpty)
  }

  @Test("A claim and a report that are sent again get the first answer again")
  func repeats() throws {
    var lab = try laboratory(laboratoryPlan())
    let first = try #require(try lab.claimOne("a", key: "k"))
    let again = try lab.claim(count: 1, by: "a", requestKey: "k")
    #expect(again.events.isEmpty && again.answer == .claimed([first]))
    #expect(throws: LaboratoryError.keyOfAnother("k")) {
      try lab.claim(count: 1, by: "b", requestKey: "k")
    }
    let answer = try lab.tell(strength(2), first)
    let count = lab.campaign.eventCount
    let repeated = try lab.tell(strength(2), first)
    #expect(repeated.isRepeat && repeated.receipt == answer.receipt)
    #expect(lab.campaign.eventCount == count)
    #expect(throws: LaboratoryError.differentReport(1)) { try lab.tell(strength(3), first) }
  }

  @Test("A token that is stale, unknown or another worker's changes nothing")
  func tokens() throws {
    var lab = try laboratory(laboratoryPlan())
    let claim = try #require(try lab.claimOne("a"))
    #expect(throws: LaboratoryError.staleToken(1)) {
      try lab.report(strength(1), of: 1, token: claim.token + 1, by: "a")
    }
    #expect(throws: LaboratoryError.otherWorker(1)) {
      try lab.report(strength(1), of: 1, token: claim.token, by: "b")
    }
    #expect(throws: LaboratoryError.noSuchExperiment(99)) {
      try lab.report(strength(1), of: 99, token: claim.token, by: "a")
    }
    #expect(throws: LaboratoryError.staleToken(2)) {
      try lab.report(strength(1), of: 2, token: claim.token, by: "a")
    }
  }

  @Test("An experiment that is lost is offered again, and after its attempts it is over")
  func lost() throws {
    var lab = try laboratory(laboratoryPlan(count: 1) { $0.attempts = 2 })
    _ = try #require(try lab.claimOne())
    try lab.take(lab.expire([1]))
    #expect(lab[1]?.status == .proposed)
    let second = try #require(try lab.claimOne())
    #expect(second.number == 1 && second.attempt == 2)
    try lab.take(lab.expire([1]))
    #expect(lab[1]?.status == .lost)
    #expect(lab.campaign.failures.count == 1)
    #expect(try lab.claimOne() == nil)
  }

  @Test("A late result is used once where nobody else is at it")
  func lateAndUsed() throws {
    var lab = try laboratory(laboratoryPlan())
    let first = try #require(try lab.claimOne("slow"))
    try lab.take(lab.expire([1]))
    let answer = try lab.tell(strength(2), first)
    #expect(answer.isUsed && lab[1]?.status == .measured)
    #expect(try lab.tell(strength(2), first).receipt == answer.receipt)
    #expect(try lab.claimOne()?.number == 2)
  }

  @Test("A late result is kept, and not used, where another worker measures")
  func lateAndKept() throws {
    var lab = try laboratory(laboratoryPlan(count: 1))
    let first = try #require(try lab.claimOne("slow"))
    try lab.take(lab.expire([1]))
    let second = try #require(try lab.claimOne("fast"))
    let late = try lab.tell(strength(1), first)
    #expect(late.receipt.outcome == .late && !late.isUsed)
    #expect(lab.campaign.findings.isEmpty)
    _ = try lab.tell(strength(2), second)
    #expect(lab.campaign.findings.map(\.objective) == [2])
    #expect(try lab.tell(strength(1), first).receipt == late.receipt)
  }

  @Test("A late result that was kept is used when the other attempt brings nothing")
  func lateAndWaiting() throws {
    var lab = try laboratory(laboratoryPlan(count: 1))
    let first = try #require(try lab.claimOne("slow"))
    try lab.take(lab.expire([1]))
    let second = try #require(try lab.claimOne("fast"))
    let late = try lab.tell(strength(1), first)
    let failed = try lab.tell(Laboratory.Report(failure: "It broke."), second)
    #expect(failed.receipt.outcome == .failed)
    #expect(lab[1]?.status == .measured && lab.campaign.findings.map(\.objective) == [1])
    #expect(try lab.tell(strength(1), first).receipt == late.receipt)
    #expect(try lab.tell(Laboratory.Report(failure: "It broke."), second).isRepeat)
  }

  @Test("Faulty values fail the attempt, are kept, and never reach the model")
  func faulty() throws {
    var lab = try laboratory(laboratoryPlan())
    _ = try lab.tell(strength(2), try #require(try lab.claimOne()))
    let claim = try #require(try lab.claimOne())
    let answer = try lab.tell(strength(2000, unit: "MPa"), claim)
    #expect(answer.receipt.outcome == .failed)
    #expect(answer.receipt.reason == "strength is in MPa, not in GPa.")
    #expect(lab[2]?.status == .proposed && lab.campaign.findings.count == 1)
  }

  @Test("Corrections replace a result, withdrawals take it back, and the models know")
  func corrections() throws {
    var lab = try laboratory(laboratoryPlan())
    _ = try lab.tell(strength(2), try #require(try lab.claimOne()))
    let values = ["strength": MeasuredValue(1.5, unit: "GPa")]
    let order = Laboratory.Order.correct(1, values)
    try lab.take(lab.order(order, by: "Ann", reason: "Wrong scale.", requestKey: "c"))
    #expect(lab.campaign.findings.map(\.objective) == [1.5] && lab.campaign.revision == 1)
    #expect(try lab.order(order, by: "Ann", reason: "Wrong scale.", requestKey: "c").isEmpty)
    try lab.take(lab.order(.withdraw(1), by: "Ann", reason: "Contaminated."))
    #expect(lab.campaign.findings.isEmpty && lab.campaign.revision == 2)
    #expect(lab[1]?.status == .withdrawn)
    #expect(lab.campaign.trainingData(lab.campaign.plan.objective.expression, 0..<4).targets == [])
    #expect(throws: LaboratoryError.self) {
      try lab.order(.correct(2, values), by: "Ann", reason: nil)
    }
    #expect(throws: LaboratoryError.self) {
      try lab.order(.correct(1, ["strength": MeasuredValue(.nan)]), by: "Ann", reason: nil)
    }
  }

  @Test("Approval, priority, pause and cancellation are obeyed")
  func orders() throws {
    var lab = try laboratory(laboratoryPlan { $0.needsApproval = true })
    #expect(try lab.claimOne() == nil)
    for number in [1, 2, 3] { try lab.take(lab.order(.approve(number), by: "Ann", reason: nil)) }
    #expect(try lab.order(.approve(1), by: "Ann", reason: nil).isEmpty)
    try lab.take(lab.order(.prioritize(3, 5), by: "Ann", reason: nil))
    let first = try #require(try lab.claimOne())
    #expect(first.number == 3)
    try lab.take(lab.order(.pause, by: "Ann", reason: "Fire drill."))
    let paused = try lab.claim(count: 1, by: "robot", requestKey: "p").answer
    #expect(paused == .nothing(.paused("Fire drill.")))
    try lab.take(lab.order(.resume, by: "Ann", reason: nil))
    try lab.take(lab.order(.cancel(1), by: "Ann", reason: "Too dear."))
    try lab.take(lab.order(.cancel(3), by: "Ann", reason: "Too dear."))
    #expect(try lab.claimOne()?.number == 2)
    #expect(throws: LaboratoryError.leaseOver(3, ending: .cancelled)) {
      try lab.held(3, token: first.token, by: "robot")
    }
    #expect(try lab.tell(strength(1), first).receipt.outcome == .late)
    #expect(lab.campaign.findings.isEmpty && lab.campaign.resultCount == 0)
  }

  @Test("One furnace holds one experiment, and what it does not need goes on")
  func resources() throws {
    let element = try fixtureSpace().candidate(at: 0).composition.elements[0]
    var lab = try laboratory(
      laboratoryPlan(count: 40) {
        $0.resources = [
          LaboratoryResource("furnace", count: 1, condition: .element(element)),
          LaboratoryResource("bench", count: 3),
        ]
      })
    let claims = try (0..<4).map { _ in try lab.claimOne() }
    #expect(claims.compactMap { $0 }.count == 3 && claims[3] == nil)
    let withElement = claims.compactMap { $0 }.filter {
      lab.proposal($0.number).candidate.composition.elements.contains(element)
    }
    #expect(withElement.count == 1)
    #expect(
      try lab.claim(count: 1, by: "r", requestKey: "x").answer == .nothing(.resourcesBusy))
    _ = try lab.tell(strength(1), try #require(withElement.first))
    let next = try #require(try lab.claimOne())
    #expect(next.number > 1)
  }

  @Test("Stock is used up, given back, and refilled")
  func stock() throws {
    var lab = try laboratory(
      laboratoryPlan(count: 4) {
        $0.stock = [LaboratoryStock("argon", amount: 2.5, unit: "L", perSample: 1)]
      })
    let first = try #require(try lab.claimOne())
    _ = try #require(try lab.claimOne())
    #expect(try lab.claimOne() == nil && lab.stock["argon"] == 0.5)
    try lab.take(
      lab.release(first.number, token: first.token, by: "robot", reason: "Lid is stuck."))
    #expect(lab.stock["argon"] == 1.5 && lab[first.number]?.status == .proposed)
    _ = try #require(try lab.claimOne())
    try lab.take(lab.order(.restock("argon", 10), by: "Ann", reason: "New bottle."))
    #expect(try lab.claimOne() != nil)
    #expect(throws: LaboratoryError.notInStock("neon")) {
      try lab.order(.restock("neon", 1), by: "Ann", reason: nil)
    }
  }

  @Test("Experiments that need no new set-up go first, and changes are paid for")
  func setup() throws {
    var plan = try laboratoryPlan(count: 4) {
      $0.setup = SetupRule(variable: "temperature", cost: 5)
      $0.costLimit = 14
    }
    plan.variableNames = ["temperature"]
    var lab = try Laboratory(laboratoryCreation(plan))
    let space = try fixtureSpace()
    for (place, temperature) in [900.0, 1000, 900, 1000].enumerated() {
      let candidate = space.candidate(at: place).with(variables: [temperature])
      try lab.take([
        .proposed(Proposal(number: place + 1, candidate: candidate, reason: "test"))
      ])
    }
    var order: [Int] = []
    for _ in 0..<3 {
      let claim = try #require(try lab.claimOne())
      order.append(claim.number)
      _ = try lab.tell(strength(1), claim)
    }
    #expect(order == [1, 3, 2] && lab.spent.cost == 13)
    _ = try lab.tell(strength(1), try #require(try lab.claimOne()))
    #expect(lab.isBudgetSpent)
    guard case .end(let stop) = lab.next() else {
      Issue.record("the campaign goes on beyond its budget")
      return
    }
    #expect(stop.rule == .budget)
  }

  @Test("Replicates count in the mean of their material, controls in nothing")
  func companions() throws {
    let control = ControlSample(Candidate(try Composition(formula: "Fe0.5Ni0.5")), every: 2)
    let plan = try laboratoryPlan(count: 2, budget: 12) {
      $0.replicates = 2
      $0.control = control
    }
    var lab = try Laboratory(laboratoryCreation(plan))
    try lab.take(lab.withCompanions(try firstProposals(plan)))
    #expect(
      lab.campaign.proposals.map(\.role)
        == [nil, .replicate(of: 1), nil, .replicate(of: 3), .control])
    for value in [1.0, 2, 5, 5, 9] {
      _ = try lab.tell(strength(value), try #require(try lab.claimOne()))
    }
    let findings = lab.campaign.findings
    #expect(findings.map(\.objective) == [1.5, 5])
    #expect(abs((findings[0].values["strength"]?.spread ?? 0) - 0.5) < 1e-12)
    let data = lab.campaign.trainingData(plan.objective.expression, 0..<5)
    #expect(data.targets == [1, 2, 5, 5] && lab.campaign.best?.objective == 5)
  }

  @Test("Events that cannot happen are refused")
  func impossible() throws {
    var lab = try laboratory(laboratoryPlan())
    _ = try lab.claimOne()
    for event in [
      LaboratoryEvent.claimed(1, attempt: 2, token: 9, by: "b", requestKey: "z"),
      .ended(.lost, 2, attempt: 1, by: "b", reason: ""),
      .started(3, attempt: 1, by: "b"),
      .claimed(77, attempt: 1, token: 9, by: "b", requestKey: "z"),
      .order(.approved, 2, by: "b", reason: nil, requestKey: nil),
    ] {
      #expect(throws: CampaignError.self) { try lab.apply(.laboratory(event), time: 0) }
    }
  }
}
