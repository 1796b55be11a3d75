public import Matter

extension ProcessSpace {
  /// What the numbers of ``Candidate/variables`` are, in their order.
  public var variableNames: [String] { variables.flatMap(\.columns) }

  /// The range of each variable where all take any number and nothing else is asked; `nil` for other spaces.
  public var box: [ClosedRange<Double>]? {
    guard materials == nil, constraints.isEmpty else { return nil }
    let ranges = variables.compactMap { variable -> ClosedRange<Double>? in
      guard case .interval(let lower, let upper) = variable.domain else { return nil }
      return lower...upper
    }
    return ranges.count == variables.count ? ranges : nil
  }

  /// The member of a ``box`` whose settings are nearest to some numbers.
  public func member(near values: [Double]) -> Candidate {
    Candidate(variables: zip(variables, values).map { $0.nearest($1) })
  }

  func candidate(_ setting: Setting) -> Candidate {
    var numbers: [Double] = []
    for (variable, value) in zip(variables, setting.values) {
      guard case .words(let words) = variable.domain else {
        numbers.append(value)
        continue
      }
      numbers += words.indices.map { Double($0) == value ? 1 : 0 }
    }
    return Candidate(setting.material, variables: numbers)
  }

  /// `nil` where the candidate has other variables.
  func setting(of candidate: Candidate) -> Setting? {
    guard candidate.hasMaterial == (materials != nil), candidate.crystal == nil else { return nil }
    var rest = candidate.variables[...]
    var values: [Double] = []
    for variable in variables {
      let width = variable.columns.count
      guard rest.count >= width else { return nil }
      let part = Array(rest.prefix(width))
      rest = rest.dropFirst(width)
      guard case .words = variable.domain else {
        values.append(part[0])
        continue
      }
      guard part.count(where: { $0 == 1 }) == 1, part.count(where: { $0 == 0 }) == width - 1,
        let place = part.firstIndex(of: 1)
      else { return nil }
      values.append(Double(place))
    }
    guard rest.isEmpty else { return nil }
    return Setting(values: values, material: candidate.composition)
  }

  /// Members that one move reaches: a number one step up or down (in an interval by a tenth, 3 %, 1 %,
  /// and on to a ten-thousandth of its range), another word, a neighbor of the material, or two numbers
  /// that move against each other, as along the edge of a constraint. Settings that follow from
  /// equations follow.
  public func neighbors(of candidate: Candidate) -> [Candidate] {
    guard let start = setting(of: candidate) else { return [] }
    var seen: Set<Setting> = [start]
    var reached: [Setting] = []
    func add(_ setting: Setting) {
      guard let solved = solved(setting), isMember(solved), seen.insert(solved).inserted else {
        return
      }
      reached.append(solved)
    }
    let dependent = Set(solution.dependents.map(\.name))
    for (place, variable) in variables.enumerated() where !dependent.contains(variable.name) {
      for value in variable.steps(from: start.values[place]) {
        var next = start
        next.values[place] = value
        add(next)
      }
    }
    for neighbor in materials?.neighbors(of: Candidate(start.material)) ?? [] {
      add(Setting(values: start.values, material: neighbor.composition))
    }
    let free = variables.indices.filter {
      variables[$0].bounds != nil && !dependent.contains(variables[$0].name)
    }
    for (order, place) in free.enumerated() {
      for other in free.dropFirst(order + 1) {
        let pairs = zip(
          variables[place].moves(from: start.values[place]),
          variables[other].moves(from: start.values[other]))
        for (own, against) in pairs {
          for (value, opposite) in [(own.up, against.down), (own.down, against.up)] {
            var next = start
            next.values[place] = value
            next.values[other] = opposite
            add(next)
          }
        }
      }
    }
    return reached.map(self.candidate)
  }
}

extension ProcessVariable {
  /// Whether a number (the place of a word) is one of the settings.
  func allows(_ value: Double) -> Bool {
    switch domain {
    case .interval(let lower, let upper): value >= lower && value <= upper
    case .numbers(let numbers): numbers.contains(value)
    case .words(let words): value >= 0 && value < Double(words.count) && value == value.rounded()
    }
  }

  /// The setting next to a number: within the bounds and rounded to what can be set.
  func nearest(_ value: Double) -> Double {
    switch domain {
    case .interval(let lower, let upper):
      let unit = Self.resolution(lower, upper)
      let rounded = Self.tidy((value / unit).rounded() * unit, unit: unit)
      return min(max(rounded, lower), upper)
    case .numbers(let numbers):
      return numbers.min { abs($0 - value) < abs($1 - value) } ?? value
    case .words: return value
    }
  }

  /// Settings that are one move away.
  func steps(from value: Double) -> [Double] {
    switch domain {
    case .interval, .numbers:
      return moves(from: value).flatMap { [$0.down, $0.up] }.filter { $0 != value }
    case .words(let words):
      return words.indices.map(Double.init).filter { $0 != value }
    }
  }

  /// The numbers below and above, at falling scales; the number itself where there is none.
  func moves(from value: Double) -> [(down: Double, up: Double)] {
    switch domain {
    case .interval(let lower, let upper):
      return [0.1, 0.03, 0.01, 0.003, 0.001, 0.0001].map { share in
        let size = share * (upper - lower)
        return (nearest(value - size), nearest(value + size))
      }
    case .numbers(let numbers):
      return [
        (numbers.last { $0 < value } ?? value, numbers.first { $0 > value } ?? value)
      ]
    case .words: return []
    }
  }
}
