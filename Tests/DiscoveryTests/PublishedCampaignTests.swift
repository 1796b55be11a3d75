import Discovery
import Ecosystem
import Foundation
import Learning
import Matter
import TestKit
import Testing

@Suite("Published campaigns")
struct PublishedCampaignTests {
  private static let hasSets = SharedFolder.has("data/closed_loop")

  @Test(
    "PV-Lab's tables are designs of conditions alone", .enabled(if: hasSets, "no shared data"),
    arguments: [
      ("AutoAM", 4, 100, 100), ("Crossed barrel", 4, 600, 1800), ("P3HT", 5, 178, 233),
      ("Perovskite", 3, 94, 139),
    ])
  func tables(_ name: String, inputs: Int, designs: Int, runs: Int) throws {
    let direction = try #require(PublishedCampaign.tables.first { $0.name == name }).direction
    let campaign = try PublishedCampaign(
      name: name,
      table: #require(SharedFolder.url("data/closed_loop/pvlab/\(name)_dataset.csv")).path,
      direction: direction)
    #expect(
      campaign.datasets[0].rows.count == runs && campaign.datasets[0].variableNames.count == inputs)
    #expect(Set(campaign.datasets[0].candidates).count == designs)
    #expect(campaign.datasets[0].candidates.allSatisfy { !$0.hasMaterial })
  }

  @Test(
    "Olympus sets are read by their description", .enabled(if: hasSets, "no shared data"),
    arguments: [
      ("photo_pce10", 4, 1040), ("mmli_opv", 122, 2200), ("hplc", 6, 1386),
      ("vapdiff_crystal", 28, 918),
    ])
  func olympus(_ name: String, variables: Int, rows: Int) throws {
    let folder = try #require(SharedFolder.url("data/closed_loop/olympus/dataset_\(name)"))
    let campaign = try PublishedCampaign.olympus(folder.path)
    #expect(campaign.name == name)
    #expect(campaign.datasets[0].variableNames.count == variables)
    #expect(campaign.datasets[0].rows.count == rows)
  }

  @Test("Sets of several objectives have a table for each", .enabled(if: hasSets, "no shared data"))
  func several() throws {
    let folder = try #require(SharedFolder.url("data/closed_loop/olympus/dataset_lnp3"))
    let campaign = try PublishedCampaign.olympus(folder.path)
    #expect(
      campaign.datasets.map(\.targetName) == [
        "drug_loading", "encap_efficiency", "particle_diameter",
      ])
    #expect(campaign.directions == [.maximize, .maximize, .minimize])
    #expect(campaign.datasets.allSatisfy { $0.rows.count == 768 })
  }

  @Test("A process on conditions finds the best of a smooth table sooner than chance")
  func search() throws {
    var table = "kind,time,temperature,yield\n"
    for kind in ["acid", "base"] {
      for time in 0..<8 {
        for temperature in 0..<8 {
          let (x, y) = (Double(time) - 5, Double(temperature * 10) - 30)
          let bonus = kind == "acid" ? 2.0 : 0
          table += "\(kind),\(time),\(temperature * 10),\(bonus - x * x / 8 - y * y / 900)\n"
        }
      }
    }
    let path = NSTemporaryDirectory() + "designs-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try table.write(toFile: path, atomically: true, encoding: .utf8)
    let campaign = try PublishedCampaign(name: "smooth", table: path, direction: .maximize)
    #expect(
      campaign.datasets[0].variableNames == ["kind=acid", "kind=base", "time", "temperature"])
    var configuration = GaussianProcessTrainer.Configuration()
    configuration.features = .named([])
    let study = ReplayStudy(
      plan: try campaign.plan(StandardAcquisition(.logEI), budget: 25),
      dataset: campaign.datasets[0], trainer: GaussianProcessTrainer(configuration),
      seeds: [0, 1, 2])
    let result = try study.run(threads: 2)
    #expect(result.poolSize == 128 && result.topCount == 7)
    #expect(result.curve[24].top.mean > 0.5, "chance finds \(result.curve[24].expectedTop)")
  }
}
