import Foundation
public import Learning

/// What the settings of a candidate must keep: `a + b <= 1`, `temperature * time <= 5000`,
/// `a + b + c = 1`.
///
/// Both sides are formulas of numeric settings and, beside compositions, of the atomic fractions of
/// elements by their symbols. A relation counts as kept within a billionth of the larger side.
public struct SpaceConstraint: Hashable, Sendable {
  public enum Relation: String, Sendable {
    case atMost = "<="
    case atLeast = ">="
    case equal = "="
  }

  public let left: Formula
  public let relation: Relation
  public let right: Formula

  /// As it was written.
  public let text: String

  /// Left minus right where both are linear.
  let linear: LinearForm?

  /// - Throws: ``SpaceError/constraint(_:reason:)``.
  public init(_ text: String) throws(SpaceError) {
    self.text = text
    var plain = text
    for (other, sign) in [("≤", "<="), ("≥", ">="), ("==", "=")] {
      plain = plain.replacing(other, with: sign)
    }
    let found: [Relation] = [.atMost, .atLeast].filter { plain.contains($0.rawValue) }
    relation = found.first ?? .equal
    let sides = plain.split(
      separator: relation.rawValue, maxSplits: 2, omittingEmptySubsequences: false)
    guard sides.count == 2, !plain.contains("<>"), found.count < 2 else {
      throw .constraint(text, reason: "write one of <=, >= and = between two formulas")
    }
    do throws(FormulaReadingError) {
      left = try Formula(parsing: String(sides[0]))
      right = try Formula(parsing: String(sides[1]))
    } catch {
      throw .constraint(text, reason: error.description)
    }
    linear = LinearForm(.binary(.subtract, left, right))
  }

  /// Every name on either side.
  public var names: [String] {
    left.variables + right.variables.filter { !left.variables.contains($0) }
  }

  /// Whether it is kept; never where a side is not a finite number.
  func holds(_ value: (String) -> Double) -> Bool {
    let a = left.values(rows: 1) { [value($0)] }[0]
    let b = right.values(rows: 1) { [value($0)] }[0]
    guard a.isFinite, b.isFinite else { return false }
    let tolerance = 1e-9 * max(abs(a), abs(b), 1e-300)
    return switch relation {
    case .atMost: a <= b + tolerance
    case .atLeast: a >= b - tolerance
    case .equal: abs(a - b) <= tolerance
    }
  }
}

/// Written as its text.
extension SpaceConstraint: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
