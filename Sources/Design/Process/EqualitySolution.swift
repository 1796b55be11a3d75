/// Settings that follow from the others by linear equations: `c = 1 − a − b`.
struct EqualitySolution: Sendable {
  /// One number that the free ones give.
  struct Dependent: Sendable {
    let name: String
    let form: LinearForm
  }

  let dependents: [Dependent]

  /// Solves equations `form = 0` by elimination.
  ///
  /// - Parameters:
  ///   - equations: Linear ones.
  ///   - order: Names that may depend on others, the preferred ones first.
  /// - Throws: ``SpaceError/constraint(_:reason:)`` where they contradict each other.
  init(_ equations: [(form: LinearForm, text: String)], order: [String]) throws(SpaceError) {
    var rows = equations
    var solved: [(name: String, form: LinearForm)] = []
    while let row = rows.popLast() {
      let size = row.form.coefficients.values.map(abs).max() ?? 0
      guard let pivot = order.first(where: { abs(row.form.coefficients[$0] ?? 0) > 1e-12 * size })
      else {
        guard abs(row.form.constant) < 1e-12 || !row.form.coefficients.isEmpty else {
          throw .constraint(row.text, reason: "it contradicts the other equations")
        }
        continue
      }
      let own = Self.isolated(pivot, row.form)
      rows = rows.map { ($0.form.replacing(pivot, by: own), $0.text) }
      solved = solved.map { ($0.name, $0.form.replacing(pivot, by: own)) } + [(pivot, own)]
    }
    dependents = solved.map { Dependent(name: $0.name, form: $0.form) }
  }

  /// What the equation says of one name.
  private static func isolated(_ name: String, _ form: LinearForm) -> LinearForm {
    let factor = form.coefficients[name] ?? 1
    var own = form
    own.coefficients[name] = nil
    own.constant /= -factor
    own.coefficients = own.coefficients.mapValues { $0 / -factor }
    return own
  }
}

extension LinearForm {
  fileprivate func replacing(_ name: String, by other: LinearForm) -> LinearForm {
    guard let factor = coefficients[name] else { return self }
    var result = self
    result.coefficients[name] = nil
    result.constant += factor * other.constant
    for (key, value) in other.coefficients {
      let sum = (result.coefficients[key] ?? 0) + factor * value
      result.coefficients[key] = abs(sum) > 1e-14 ? sum : nil
    }
    return result
  }

  /// Its value where all names have one.
  func value(_ lookup: (String) -> Double) -> Double {
    coefficients.sorted { $0.key < $1.key }.reduce(constant) { $0 + $1.value * lookup($1.key) }
  }
}
