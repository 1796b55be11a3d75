/// A table: typed cells, so that numbers line up, sort by value and are rounded alike.
public struct ReportTable: Hashable, Sendable {
  /// Says what the rows are.
  public var caption: String
  public var columns: [Column]

  /// Each row has one cell for each column; missing ones show as a dash.
  public var rows: [[Cell]]

  public struct Column: Hashable, Sendable {
    public var title: String
    public var unit: String

    public init(_ title: String, unit: String = "") {
      self.title = title
      self.unit = unit
    }

    public init(_ quantity: Quantity) {
      self.init(quantity.name, unit: quantity.unit)
    }
  }

  public enum Cell: Hashable, Sendable {
    case text(String)
    /// A sentence: given room to wrap.
    case sentence(String)
    /// A chemical formula, amounts set low.
    case formula(String)
    /// Three significant digits.
    case number(Double)
    case integer(Int)
    /// Value and standard uncertainty, both to the digits that the uncertainty deserves.
    case measured(Double, spread: Double)
    /// Value and the ends of its interval.
    case interval(Double, lower: Double, upper: Double)
    /// Shown as a mark and the text, never by color alone.
    case verdict(Bool, String)
    case missing
  }

  public init(caption: String, columns: [Column], rows: [[Cell]] = []) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }
}
