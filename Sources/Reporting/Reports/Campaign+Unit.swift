public import Design
public import Discovery

extension Campaign {
  /// The unit of an expression as the measurements gave it, such as `GPa / (g/cm³)`; empty where
  /// there is none, or where the units of a ratio cancel.
  public func unit(of expression: PropertyExpression) -> String {
    let units = expression.properties.map { property in
      findings.lazy.compactMap { $0.values[property]?.unit }.first ?? ""
    }
    guard units.count == 2, !units[1].isEmpty else { return units.first ?? "" }
    if units[0] == units[1] { return "" }
    if units[0].isEmpty { return "1 / (\(units[1]))" }
    return "\(units[0]) / (\(units[1]))"
  }
}
