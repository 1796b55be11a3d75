import DenseMath
import Design
import Ecosystem
import Foundation
import Learning
import Matter
import Testing

@testable import Discovery

@Suite("Campaigns under bad conditions")
struct DegenerateCampaignTests {
  private struct Flat: Oracle {
    func measure(_ candidate: Candidate, seed: UInt64) -> Observation {
      Observation(["strength": MeasuredValue(1), "density": MeasuredValue(2)])
    }
  }

  @Test(
    "A constant objective: random suggestions, and a sentence", arguments: AcquisitionKind.allCases)
  func constant(kind: AcquisitionKind) throws {
    let campaign = try fixtureRun(try suited(kind, budget: 9, batch: 2), oracle: Flat())
    #expect(campaign.resultCount == 9)
    let reason = try #require(campaign.proposals.last).reason
    #expect(reason.hasPrefix("Drawn at random"))
  }

  @Test("Nothing is feasible: the search goes where it may be", arguments: AcquisitionKind.allCases)
  func infeasible(kind: AcquisitionKind) throws {
    var plan = try suited(kind, budget: 10, batch: 2)
    plan.limits = [try PropertyLimit(property: PropertyExpression("strength"), atLeast: 50)]
    let campaign = try fixtureRun(plan)
    #expect(campaign.resultCount == 10 && campaign.best == nil && campaign.paretoSet.isEmpty)
    #expect(campaign.hypervolume == 0)
  }

  @Test("A batch larger than the space empties it and ends", arguments: AcquisitionKind.allCases)
  func exhausted(kind: AcquisitionKind) throws {
    for rule in [nil] + BatchRule.allCases.map(Optional.some) {
      var plan = try suited(kind, budget: 60, batch: 50)
      plan.acquisition.batch = rule
      guard (try? plan.check()) != nil else { continue }
      let campaign = try fixtureRun(plan, space: smallSpace())
      #expect(campaign.stop?.rule == .exhausted && campaign.resultCount == 11)
    }
  }

  @Test("Duplicates among the candidates are one", arguments: InitialDesign.allCases)
  func duplicates(design: InitialDesign) throws {
    let members = try (0..<11).map { try smallSpace().candidate(at: $0) }
    var plan = try fixturePlan(.logEI, budget: 20, batch: 3)
    plan.design = design
    let campaign = try fixtureRun(plan, space: CandidateList(members + members + members))
    #expect(campaign.resultCount == 11 && campaign.stop?.rule == .exhausted)
  }

  @Test(
    "An initial design larger than the space takes all of it", arguments: InitialDesign.allCases)
  func largeDesign(design: InitialDesign) throws {
    var plan = try fixturePlan(.logEI, budget: 60)
    plan.initial = 40
    plan.design = design
    let campaign = try fixtureRun(plan, space: smallSpace())
    #expect(campaign.resultCount == 11)
  }
}
