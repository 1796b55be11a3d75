public import Matter

extension Stack: FeatureExplainable {
  /// The features of all members by name, weighted by their shares; networks have none.
  public func featureContributions(_ candidates: [Candidate]) throws -> FeatureTable? {
    var sum: FeatureTable?
    for layer in layers {
      let share = layer.share / Double(layer.members.count)
      for member in layer.members {
        guard let table = try member.featureContributions(candidates) else { continue }
        let weighted = table.weighted(by: share)
        sum = sum?.adding(weighted) ?? weighted
      }
    }
    return sum
  }

  public var featureCost: Double? {
    let costs = layers.flatMap(\.members).compactMap(\.featureCost)
    return costs.isEmpty ? nil : costs.reduce(0, +)
  }
}

extension FeatureTable {
  fileprivate func weighted(by weight: Double) -> FeatureTable {
    var result = self
    result.base *= weight
    result.share *= weight
    result.contributions = contributions.map { $0.map { $0 * weight } }
    return result
  }

  /// Both parts of one prediction; columns of equal names are one feature.
  fileprivate func adding(_ other: FeatureTable) -> FeatureTable {
    var result = self
    result.base += other.base
    result.share += other.share
    result.methods += other.methods.filter { !methods.contains($0) }
    var places = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    for (column, name) in other.names.enumerated() {
      let place = places[name] ?? result.append(name, of: other, column)
      places[name] = place
      if result.trainingMeans[place].isNaN {
        result.trainingMeans[place] = other.trainingMeans[column]
      }
      for row in other.contributions.indices {
        result.contributions[row][place] += other.contributions[row][column]
      }
    }
    return result
  }

  /// Takes up a feature without contributions.
  ///
  /// - Returns: Its place.
  private mutating func append(_ name: String, of other: FeatureTable, _ column: Int) -> Int {
    names.append(name)
    trainingMeans.append(.nan)
    for row in contributions.indices {
      contributions[row].append(0)
      values[row].append(other.values[row][column])
    }
    return names.count - 1
  }
}
