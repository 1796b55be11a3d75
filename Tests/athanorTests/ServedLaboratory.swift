import Foundation
import TestKit

/// A running service with a campaign, a store of records, a crystal among them, and a model; it ends with
/// this value.
final class ServedLaboratory {
  let folder: TemporaryFolder
  let port: Int

  /// For everything; empty where nobody needs one.
  let token: String
  private let service: Process

  static let rutile = """
    TiO2
    1.0
    4.594 0 0
    0 4.594 0
    0 0 2.959
    Ti O
    2 4
    direct
    0 0 0
    0.5 0.5 0.5
    0.305 0.305 0
    0.695 0.695 0
    0.805 0.195 0.5
    0.195 0.805 0.5

    """

  init(withToken: Bool = false, budget: Int = 5000) throws {
    folder = try TemporaryFolder()
    try Self.fill(folder, budget: budget)
    if withToken {
      let made = try folder.run(
        "token", "add", "tester", "--folder", "lab", "--scopes", "read,propose,report,admin")
      token = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    } else {
      token = ""
    }
    port = try ServeTests.freePort()
    service = try ProgramRun.start(
      [
        "serve", "r.yaml", "--folder", "lab", "--port", "\(port)", "--store", "athanor.sqlite",
        "--models", "models", "--spectra", "spectra",
      ], in: folder.url)
    for _ in 0..<2000 {
      if (try? KeepAliveClient(port).ask("GET", "/ready").answer.status) == 200 { break }
      usleep(10_000)
    }
  }

  deinit {
    service.terminate()
    service.waitUntilExit()
  }

  private static func fill(_ folder: TemporaryFolder, budget: Int) throws {
    try folder.write(ServeTests.recipe.replacing("BUDGET", with: "\(budget)"), to: "r.yaml")
    var rows = "id,formula,gap (eV)\n"
    let formulas = ["TiO", "ZnO", "MgO", "GaAs", "InP", "CdTe", "SiC", "AlN"]
    for (place, formula) in formulas.enumerated() {
      for amount in 2...7 {
        rows += "m\(place)-\(amount),\(formula)\(amount),\(Double(place) + 0.1 * Double(amount))\n"
      }
    }
    try folder.write(rows, to: "gaps.csv")
    try folder.write(rutile, to: "rutile.vasp")
    for name in ["models", "spectra"] {
      try FileManager.default.createDirectory(
        at: folder.url.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    let pattern = (0..<900).map { "\(10 + Double($0) / 10) \($0 == 175 ? 900 : 20)\n" }
    try folder.write(pattern.joined(), to: "spectra/m0-2.xy")
    for arguments in [
      ["data", "import", "gaps.csv"], ["data", "import", "rutile.vasp"],
      [
        "train", "gaps.csv", "--target", "gap (eV)", "--with", "gp", "--output",
        "models/gap.safetensors",
      ],
    ] {
      let run = try folder.run(arguments)
      guard run.status == 0 else { throw CommandFailure(sentence: run.errors) }
    }
  }

  private struct CommandFailure: Error {
    let sentence: String
  }
}
