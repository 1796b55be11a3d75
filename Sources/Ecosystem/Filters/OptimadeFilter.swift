/// A question to a collection of materials, in the filter language of OPTIMADE: the same text asks
/// the local store and a database on the network.
///
///     elements HAS ALL "Ga","Ti" AND (nelements=3 OR nelements=4) AND NOT _exmpl_gap < 1.5
///
/// The grammar is that of the OPTIMADE specification 1.2.0 (appendix "The Filter Language EBNF
/// Grammar"), optional parts included: comparisons between two properties, `HAS ONLY`, operators in
/// lists of values, lists in step (`elements:counts HAS "H":>2`), nested names (`species.mass`).
/// Stricter than the grammar in three points that could never match anything: `LENGTH` takes a
/// whole number or a property, lists in step take as many values as lists, and `<` does not order
/// `TRUE` and `FALSE`.
public struct OptimadeFilter: Hashable, Sendable {
  public let expression: FilterExpression

  /// - Parameters:
  ///   - text: The filter, decoded (not in the form that stands in an address).
  ///   - limits: How long and how deep the text may be; time and memory are linear in its length.
  /// - Throws: ``FilterError`` with the place of the first damage.
  public init(
    parsing text: String, limits: FilterLimits = FilterLimits()
  ) throws(FilterError) {
    var parser = FilterParser(text, limits: limits)
    expression = try parser.filter()
  }

  public init(_ expression: FilterExpression) {
    self.expression = expression
  }
}

/// The largest filter that is read.
public struct FilterLimits: Hashable, Sendable {
  /// Bytes of UTF-8.
  public var length = 100_000

  /// Parentheses inside each other.
  public var depth = 128

  public init() {}
}

/// Conditions joined by logic.
///
/// Lists in `all` and `any` hold two expressions or more; one list is one chain of `AND` or `OR`.
public indirect enum FilterExpression: Hashable, Sendable {
  case all([FilterExpression])
  case any([FilterExpression])
  case not(FilterExpression)
  case condition(FilterCondition)
}

/// One comparison.
public enum FilterCondition: Hashable, Sendable {
  /// `nsites < 8`, `8 > nsites`, `a = b`.
  case compare(FilterOperand, FilterRelation, FilterOperand)

  /// `a IS KNOWN` (`true`) or `a IS UNKNOWN` (`false`).
  case known(FilterProperty, Bool)

  /// `a CONTAINS "x"` and its kin.
  case part(FilterProperty, FilterPart, FilterOperand)

  /// `a HAS ANY "x","y"`, `a:b HAS "x":>2`.
  ///
  /// Each row of tests has one test for each property; with ``FilterQuantity/one`` there is one row.
  case has([FilterProperty], FilterQuantity, [[FilterTest]])

  /// `a LENGTH >= 3`.
  case length(FilterProperty, FilterRelation, FilterOperand)
}

/// The name of a property, or the path to a nested one: `species.mass` is `["species", "mass"]`.
public struct FilterProperty: Hashable, Sendable {
  /// Never empty; each part matches `[a-z_][a-z_0-9]*`.
  public let path: [String]

  public init(_ path: [String]) {
    self.path = path
  }
}

/// One side of a comparison.
public enum FilterOperand: Hashable, Sendable {
  case property(FilterProperty)
  case text(String)

  /// Infinite where the text has a number beyond the range of `Double`.
  case number(Double)

  case flag(Bool)
}

/// How two values are compared.
public enum FilterRelation: String, Hashable, Sendable, CaseIterable {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

/// Which part of a text another text must be.
public enum FilterPart: String, Hashable, Sendable, CaseIterable {
  case contains = "CONTAINS"
  case starts = "STARTS WITH"
  case ends = "ENDS WITH"
}

/// How many of the tests must hold for how many of the elements of a list.
public enum FilterQuantity: String, Hashable, Sendable, CaseIterable {
  /// The one test holds for at least one element.
  case one = "HAS"
  /// Each test holds for at least one element.
  case all = "HAS ALL"
  /// At least one test holds for at least one element.
  case any = "HAS ANY"
  /// For each element at least one test holds; true of an empty list.
  case only = "HAS ONLY"
}

/// What an element of a list is asked.
public enum FilterTest: Hashable, Sendable {
  case compare(FilterRelation, FilterOperand)
  case part(FilterPart, FilterOperand)
}
