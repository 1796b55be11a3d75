import Foundation

/// The answers from which a recipe is written.
struct RecipeDraft {
  enum Space: String, CaseIterable {
    case table
    case settings
    case elements
    case formulas
  }

  enum Measurer: String, CaseIterable {
    case person
    case replay
    case program
    case service
    case virtualLaboratory = "virtual-laboratory"
  }

  enum Aim: String, CaseIterable {
    case maximize
    case minimize
    case target
  }

  enum CostKind: String, CaseIterable {
    case none
    case column
    case elements
    case kilograms
  }

  enum Cost {
    case none
    case column(String)
    case elements([(symbol: String, price: Double)])
    case kilograms(Double)
  }

  /// A setting of a process and what it can be, as it is written in the recipe.
  struct Setting {
    let name: String
    let values: String
  }

  var name = "campaign"
  var seed: UInt64 = 1
  var space = Space.settings

  /// Of a table: relative to the recipe.
  var table = ""
  var formula: String?
  var variables: [String] = []

  /// Whether the table holds measurements from before.
  var hasData = false
  var settings: [Setting] = []
  var elements: [String] = []
  var step = 0.05
  var maximumElements = 4
  var maximumAtoms = 12

  var property = ""
  var unit = ""
  var aim = Aim.maximize
  var target = 0.0

  var measurer = Measurer.person
  var command: [String] = []
  var address = ""

  var initial = 10
  var budget = 30
  var batch = 1
  var cost = Cost.none
}
