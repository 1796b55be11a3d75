/// Why a formula or a set of amounts is not a composition.
///
/// Offsets count Unicode scalars from the start of the text.
public enum FormulaError: Error, Hashable, Sendable {
  case empty
  case invalidAmount(Double, of: Element)
}
