import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Matter

struct DataImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Read tables and structure files into the store.",
    discussion: """
      CSV, TSV, JSON and JSON lines with a column of formulas or structures; CIF, POSCAR, extended \
      XYZ and JSON structures; what data export wrote as CSV or JSON lines; all of them also packed \
      with gzip; folders of these, each one import. An import that was killed is finished by the \
      same command, and a file that is in the store adds nothing. Values that cannot be used (NaN, \
      text, below zero where the property cannot be, in a wrong unit) are kept and flagged.
      """)

  @Argument(help: "Files and folders.")
  var files: [String]

  @OptionGroup var place: StoreOptions

  @Option(help: "The column of formulas (default: found by its name).")
  var formula: String?

  @Option(
    name: .customLong("property"), parsing: .singleValue,
    help: "A column to keep; may be repeated (default: all that hold numbers).")
  var properties: [String] = []

  @Option(
    name: .customLong("unit"), parsing: .singleValue,
    help: ArgumentHelp("The unit of a column.", valueName: "col=unit"))
  var units: [String] = []

  @Option(
    name: .customLong("uncertainty"), parsing: .singleValue,
    help: ArgumentHelp(
      "The column with the standard uncertainty of another.", valueName: "col=col"))
  var uncertainties: [String] = []

  @Option(help: "The method of all values: PBE, experiment, …")
  var fidelity: String?

  @Option(help: "The column that names the method of each row.")
  var fidelityColumn: String?

  @Option(help: "The column of row names (default: found by its name).")
  var id: String?

  @Option(help: "What a row that cannot be read does: stop undoes the file, skip goes on.")
  var onError: OnError = .stop

  @OptionGroup var common: CommonOptions

  func run() throws {
    let job = DataImport(
      options: try options(), errorRule: onError.rule, threads: common.threads)
    let inputs = try files.map(ImportInputs.init)
    let store = try RecordStore(path: place.store)
    let total = max(1, inputs.reduce(0) { $0 + $1.size })
    let bar = ProgressBar("importing", total: max(1, total >> 10), unit: "KiB")
    var done = 0
    var outcomes: [DataImport.Outcome] = []
    defer { bar.finish() }
    for input in inputs {
      let start = done
      let progress = { (bytes: Int) in
        bar.set(fraction: min(1, Double(start + bytes) / Double(total)))
      }
      let outcome =
        input.isFolder
        ? try job.run(folder: input.path, files: input.files, into: store, progress: progress)
        : try job.run(input.path, into: store, progress: progress)
      done += input.size
      outcomes.append(outcome)
      if !common.json {
        bar.finish()
        ImportReport.print(outcome, path: input.path)
      }
    }
    bar.finish()
    ImportReport.logRefusals(outcomes)
    if common.json { try Terminal.printJSON(outcomes) }
    if outcomes.contains(where: { $0.run.refused > 0 }) { throw ExitCode(1) }
  }

  func validate() throws {
    for (column, unit) in try Self.pairs(units, of: "--unit").sorted(by: { $0.key < $1.key })
    where Table.unit(of: "value (\(unit))") == nil {
      do throws(UnitError) {
        _ = try Matter.Unit(parsing: unit)
      } catch {
        throw ValidationError("--unit \(column)=\(unit): \(error)")
      }
    }
  }

  private func options() throws -> ImportOptions {
    var options = ImportOptions()
    options.formula = formula
    options.properties = properties
    options.units = try Self.pairs(units, of: "--unit")
    options.uncertainties = try Self.pairs(uncertainties, of: "--uncertainty")
    options.fidelity = fidelity
    options.fidelityColumn = fidelityColumn
    options.identifier = id
    return options
  }

  /// `column=value`, with the last sign of equality between them.
  private static func pairs(_ texts: [String], of option: String) throws -> [String: String] {
    var pairs: [String: String] = [:]
    for text in texts {
      guard let mark = text.lastIndex(of: "="), mark != text.startIndex,
        text.index(after: mark) != text.endIndex
      else {
        throw ValidationError("\(option) is written column=value, not \(text).")
      }
      let column = String(text[..<mark])
      guard pairs.updateValue(String(text[text.index(after: mark)...]), forKey: column) == nil
      else { throw ValidationError("\(option) is given twice for the column \(column).") }
    }
    return pairs
  }
}

enum OnError: String, ExpressibleByArgument, CaseIterable {
  case stop
  case skip

  var rule: DataImport.ErrorRule { self == .stop ? .stop : .skip }
}

/// A file, or the files of a folder that can be imported, by name, with those of the folders inside.
struct ImportInputs {
  let path: String
  let isFolder: Bool
  let files: [String]

  /// Bytes.
  let size: Int

  init(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError(operation: .read, path: path, code: ENOENT)
    }
    self.path = path
    self.isFolder = isFolder.boolValue
    files = isFolder.boolValue ? try Self.files(in: path) : [path]
    size = files.reduce(0) { $0 + Self.size($1) }
  }

  private static func files(in folder: String) throws -> [String] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    let files = names.filter(ImportFile.isKnown).sorted().map {
      (folder as NSString).appendingPathComponent($0)
    }
    guard !files.isEmpty else {
      throw CommandError(
        "\(folder): the folder holds no file that can be imported; name a file, or another folder.")
    }
    return files
  }

  private static func size(_ path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.size] as? Int ?? 0
  }
}

/// What an import says to a person.
enum ImportReport {
  static func print(_ outcome: DataImport.Outcome, path: String) {
    let run = outcome.run
    switch outcome.kind {
    case .present:
      let name = run.file == path ? "" : " as \(run.file)"
      Swift.print("\(path): in the store already\(name) (run \(run.id)); nothing was added.")
      return
    case .resumed: Swift.print("\(path): run \(run.id) was interrupted and is finished now")
    case .imported: Swift.print("\(path): run \(run.id)")
    }
    let read = run.entries - run.refused
    if outcome.files > 1 || outcome.presentFiles > 0 {
      let present = outcome.presentFiles
      Swift.print(
        "  \(DataText.count(outcome.files, "file"))"
          + (present > 0 ? ", and \(present) that the store has already" : ""))
    }
    Swift.print(
      "  \(DataText.count(read, "record")), \(run.newMaterials) of materials that are new, "
        + DataText.count(run.measurements, "measurement"))
    if let columns = run.columns {
      for property in columns.properties { Swift.print("  \(line(property, run.options))") }
      if !columns.ignored.isEmpty {
        Swift.print("  not read: \(columns.ignored.joined(separator: ", "))")
      }
    }
    if run.missing > 0 {
      Swift.print("  \(DataText.count(run.missing, "empty cell")) left out")
    }
    if run.flagged > 0 {
      let kinds = outcome.flags.map { "\($0.values) \($0.flag.words)" }
      Swift.print(
        "  \(run.flagged) flagged and not used: \(kinds.joined(separator: ", ")) "
          + "(athanor data list --run \(run.id))")
    }
    if run.refused > 0 { Swift.print("  \(run.refused) refused") }
  }

  private static func line(_ property: TableColumns.Property, _ options: ImportOptions) -> String {
    var text = property.name
    text += property.unit.map { " in \($0)" } ?? ", no unit"
    if let fidelity = options.fidelity { text += ", \(fidelity)" }
    if let column = property.uncertainty { text += ", uncertainty from \(column)" }
    return text
  }

  static func logRefusals(_ outcomes: [DataImport.Outcome]) {
    for outcome in outcomes {
      for refusal in outcome.refusals {
        Terminal.log("athanor: \(refusal.error(in: outcome.run.file))")
      }
      let more = outcome.run.refused - outcome.refusals.count
      if more > 0 {
        Terminal.log(
          "athanor: … and \(more) more; athanor data list --run \(outcome.run.id) shows all of them"
        )
      }
    }
  }
}
