import Discovery
import Foundation
import Testing

@Suite("campaign new")
struct CampaignNewTests {
  static let table = """
    formula,gap (eV),hours
    Si,1.1,1
    GaAs,1.4,2
    GaN,3.4,1
    ZnO,3.3,3
    TiO2,3.0,2
    InP,1.34,1
    GaP,2.26,2
    CdS,2.4,1

    """

  @Test("Answers as options make a commented recipe that runs as it is")
  func replay() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.table, to: "t.csv")
    let made = try folder.run(
      "campaign", "new", "gaps.yaml", "--table", "t.csv", "--maximize", "gap (eV)", "--budget", "6",
      "--cost-column", "hours")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.hasSuffix("Next: athanor campaign run gaps.yaml\n"))
    let path = folder.url.appendingPathComponent("gaps.yaml").path
    let recipe = try CampaignRecipe(path: path)
    #expect(recipe.plan.budget == 6 && recipe.plan.initial == 2 && recipe.plan.name == "gaps")
    #expect(recipe.plan.acquisition.cost == .column("hours"))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.split(separator: "\n").count { $0.hasPrefix("#") } >= 8)
    // A cost column needs the table as a space: the recipe was opened before it was written.
    let run = try folder.run("campaign", "run", "gaps.yaml")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("6 measurements, 0 failed"))
  }

  @Test(
    "Every kind of space and of who measures is read by the recipe reader",
    arguments: [
      [
        "--setting", "T=180:260:5", "--setting", "oil=corn,olive", "--minimize", "wear", "--unit",
        "mg",
      ],
      ["--setting", "T=180,200,220", "--property", "pH", "--target", "7.4"],
      ["--elements", "Al,Ni,Cu", "--oracle", "virtual-laboratory", "--cost-elements", "Ni=3"],
      ["--elements", "Al,Ni", "--maximize", "hardness", "--program", "measure.sh --fast"],
      ["--space", "formulas", "--elements", "Li,Fe,O", "--maximize", "voltage", "--unit", "V"],
      [
        "--table", "t.csv", "--oracle", "person", "--maximize", "gap (eV)", "--cost-kilograms",
        "0.01",
      ],
      ["--table", "t.csv", "--service", "http://127.0.0.1:9/measure", "--minimize", "hours"],
      ["--table", "t.csv", "--variable", "hours", "--maximize", "gap (eV)"],
    ])
  func kinds(_ options: [String]) throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.table, to: "t.csv")
    let options = ["campaign", "new", "sub/r.yaml", "--json", "--no-input"] + options
    let refused = try folder.run(options)
    #expect(refused.status == 1 && refused.errors.contains("folder"), "\(refused.errors)")
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("sub"), withIntermediateDirectories: true)
    let made = try folder.run(options)
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains("\"next\""))
    _ = try CampaignRecipe(path: folder.url.appendingPathComponent("sub/r.yaml").path).setup()
  }

  @Test(
    "What is missing or wrong is named with its option, and nothing is written",
    arguments: [
      ([], "--space"), (["--table", "t.csv"], ""),
      (["--elements", "Al,Xx", "--maximize", "a"], "Xx"),
      (["--elements", "Al,Ni"], "--maximize"),
      (["--setting", "T", "--maximize", "a"], "T=180:260:5"),
      (["--table", "none.csv"], "none.csv"), (["--table", "t.csv", "--maximize", "nope"], "nope"),
      (["--setting", "T=1:2", "--property", "a"], "--target"),
      (
        ["--elements", "Al,Ni", "--maximize", "a", "--oracle", "virtual-laboratory"],
        "does not measure"
      ),
    ])
  func refusals(_ options: [String], _ word: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.table, to: "t.csv")
    let made = try folder.run(["campaign", "new", "r.yaml", "--no-input"] + options)
    if word.isEmpty {
      // The last column of numbers is what a table without a word is about.
      return #expect(made.status == 0 && folder.names == ["r.yaml", "t.csv"], "\(made.errors)")
    }
    #expect(made.status == 1 && made.errors.contains(word), "\(made.errors)")
    #expect(folder.names == ["t.csv"])
  }

  @Test("A file that is there stays, unless it is to be replaced")
  func keepsFiles() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("name: mine\n", to: "r.yaml")
    let options = ["campaign", "new", "r.yaml", "--elements", "Al,Ni", "--maximize", "a"]
    let refused = try folder.run(options)
    #expect(refused.status == 1 && refused.errors.contains("--force"))
    #expect(try String(contentsOf: file, encoding: .utf8) == "name: mine\n")
    #expect(try folder.run(options + ["--force"]).status == 0)
    #expect(try String(contentsOf: file, encoding: .utf8).contains("elements: [Al, Ni]"))
  }

  @Test("On a terminal it asks, shows the columns, and asks again where an answer is none")
  func terminal() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.table, to: "t.csv")
    let answers = ["", "1", "t.csv", "", "", "9", "gap (eV)", "", "", "5", "", "", ""]
    let (status, shown) = try TerminalRun.run(
      ["campaign", "new", "gaps.yaml"], answers: answers, in: folder.url)
    #expect(status == 0, "\(shown)")
    #expect(shown.contains("gap (eV): number, 1.10 to 3.40"))
    #expect(shown.contains("There is no such column"))
    #expect(shown.contains("Which property is wanted [hours]?"))
    #expect(shown.contains("Next: athanor campaign run gaps.yaml"))
    let recipe = try CampaignRecipe(path: folder.url.appendingPathComponent("gaps.yaml").path)
    #expect(recipe.plan.budget == 5 && recipe.plan.objective.direction == .maximize)
  }

  @Test("A terminal that is closed leaves nothing behind")
  func hangUp() throws {
    let folder = try TemporaryFolder()
    let (status, shown) = try TerminalRun.run(
      ["campaign", "new", "r.yaml"], answers: ["", "\u{4}"], in: folder.url)
    #expect(status == 1 && shown.contains("Nothing was written."), "\(shown)")
    #expect(folder.names == [])
  }
}
