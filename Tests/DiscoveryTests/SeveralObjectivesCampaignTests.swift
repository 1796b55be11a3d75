import DenseMath
import Design
import Ecosystem
import Foundation
import Learning
import Matter
import Testing

@testable import Discovery

@Suite("Campaigns with several objectives")
struct SeveralObjectivesCampaignTests {
  @Test(
    "Find more hypervolume than chance",
    arguments: [
      AcquisitionKind.hypervolume, .noisyHypervolume, .chebyshev,
    ])
  func beatChance(kind: AcquisitionKind) throws {
    func volume(_ kind: AcquisitionKind) throws -> Double {
      try (UInt64(1)...3).reduce(0.0) { sum, seed in
        var plan = try suited(kind, budget: 15)
        plan.seed = seed
        plan.search.poolSize = 150
        plan.search.rounds = 5
        if kind == .random {
          plan.furtherObjectives = [Objective(.minimize, try PropertyExpression("density"))]
        }
        let front = try fixtureRun(plan).paretoSet.map { [$0.objectives[0], -$0.objectives[1]] }
        return sum + ParetoFront.hypervolume(front, reference: [1, -8])
      }
    }
    #expect(try volume(kind) > volume(.random))
  }

  @Test("The front, the reference and the volume follow from the findings")
  func front() throws {
    var plan = try suited(.hypervolume, budget: 12)
    let campaign = try fixtureRun(plan)
    let front = campaign.paretoSet
    #expect(!front.isEmpty)
    for finding in campaign.findings {
      let isBeaten = campaign.findings.contains { other in
        other.objectives[0] >= finding.objectives[0] && other.objectives[1] <= finding.objectives[1]
          && other.objectives != finding.objectives
      }
      #expect(front.contains(finding) != isBeaten)
    }
    plan.objective = Objective(.maximize, try PropertyExpression("strength"), reference: 1.5)
    plan.furtherObjectives = [
      Objective(.minimize, try PropertyExpression("density"), reference: 7)
    ]
    let referred = try fixtureRun(plan)
    #expect(referred.referencePoint == [1.5, 7])
    #expect(referred.hypervolume > 0)
    #expect(referred.lastGain > 0)
  }

  @Test("Ledgers of one objective keep their form")
  func form() throws {
    let plan = try fixturePlan(.logEI)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(plan), as: UTF8.self)
    for key in ["furtherObjectives", "design", "cost", "share", "goal", "reference", "level"] {
      #expect(!text.contains("\"\(key)\""))
    }
    let several = try suited(.noisyHypervolume)
    let data = try encoder.encode(several)
    #expect(try JSONDecoder().decode(CampaignPlan.self, from: data) == several)
  }

  @Test(
    "Plans that cannot be are refused in a sentence",
    arguments: [
      (AcquisitionKind.logEI, true, "log-nehvi"), (.noisyHypervolume, false, "several objectives"),
      (.target, false, "target: …"),
    ])
  func refuses(_ kind: AcquisitionKind, _ several: Bool, _ word: String) throws {
    var plan = try fixturePlan(kind)
    if several {
      plan.furtherObjectives = [Objective(.minimize, try PropertyExpression("density"))]
    }
    #expect {
      try plan.check()
    } throws: {
      "\($0)".contains(word)
    }
  }
}
