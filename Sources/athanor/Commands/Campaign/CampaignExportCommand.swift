import ArgumentParser
import Discovery
import Ecosystem
import Foundation

struct CampaignExportCommand: ParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Hand a campaign over: all that its ledger holds, as files with checksums.",
    discussion: """
      The folder receives measurements and proposals (CSV), every event (JSON lines), crystals (CIF, \
      extended XYZ), models trained anew on the ledger (safetensors), the page about the campaign \
      (HTML), the ledger itself and SHA256SUMS, which sha256sum -c checks. Equal ledgers give equal \
      bytes. --check looks at such a folder again.
      """)

  @Argument(help: "A ledger, or the folder that holds it.")
  var ledger: String?

  @Option(name: .customLong("to"), help: "The folder to make; it must be new or empty.")
  var folder: String?

  @Option(help: "The recipe of the campaign, which is handed over too.")
  var recipe: String?

  @Option(name: .customLong("check"), help: "Check a folder that was exported.")
  var checked: String?

  @OptionGroup var networks: DeviceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (checked == nil) == (ledger != nil), (ledger == nil) == (folder == nil) else {
      throw ValidationError("Give a ledger and --to FOLDER, or --check FOLDER.")
    }
  }

  func run() throws {
    if let checked { return try check(checked) }
    guard let ledger, let folder else { return }
    let path = try CampaignLedger.path(ledger)
    let writer = try ExportWriter(path, recipe: recipe, threads: common.threads)
    let result = try writer.write(to: folder)
    if common.json { return try Terminal.printJSON(result) }
    print("\(folder): \(result.name), \(DataText.count(result.events, "event"))")
    for file in result.files { print("  \(file)") }
    for note in result.notes { print("  left out: \(note)") }
    print("Last hash: \(result.hash)")
    print("Check it with: athanor campaign export --check \(folder)")
  }

  private struct Verdict: Encodable {
    let folder: String
    let isSound: Bool
    let faults: [StoreFault]
  }

  private func check(_ folder: String) throws {
    let faults = try ExportWriter.faults(in: folder)
    if common.json {
      try Terminal.printJSON(Verdict(folder: folder, isSound: faults.isEmpty, faults: faults))
    } else if faults.isEmpty {
      print("\(folder): every file is what was written, and the ledger is whole")
    } else {
      print("\(folder): damaged")
      for fault in faults { print("  \(fault)") }
    }
    if !faults.isEmpty { throw ExitCode(1) }
  }
}
