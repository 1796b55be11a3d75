/// A feature with its score.
struct ScreenedFeature: Sendable {
  let candidate: CandidateFeature
  /// Larger is better; rounded, so that equal features compare equal.
  let score: Double
  let complexity: Int
  let key: ValueKey

  /// Better: a higher score, else simpler, else earlier in the space.
  static func precedes(_ a: ScreenedFeature, _ b: ScreenedFeature) -> Bool {
    if a.score != b.score { return a.score > b.score }
    return isSimpler(a, b)
  }

  static func isSimpler(_ a: ScreenedFeature, _ b: ScreenedFeature) -> Bool {
    if a.complexity != b.complexity { return a.complexity < b.complexity }
    let (x, y) = (a.candidate, b.candidate)
    if x.left != y.left { return x.left < y.left }
    if x.right != y.right { return x.right < y.right }
    return (x.function?.rawValue ?? "") < (y.function?.rawValue ?? "")
  }
}

/// The best features that were offered, no two of them of equal values; best first.
struct ScreenedFeatures: Sendable {
  let capacity: Int
  private(set) var best: [ScreenedFeature] = []
  private var keys: [ValueKey: ScreenedFeature] = [:]

  init(capacity: Int) {
    self.capacity = capacity
  }

  /// What a feature must reach to be kept.
  var threshold: Double {
    best.count < capacity ? -.infinity : best.last?.score ?? -.infinity
  }

  /// Whether a feature of this score could be kept.
  func isWanted(_ score: Double, complexity: Int) -> Bool {
    guard best.count >= capacity, let last = best.last else { return true }
    return score > last.score || (score == last.score && complexity <= last.complexity)
  }

  mutating func offer(_ feature: ScreenedFeature) {
    if let twin = keys[feature.key] {
      // Equal but for rounding: the simpler form stays, whatever the last digits of its score.
      guard ScreenedFeature.isSimpler(feature, twin) else { return }
      remove(twin)
    } else if best.count >= capacity {
      guard let last = best.last, ScreenedFeature.precedes(feature, last) else { return }
      remove(last)
    }
    keys[feature.key] = feature
    best.insert(feature, at: place(of: feature))
  }

  private mutating func remove(_ feature: ScreenedFeature) {
    keys[feature.key] = nil
    let place = place(of: feature)
    if place < best.count, best[place].candidate == feature.candidate { best.remove(at: place) }
  }

  /// Where a feature stands or would stand.
  private func place(of feature: ScreenedFeature) -> Int {
    var (low, high) = (0, best.count)
    while low < high {
      let middle = (low + high) / 2
      if ScreenedFeature.precedes(best[middle], feature) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
