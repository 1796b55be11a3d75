import Ecosystem
import Foundation
import Testing

@testable import Discovery

@Suite("History of a laboratory")
struct LaboratoryHistoryTests {
  /// What a small laboratory wrote, and what its workers remember.
  private func story() throws -> (drafts: [EventDraft], memories: [LaboratoryHistory.Memory]) {
    let plan = try laboratoryPlan(count: 6)
    var lab = try Laboratory(laboratoryCreation(plan))
    var drafts = [try CampaignEvent.created(laboratoryCreation(plan)).draft()]
    var memories: [LaboratoryHistory.Memory] = []
    func take(_ events: [CampaignEvent]) throws {
      drafts += try events.map { try $0.draft() }
      try lab.take(events)
    }
    try take(firstProposals(plan))
    for number in 1...6 {
      let (events, answer) = try lab.claim(count: 1, by: "robot", requestKey: "\(number)")
      try take(events)
      guard case .claimed(let claims) = answer else { continue }
      memories.append(.claimed(number: number, token: claims[0].token, worker: "robot"))
      if number == 3 {
        try take(lab.expire([3]))
        let (events, _) = try lab.claim(count: 1, by: "other", requestKey: "again")
        try take(events)
        continue
      }
      let report = strength(Double(number))
      try take(lab.report(report, of: number, token: claims[0].token, by: "robot").events)
      memories.append(
        .measured(number: number, token: claims[0].token, values: report.values))
    }
    return (drafts, memories)
  }

  private func logged(_ drafts: [EventDraft]) -> [LoggedEvent] {
    drafts.enumerated().map { place, draft in
      LoggedEvent(
        sequence: place + 1, kind: draft.kind, key: draft.key, payload: draft.payload, time: 0,
        hash: "")
    }
  }

  @Test("A sound history has no faults")
  func sound() throws {
    let (drafts, memories) = try story()
    #expect(LaboratoryHistory(logged(drafts), memories: memories).faults == [])
  }

  /// What a broken service would do.
  enum Bug: CaseIterable {
    case droppedCommit, staleToken, doubleClaim, reordered, lostOnFullDisk
  }

  @Test("Each of five broken services is caught", arguments: Bug.allCases)
  func caught(_ bug: Bug) throws {
    var (drafts, memories) = try story()
    switch bug {
    case .droppedCommit:
      let place = try #require(drafts.firstIndex { $0.key == "result/2" })
      drafts.remove(at: place)
    case .staleToken:
      // The result of the attempt that had lost the experiment is taken while another has it.
      let report = AttemptReport(attempt: 1, worker: "robot", digest: "")
      drafts.append(
        try CampaignEvent.measured(
          MeasuredResult(number: 3, values: strength(3).values, report: report)
        ).draft())
    case .doubleClaim:
      drafts.append(
        try CampaignEvent.laboratory(
          .claimed(3, attempt: 3, token: 999, by: "third", requestKey: "x")
        ).draft())
    case .reordered:
      let claim = try #require(drafts.firstIndex { $0.key == "claim/2/1" })
      let result = try #require(drafts.firstIndex { $0.key == "result/2" })
      drafts.swapAt(claim, result)
    case .lostOnFullDisk:
      drafts.removeLast()
      _ = memories
    }
    let faults = LaboratoryHistory(logged(drafts), memories: memories).faults
    #expect(!faults.isEmpty, "\(bug) was not noticed")
  }
}
