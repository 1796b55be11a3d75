/// What becomes of `D` and `T` in a formula.
///
/// Mass numbers (`13C`, `^{13}C`) are refused under either rule.
public enum IsotopeRule: Sendable {
  /// A formula with an isotope is refused: compositions count elements, and heavy water has
  /// properties of its own.
  case refused

  /// Deuterium and tritium count as hydrogen, as in programs that know elements only.
  case asElements
}
