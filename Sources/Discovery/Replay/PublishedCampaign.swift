import Design
public import Ecosystem
import Formats
import Foundation

/// A published search for the best of a table of measured designs, read from its files.
public struct PublishedCampaign: Sendable {
  public let name: String

  /// The designs with their measurements, once for each objective: conditions alone, texts as a variable for
  /// each level.
  public let datasets: [Dataset]

  /// One for each objective.
  public let directions: [Objective.Direction]

  /// The plan of the pool protocol of Liang et al., npj Comput. Mater. 7, 188 (2021): two random
  /// designs, then one at a time.
  public func plan(_ acquisition: StandardAcquisition, budget: Int) throws -> CampaignPlan {
    let objectives = try zip(directions, datasets).map {
      Objective($0, try PropertyExpression($1.targetName))
    }
    var plan = CampaignPlan(name: name, seed: 0, objective: objectives[0])
    if objectives.count > 1 { plan.furtherObjectives = Array(objectives.dropFirst()) }
    plan.acquisition = acquisition
    plan.initial = min(2, budget)
    plan.budget = budget
    plan.variableNames = datasets[0].variableNames
    return plan
  }
}

// MARK: PV-Lab

extension PublishedCampaign {
  /// Tables of github.com/PV-Lab/Benchmarking, whose last column is the objective, and what is
  /// looked for in them.
  public static let tables: [(name: String, direction: Objective.Direction)] = [
    ("AutoAM", .maximize), ("Crossed barrel", .maximize), ("P3HT", .maximize),
    ("Perovskite", .minimize),
  ]

  /// - Parameter path: A table with a header, the objective in its last column.
  public init(name: String, table path: String, direction: Objective.Direction) throws {
    let table = try Table(AtomicFile.read(path), file: path)
    try self.init(name: name, table, [direction])
  }

  /// The last columns are the objectives.
  private init(name: String, _ table: Table, _ directions: [Objective.Direction]) throws {
    guard table.columns.count > directions.count else {
      throw ReadingError(file: table.file, message: "It needs inputs and an objective.")
    }
    self.name = name
    self.directions = directions
    datasets = try table.columns.suffix(directions.count).map { target in
      var columns = Dataset.Columns(target: target)
      columns.variables = Array(table.columns.dropLast(directions.count))
      columns.expandsTexts = true
      return try Dataset(table, columns: columns)
    }
  }
}

// MARK: Olympus

extension PublishedCampaign {
  /// What `config.json` says of a set.
  private struct Configuration: Decodable {
    struct Column: Decodable {
      let name: String

      /// `continuous`, `discrete`, `categorical` or `ordinal`.
      let type: String
      let options: [Option]?
    }

    /// A level; numbers occur where parameters are discrete.
    enum Option: Decodable {
      case text(String)
      case number(Double)

      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
          self = .text(text)
        } else {
          self = .number(try value.decode(Double.self))
        }
      }
    }

    /// One for all objectives, or one each.
    enum Goal: Decodable {
      case names([String])

      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        self = .names(try (try? [value.decode(String.self)]) ?? value.decode([String].self))
      }
    }

    let parameters: [Column]
    let measurements: [Column]
    let goal: Goal

    private enum CodingKeys: String, CodingKey {
      case parameters, measurements
      case goal = "default_goal"
    }
  }

  /// A set of Olympus (Häse et al., Mach. Learn.: Sci. Technol. 2, 035021 (2021)): a folder with
  /// `config.json` and `data.csv`, which has no header. An ordinal objective counts its levels
  /// from 0.
  ///
  /// - Throws: ``FileError`` or ``ReadingError``.
  public static func olympus(_ folder: String) throws -> PublishedCampaign {
    let path = "\(folder)/config.json"
    let configuration: Configuration
    do {
      configuration = try JSONDecoder().decode(
        Configuration.self, from: Data(try AtomicFile.read(path)))
    } catch let error as DecodingError {
      throw ReadingError(file: path, message: "It is no description of a set: \(error).")
    }
    guard case .names(let names) = configuration.goal,
      case let goals = names.compactMap(Objective.Direction.init(rawValue:)),
      !goals.isEmpty, goals.count == configuration.measurements.count
    else {
      throw ReadingError(
        file: path, message: "default_goal is maximize or minimize, one for each measurement.")
    }
    let table = try self.table("\(folder)/data.csv", configuration)
    let name = (folder as NSString).lastPathComponent.replacing("dataset_", with: "")
    return try PublishedCampaign(name: name, table, goals)
  }

  private static func table(_ path: String, _ configuration: Configuration) throws -> Table {
    let columns = configuration.parameters + configuration.measurements
    let header = columns.map { "\"\($0.name)\"" }.joined(separator: ",") + "\n"
    let table = try Table(Array(header.utf8) + AtomicFile.read(path), file: path)
    guard let objective = columns.last, objective.type == "ordinal" else { return table }
    let levels = (objective.options ?? []).compactMap { option -> String? in
      if case .text(let text) = option { text } else { nil }
    }
    let cells = try table.strings(objective.name)
    return try table.replacing(
      objective.name,
      with: cells.map { cell in levels.firstIndex(of: cell).map(String.init) ?? cell })
  }
}
