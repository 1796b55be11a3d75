import DenseMath
import Matter

extension ProcessSpace {
  /// A material and settings, with what follows from equations; `nil` where these leave no setting.
  /// Other constraints may be broken.
  func draw(using generator: inout SplitMix64) -> Setting? {
    var setting = Setting(values: variables.map { _ in 0 }, material: .empty)
    if let materials { setting.material = materials.sample(using: &generator).composition }
    guard isNarrowed else {
      for (place, variable) in variables.enumerated() {
        setting.values[place] = variable.draw(nil, using: &generator) ?? 0
      }
      return solved(setting)
    }
    let dependent = Set(solution.dependents.map(\.name))
    var open = Set(variables.indices)
    for place in generator.shuffled(variables.indices)
    where !dependent.contains(variables[place].name) {
      let range = variables[place].bounds.map { bounds in
        narrowed(place, bounds, setting, open)
      }
      guard let value = variables[place].draw(range, using: &generator) else { return nil }
      setting.values[place] = value
      open.remove(place)
    }
    return solved(setting)
  }

  /// What the linear constraints leave of a number's bounds when those in `open` can still take any
  /// value.
  private func narrowed(
    _ place: Int, _ bounds: (lower: Double, upper: Double), _ setting: Setting, _ open: Set<Int>
  ) -> (lower: Double, upper: Double) {
    var (lower, upper) = bounds
    for constraint in constraints {
      guard let form = constraint.linear, let own = form.coefficients[variables[place].name]
      else { continue }
      var (least, most) = (form.constant, form.constant)
      for (name, factor) in form.coefficients where name != variables[place].name {
        if let other = names[name], open.contains(other), let range = variables[other].bounds {
          let ends = [factor * range.lower, factor * range.upper]
          least += min(ends[0], ends[1])
          most += max(ends[0], ends[1])
        } else {
          let fixed = factor * value(name, of: setting)
          least += fixed
          most += fixed
        }
      }
      // own · x + (least … most) is to be ≤ 0, ≥ 0 or 0.
      if constraint.relation != .atLeast {
        if own > 0 { upper = min(upper, -least / own) } else { lower = max(lower, -least / own) }
      }
      if constraint.relation != .atMost {
        if own > 0 { lower = max(lower, -most / own) } else { upper = min(upper, -most / own) }
      }
    }
    return (lower, upper)
  }

  /// The setting with every number that follows from equations; `nil` where one cannot be set.
  func solved(_ setting: Setting) -> Setting? {
    var result = setting
    for dependent in solution.dependents {
      guard let place = names[dependent.name] else { continue }
      let value = dependent.form.value { self.value($0, of: setting) }
      switch variables[place].domain {
      case .interval(let lower, let upper):
        let unit = ProcessVariable.resolution(lower, upper)
        result.values[place] = ProcessVariable.tidy(value, unit: unit)
      case .numbers:
        let nearest = variables[place].nearest(value)
        guard abs(nearest - value) <= 1e-9 * max(1, abs(value)) else { return nil }
        result.values[place] = nearest
      case .words: return nil
      }
    }
    return result
  }
}

extension ProcessVariable {
  /// A setting, each with equal probability.
  ///
  /// - Parameter range: Of the numbers that are wanted; `nil` for all.
  /// - Returns: `nil` where the range holds none.
  func draw(
    _ range: (lower: Double, upper: Double)?, using generator: inout SplitMix64
  ) -> Double? {
    switch domain {
    case .interval(let low, let high):
      let (lower, upper) = range ?? (low, high)
      guard lower <= upper else { return nil }
      let value = nearest(lower + (upper - lower) * generator.uniform())
      // Rounding must not leave a narrow range.
      return min(max(value, lower), upper)
    case .numbers(let numbers):
      guard let range else { return numbers[generator.index(below: numbers.count)] }
      let slack = 1e-9 * max(abs(range.lower), abs(range.upper))
      let kept = numbers.filter { $0 >= range.lower - slack && $0 <= range.upper + slack }
      return kept.isEmpty ? nil : kept[generator.index(below: kept.count)]
    case .words(let words): return Double(generator.index(below: words.count))
    }
  }
}
