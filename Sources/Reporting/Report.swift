/// A page for people: what was done, what was found, how sure it is, and how to do it again.
///
/// ``html(vegaBundle:)`` writes it as one file that fetches nothing.
public struct Report: Hashable, Sendable {
  public var title: String

  /// One line under the title.
  public var subtitle: String

  /// One paragraph in plain words: what was asked, what was found.
  public var summary: String

  /// The key figures, at the top; three to six look best.
  public var cards: [Card]

  public var sections: [Section]

  /// The full recipe as YAML; folded on the page. `nil`: no such block.
  public var recipe: String?

  /// Where the numbers come from: version, seed, hash of the data, command.
  public var provenance: [Fact]

  public init(
    title: String, subtitle: String = "", summary: String = "", cards: [Card] = [],
    sections: [Section] = [], recipe: String? = nil, provenance: [Fact] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.summary = summary
    self.cards = cards
    self.sections = sections
    self.recipe = recipe
    self.provenance = provenance
  }

  /// One key figure.
  public struct Card: Hashable, Sendable {
    /// What the figure is: "Best alloy".
    public var label: String

    /// The figure, already rounded; see ``Report/number(_:significant:)`` and ``Report/percent(_:)``.
    public var value: String
    public var unit: String

    /// What to compare it with: "random search: 19.8".
    public var note: String

    /// The value is a chemical formula: its amounts are set low.
    public var isFormula: Bool

    public init(
      _ label: String, value: String, unit: String = "", note: String = "", isFormula: Bool = false
    ) {
      self.label = label
      self.value = value
      self.unit = unit
      self.note = note
      self.isFormula = isFormula
    }

    /// A measured or counted figure to three significant digits, with its unit.
    public init(_ label: String, value: Double, unit: String = "", note: String = "") {
      self.init(label, value: Numeral.text(value), unit: unit, note: note)
    }
  }

  /// One heading with what belongs under it.
  public struct Section: Hashable, Sendable {
    public var title: String

    /// What is shown and how to read it.
    public var text: String
    public var contents: [Content]

    /// Two neighbors of half width share a row where the page is wide enough.
    public var isHalfWidth: Bool

    public init(
      title: String, text: String = "", content: Content..., isHalfWidth: Bool = false
    ) {
      self.title = title
      self.text = text
      self.contents = content
      self.isHalfWidth = isHalfWidth
    }
  }

  public enum Content: Hashable, Sendable {
    case chart(Chart)
    case table(ReportTable)
    case cell(CellPicture)
    /// Shown as it stands, in letters of equal width.
    case preformatted(String)
    case paragraph(String)
  }

  public struct Fact: Hashable, Sendable {
    public var label: String
    public var value: String

    public init(_ label: String, _ value: String) {
      self.label = label
      self.value = value
    }
  }
}

extension Report {
  /// `value` to so many significant digits, for cards and sentences.
  public static func number(_ value: Double, significant digits: Int = 3) -> String {
    Numeral.text(value, significant: digits)
  }

  /// A time as people say it: seconds to 100, then minutes, hours from 100 minutes on.
  public static func duration(_ seconds: Double) -> String {
    if seconds < 100 { return "\(number(seconds)) s" }
    if seconds < 6000 { return "\(number(seconds / 60)) min" }
    return "\(number(seconds / 3600)) h"
  }

  /// A fraction as a percentage.
  public static func percent(_ fraction: Double) -> String { Numeral.percent(fraction) }

  /// A value and its standard uncertainty, both to the digits that the uncertainty deserves.
  public static func number(_ value: Double, spread: Double) -> String {
    Numeral.text(value, spread: spread)
  }
}
