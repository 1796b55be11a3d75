import ArgumentParser
import Ecosystem

/// The store of records on the command line.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Keep records of materials: import, look, ask, export.",
    discussion: """
      A store is one file, athanor.sqlite in the working folder unless --store names another.

        athanor data import gaps.csv --unit gap=eV --fidelity experiment
        athanor data query 'elements HAS "O" AND gap > 2'
        athanor data export --filter 'nelements = 2' --output oxides.csv
      """,
    subcommands: [
      DataImportCommand.self, DataList.self, DataShow.self, DataQuery.self, DataExport.self,
      DataRemove.self, DataFetch.self, DataAuditCommand.self, DataSplit.self,
      DataHarmonize.self,
    ])
}

/// Where the records are.
struct StoreOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The file of the store.", valueName: "path"))
  var store = "athanor.sqlite"

  /// The store, which must be there.
  func open() throws -> RecordStore {
    try RecordStore(path: store, creating: false)
  }
}
