import Foundation

/// How a formula is looked for.
public struct SymbolicConfiguration: Codable, Hashable, Sendable {
  /// How often operators are applied to what is there: the highest that is tried. A third time makes
  /// millions of features, which takes many minutes and did not pay on ABX3 compounds.
  public var rungs = 2

  /// The most features that are combined: the highest that is tried.
  public var dimension = 3

  public var operators = FormulaOperator.usual

  /// About how many features of the last rung are looked at in one pass, the simplest first.
  public var budget = 1_000_000

  /// Features that one screening keeps.
  public var subspace = 100

  /// How many of the best formulas leave a residual that the next dimension is screened for.
  public var residuals = 10

  /// Folds of the cross-validation that chooses rung and dimension.
  public var folds = 5

  /// How many formulas are given.
  public var top = 5

  /// Whether the classes weigh the same, whatever their numbers of rows; `nil` for yes where the
  /// smaller has less than a quarter of the rows.
  public var isBalanced: Bool?

  public var seed: UInt64 = 0

  public init() {}
}
