import DenseMath
import Testing

@testable import Learning

@Suite("Shapley values")
struct ShapleyValuesTests {
  /// Random worths of all coalitions.
  private static func game(players: Int, seed: UInt64) -> [Double] {
    var generator = SplitMix64(seed: seed)
    return (0..<(1 << players)).map { _ in generator.normal() }
  }

  private static func orders(of players: [Int]) -> [[Int]] {
    guard players.count > 1 else { return [players] }
    return players.flatMap { first in
      orders(of: players.filter { $0 != first }).map { [first] + $0 }
    }
  }

  @Test("The airport game: who needs a longer runway pays for it alone")
  func airport() {
    // Littlechild and Owen, Manage. Sci. 20, 370 (1973): the length that only the last k need is
    // shared by these k.
    let lengths = [1.0, 2, 3]
    let values = (0..<8).map { coalition in
      (0..<3).filter { coalition >> $0 & 1 == 1 }.map { lengths[$0] }.max() ?? 0
    }
    let shares = ShapleyValues(exactly: values, players: 3).shares
    let expected = [1.0 / 3, 1.0 / 3 + 1.0 / 2, 1.0 / 3 + 1.0 / 2 + 1]
    #expect(zip(shares, expected).allSatisfy { abs($0 - $1) < 1e-14 }, "\(shares)")
  }

  @Test("The glove game: the only right glove is worth four left ones")
  func gloves() {
    // Players 0 and 1 hold a left glove, 2 a right one: 1/6, 1/6, 2/3.
    let values = (0..<8).map { $0 & 4 != 0 && $0 & 3 != 0 ? 1.0 : 0 }
    let shares = ShapleyValues(exactly: values, players: 3).shares
    #expect(abs(shares[0] - 1.0 / 6) < 1e-14 && abs(shares[1] - 1.0 / 6) < 1e-14)
    #expect(abs(shares[2] - 2.0 / 3) < 1e-14)
  }

  @Test("The mean gain over all orders of joining", arguments: UInt64(0)..<4)
  func definition(seed: UInt64) {
    let values = Self.game(players: 5, seed: seed)
    var sums = [Double](repeating: 0, count: 5)
    let orders = Self.orders(of: Array(0..<5))
    for order in orders {
      var coalition = 0
      for player in order {
        sums[player] += values[coalition | 1 << player] - values[coalition]
        coalition |= 1 << player
      }
    }
    let shares = ShapleyValues(exactly: values, players: 5).shares
    #expect(zip(shares, sums).allSatisfy { abs($0 - $1 / Double(orders.count)) < 1e-13 })
  }

  @Test("Sampled orders sum to the whole and agree within their errors", arguments: UInt64(0)..<4)
  func sampled(seed: UInt64) {
    let values = Self.game(players: 8, seed: seed)
    let exact = ShapleyValues(exactly: values, players: 8)
    let orders = ShapleyValues.Orders(players: 8, coalitions: 4000, seed: seed)
    let named = Set(orders.coalitions)
    let sampled = ShapleyValues(orders) { coalition in
      #expect(named.contains(coalition))
      return values[Int(coalition)]
    }
    #expect(abs(sampled.shares.reduce(0, +) - (values[255] - values[0])) < 1e-12)
    for player in 0..<8 {
      let error = sampled.shares[player] - exact.shares[player]
      #expect(abs(error) < 4 * sampled.standardErrors[player])
      #expect(sampled.standardErrors[player] > 0 && sampled.standardErrors[player] < 0.1)
    }
  }

  @Test("Nobody and one player")
  func few() {
    #expect(ShapleyValues(exactly: [3], players: 0).shares.isEmpty)
    #expect(ShapleyValues(exactly: [3, 5], players: 1).shares == [2])
  }
}
