import ArgumentParser

/// Files that Athanor keeps: ledgers of campaigns and stores of records.
struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store",
    abstract: "Check ledgers and stores, and save what is sound of damaged ones.",
    subcommands: [StoreCheck.self, StoreRepair.self])
}
