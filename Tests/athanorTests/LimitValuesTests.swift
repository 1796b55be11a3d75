import Foundation
import Testing

@Suite("Targets that are limits")
struct LimitValuesTests {
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var table = "formula,conductivity\n"
    for (place, metal) in ["Na", "K", "Mg", "Ca", "Zn", "Al", "Ti", "Fe"].enumerated() {
      for (other, anion) in ["O", "S", "Cl2"].enumerated() {
        table += "\(metal)\(anion),1e-\(place + other)\n"
      }
    }
    try folder.write(table + "LiF,<1E-10\nLiCl, ≥ 3\n", to: "t.csv")
    return folder
  }

  private func train(_ folder: TemporaryFolder, _ options: String...) throws -> ProgramRun {
    try folder.run(["train", "t.csv", "--target", "conductivity", "--with", "gp"] + options)
  }

  @Test("The table is refused with both ways out, and either of them is taken")
  func waysOut() throws {
    let folder = try folder()
    let refused = try train(folder)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("t.csv:26"), "\(refused.errors)")
    #expect(refused.errors.contains("--on-error skip"))
    #expect(refused.errors.contains("--limits-as-values"))
    let skipped = try train(folder, "--on-error", "skip", "--log")
    #expect(skipped.status == 0 && skipped.output.contains("from 24 rows"), "\(skipped.errors)")
    let taken = try train(folder, "--limits-as-values", "--log")
    #expect(taken.status == 0 && taken.output.contains("from 26 rows"), "\(taken.errors)")
    #expect(taken.errors.contains("2 of 26 rows have a limit as their conductivity"))
    let card = try folder.run("inspect", "conductivity.safetensors", "--json")
    #expect(card.output.contains("--limits-as-values"), "\(card.output)")
  }

  @Test("What only looks like a limit is refused")
  func nonsense() throws {
    let folder = try folder()
    try folder.write("formula,conductivity\nLiF,<low\nLiCl,2\nNaCl,3\n", to: "t.csv")
    let run = try train(folder, "--limits-as-values")
    #expect(run.status == 1 && run.errors.contains("\"<low\" is not a number"), "\(run.errors)")
    #expect(!run.errors.contains("--limits-as-values takes"))
  }
}
