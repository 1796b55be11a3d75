import DenseMath
import Ecosystem
import Foundation
import Synchronization
import TestKit
import Testing

@testable import Discovery

@Suite("Faults of the disk", .serialized)
struct DiskFaultTests {
  /// One experiment, or at full count a whole campaign with models.
  private func plan() throws -> CampaignPlan {
    guard Reliability.isFull else { return try laboratoryPlan(count: 1) }
    return try laboratoryPlan(count: 4, budget: 12)
  }

  private func undisturbed(_ plan: CampaignPlan) async throws -> [String] {
    let disk = SimulatedDisk()
    let number = SimulatedFileSystem.mount(disk)
    defer { SimulatedFileSystem.unmount(number) }
    var campaign = PatientCampaign(plan, SimulatedFileSystem.address(number))
    let store = try await campaign.run()
    #expect(campaign.refusals.isEmpty)
    return try PatientCampaign.story(store.events())
  }

  /// The ledger is whole, says what everybody was told, and tells the story of an undisturbed one;
  /// also to a process that starts on what this one leaves when it is killed.
  private func check(
    _ campaign: PatientCampaign, _ store: LaboratoryStore, _ disk: SimulatedDisk,
    _ story: [String], _ name: String
  ) throws {
    let events = try store.events()
    #expect(LaboratoryHistory(events, memories: campaign.memories).faults == [], "\(name)")
    #expect(try PatientCampaign.story(events) == story, "\(name)")
    try SimulatedFileSystem.mount(SimulatedDisk(disk.content)) { address in
      let log = try SQLiteEventLog(path: address)
      try log.verify()
      #expect(try log.events() == events, "\(name)")
    }
  }

  @Test(
    "Whichever call fails, it is a typed error, and all goes on afterwards",
    arguments: SimulatedDisk.Call.allCases, [1, 4])
  func oneCallFails(_ call: SimulatedDisk.Call, count: Int) async throws {
    let plan = try plan()
    let story = try await undisturbed(plan)
    var (points, refusals) = (0, 0)
    while true {
      let disk = SimulatedDisk()
      let number = SimulatedFileSystem.mount(disk)
      defer { SimulatedFileSystem.unmount(number) }
      disk.fail(SimulatedDisk.Fault(call: call, after: points, count: count))
      var campaign = PatientCampaign(plan, SimulatedFileSystem.address(number))
      let store = try await campaign.run()
      disk.fail(nil)
      try check(campaign, store, disk, story, "\(call) \(points)")
      refusals += campaign.refusals.count
      if disk.failures == 0 { break }
      points += 1
    }
    #expect(points > 0 || call == .truncate, "no \(call) was ever asked for")
    Reliability.report(
      "failing \(call)",
      ["calls": Double(points), "inARow": Double(count), "typedErrors": Double(refusals)])
  }

  @Test("A disk that fills up at any size refuses, can be read, and serves on when there is room")
  func fullDisk() async throws {
    let plan = try laboratoryPlan(count: 4, budget: 12)
    let story = try await undisturbed(plan)
    let sizes = Reliability.count(5, full: 50)
    var refusals = 0
    for place in 0..<sizes {
      let capacity = 4096 + place * 240_000 / sizes
      let disk = SimulatedDisk()
      disk.limit(to: capacity)
      let number = SimulatedFileSystem.mount(disk)
      defer { SimulatedFileSystem.unmount(number) }
      var campaign = PatientCampaign(plan, SimulatedFileSystem.address(number))
      let address = campaign.address
      campaign.onRefusal = { error in
        #expect(error == .full(address))
        disk.limit(to: disk.used + 20_000)
      }
      let store = try await campaign.run()
      try check(campaign, store, disk, story, "\(capacity) bytes")
      refusals += campaign.refusals.count
    }
    #expect(refusals >= sizes)
    Reliability.report("full disk", ["sizes": Double(sizes), "refusals": Double(refusals)])
  }

  @Test("While the disk is full, reading goes on")
  func readsOn() async throws {
    let disk = SimulatedDisk()
    let number = SimulatedFileSystem.mount(disk)
    defer { SimulatedFileSystem.unmount(number) }
    let plan = try laboratoryPlan(count: 2)
    let store = try LaboratoryStore(
      creation: laboratoryCreation(plan), path: SimulatedFileSystem.address(number),
      time: FixedTime(), clock: HandClock())
    let events = try firstProposals(plan)
    try await store.decide { _ in (events, ()) }
    disk.limit(to: disk.used)
    for key in 1...3 {
      await #expect(throws: EventLogError.full(SimulatedFileSystem.address(number))) {
        try await store.claim(by: "a", requestKey: "\(key)")
      }
      #expect(try await store.read { $0.openCount } == 2)
      #expect(try store.events().count == 3)
    }
    disk.limit(to: .max)
    guard case .claimed = try await store.claim(by: "a", requestKey: "1") else {
      Issue.record("nothing was claimed")
      return
    }
    #expect(try store.events().count == 4)
  }
}
