import Foundation
import Testing

@Suite("Campaigns over conditions alone")
struct ConditionsCampaignTests {
  private func folder(_ surrogate: String = "{kind: gp}") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var table = "solvent,hours,yield (%)\n"
    for (place, solvent) in ["water", "ethanol"].enumerated() {
      for hours in 1...12 {
        table += "\(solvent),\(hours),\(80 - 10 * place - (hours - 7) * (hours - 7))\n"
      }
    }
    try folder.write(table, to: "runs.csv")
    try folder.write(
      """
      name: Reaction
      objective: {maximize: yield (%)}
      oracle: {replay: runs.csv, variables: [solvent, hours]}
      surrogate: \(surrogate)
      acquisition: {kind: log-ei}
      initial: 4
      budget: 14
      """, to: "r.yaml")
    return folder
  }

  @Test("The best conditions are found and called by their names, and a stopped run goes on")
  func finds() throws {
    let folder = try folder()
    let run = try folder.run("campaign", "run", "r.yaml", "--output", "o")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("80.0 %  solvent=water, hours 7"), "\(run.output)")
    let page = try String(
      contentsOf: folder.url.appendingPathComponent("o/report.html"), encoding: .utf8)
    #expect(page.contains("solvent=water, hours 7") && page.contains("similar conditions"))
    #expect(page.contains(">Candidate<"))
    let again = try folder.run("campaign", "run", "r.yaml", "--output", "o")
    #expect(again.status == 0 && again.output == run.output, "\(again.errors)")
  }

  @Test("What needs a formula is refused in words")
  func refused() throws {
    let magpie = try folder("{kind: gp, features: magpie}")
    let run = try magpie.run("campaign", "run", "r.yaml")
    #expect(run.status == 1 && run.errors.contains("no column of formulas"), "\(run.errors)")
    let ensemble = try folder("{kind: ensemble}").run("campaign", "run", "r.yaml")
    #expect(ensemble.status == 1 && ensemble.errors.contains("{kind: gp}"), "\(ensemble.errors)")
  }
}
