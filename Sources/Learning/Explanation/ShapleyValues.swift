import DenseMath

/// The value of a game among its players: what each adds, averaged over all orders of joining.
///
/// Shapley, Contributions to the Theory of Games II, 307 (Princeton, 1953). The shares sum to
/// `v(all) − v(none)`; a player that changes nothing has 0; players that change the same have the
/// same. A coalition is a set of bits, bit i standing for player i.
struct ShapleyValues: Hashable, Sendable {
  /// One a player, in the unit of the value.
  let shares: [Double]

  /// Of ``shares``; 0 where all coalitions were asked.
  let standardErrors: [Double]

  typealias Coalition = UInt128

  /// More players do not fit into a coalition.
  static let mostPlayers = 128

  /// Shares from the values of all coalitions.
  ///
  /// - Parameter values: `[2^players]`, at the place that a coalition's bits spell.
  init(exactly values: [Double], players: Int) {
    precondition(values.count == 1 << players, "\(values.count) values for \(players) players")
    // 1 / (n · C(n − 1, s)) for a coalition of s others.
    var weights: [Double] = []
    var choices = 1.0
    for size in 0..<players {
      weights.append(1 / (Double(players) * choices))
      choices = choices * Double(players - 1 - size) / Double(size + 1)
    }
    shares = (0..<players).map { player in
      values.indices.reduce(0) { sum, coalition in
        guard coalition >> player & 1 == 0 else { return sum }
        let gain = values[coalition | 1 << player] - values[coalition]
        return sum + weights[coalition.nonzeroBitCount] * gain
      }
    }
    standardErrors = [Double](repeating: 0, count: players)
  }

  /// Shares from sampled orders; they too sum to `v(all) − v(none)`.
  ///
  /// - Parameter value: Of any coalition that ``Orders/coalitions`` names.
  init(_ orders: Orders, value: (Coalition) -> Double) {
    let players = orders.players
    var sums = [Double](repeating: 0, count: players)
    var squares = sums
    for order in orders.orders {
      // An order and its reverse are one draw: their errors tend to cancel.
      var gains = [Double](repeating: 0, count: players)
      for direction in [order, order.reversed()] {
        var coalition: Coalition = 0
        var before = value(coalition)
        for player in direction {
          coalition |= 1 << player
          let after = value(coalition)
          gains[player] += (after - before) / 2
          before = after
        }
      }
      for player in 0..<players {
        sums[player] += gains[player]
        squares[player] += gains[player] * gains[player]
      }
    }
    let count = Double(orders.orders.count)
    shares = sums.map { $0 / count }
    standardErrors = zip(squares, shares).map { square, mean in
      (max(0, square / count - mean * mean) / max(count - 1, 1)).squareRoot()
    }
  }

  /// Orders of joining, each meant to be walked forth and back.
  ///
  /// Antithetic sampling: Mitchell, Cooper, Frank and Holmes, J. Mach. Learn. Res. 23, 43 (2022).
  struct Orders: Hashable, Sendable {
    let players: Int
    let orders: [[Int]]

    /// - Parameter coalitions: How many may be asked, roughly; at least two orders are drawn.
    init(players: Int, coalitions: Int, seed: UInt64) {
      self.players = players
      var generator = SplitMix64(seed: seed, stream: UInt64(players))
      let count = max(2, coalitions / max(2 * (players - 1), 1))
      orders = (0..<count).map { _ in generator.shuffled(0..<players) }
    }

    /// Every coalition on the way, once each.
    var coalitions: [Coalition] {
      var found: [Coalition] = [0]
      var known: Set<Coalition> = [0]
      for order in orders {
        for direction in [order, order.reversed()] {
          var coalition: Coalition = 0
          for player in direction {
            coalition |= 1 << player
            if known.insert(coalition).inserted { found.append(coalition) }
          }
        }
      }
      return found
    }
  }
}
