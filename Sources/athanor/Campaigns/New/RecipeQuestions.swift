import ArgumentParser
import Foundation

/// The answers of `campaign new` as options; the same names as in recipes.
struct RecipeQuestions: ParsableArguments {
  @Option(help: "What the campaign is called (default: as the file).")
  var name: String?

  @Option(help: "What there is to choose from: table, settings, elements or formulas.")
  var space: RecipeDraft.Space?

  @Option(help: "A table (CSV, TSV or JSON) of candidates, or of measurements to replay.")
  var table: String?

  @Option(help: "Its column of formulas (default: by its name).")
  var formula: String?

  @Option(name: .customLong("variable"), help: "A column of conditions; may be repeated.")
  var variables: [String] = []

  @Option(
    name: .customLong("setting"),
    help: "A setting of a process: T=180:260:5 (from, to, step), T=180,200 or oil=corn,olive.")
  var settings: [String] = []

  @Option(help: "Elements, with commas between: Al,Ni,Cu.")
  var elements: String?

  @Option(help: "Steps of atomic fraction.")
  var step: Double?

  @Option(help: "The most elements of one candidate.")
  var maximumElements: Int?

  @Option(help: "The most atoms of one neutral formula.")
  var maximumAtoms: Int?

  @Option(help: "The property to make as large as can be.")
  var maximize: String?

  @Option(help: "The property to make as small as can be.")
  var minimize: String?

  @Option(help: "The property that should have the value --target.")
  var property: String?

  @Option(help: "The value that --property should have.")
  var target: Double?

  @Option(help: "Its unit.")
  var unit: String?

  @Option(help: "Who measures: person, replay, program, service or virtual-laboratory.")
  var oracle: RecipeDraft.Measurer?

  @Option(help: "The program that measures, with its arguments.")
  var program: String?

  @Option(help: "The address of the service that measures.")
  var service: String?

  @Option(help: "Measurements before the first model.")
  var initial: Int?

  @Option(help: "Measurements in all.")
  var budget: Int?

  @Option(help: "Measurements proposed together.")
  var batch: Int?

  @Option(help: "The column of the table that says what a measurement costs.")
  var costColumn: String?

  @Option(help: "What elements cost: Pd=40,Pt=30.")
  var costElements: String?

  @Option(help: "Kilograms in a sample, which then costs what its elements cost on the market.")
  var costKilograms: Double?

  @Option(help: "Where random choices start.")
  var seed: UInt64 = 1

  func validate() throws {
    let aims = [maximize, minimize, property].count { $0 != nil }
    guard aims <= 1 else {
      throw ValidationError("Give one of --maximize, --minimize and --property.")
    }
    guard target == nil || maximize == nil && minimize == nil else {
      throw ValidationError("--target goes with --property.")
    }
    let costs = [costColumn != nil, costElements != nil, costKilograms != nil].count { $0 }
    guard costs <= 1 else {
      throw ValidationError("Give one of --cost-column, --cost-elements and --cost-kilograms.")
    }
    guard program == nil || service == nil else {
      throw ValidationError("Give --program or --service.")
    }
  }
}

extension RecipeDraft.Space: ExpressibleByArgument {}
extension RecipeDraft.Measurer: ExpressibleByArgument {}
