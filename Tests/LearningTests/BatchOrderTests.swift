import DenseMath
import Testing

@testable import Learning

@Suite("The order of batches")
struct BatchOrderTests {
  @Test("Without costs every batch has its size and every pass all whole batches")
  func equalBatches() {
    var order = BatchOrder(rows: 10, batchSize: 3, costs: nil, generator: SplitMix64(seed: 1))
    for _ in 0..<5 {
      let pass = (0..<3).flatMap { _ in Array(order.next()) }
      #expect(pass.count == 9)
      #expect(Set(pass).count == 9)
    }
  }

  @Test("With costs batches are alike in cost, not in rows")
  func costs() {
    let costs = (0..<200).map { $0 % 10 == 0 ? 100 : 10 }
    var order = BatchOrder(rows: 200, batchSize: 8, costs: costs, generator: SplitMix64(seed: 2))
    let goal = costs.reduce(0, +) / 200 * 8
    var seen = Set<Int>()
    for _ in 0..<200 {
      let rows = order.next()
      let cost = rows.reduce(0) { $0 + costs[$1] }
      #expect(rows.count >= 2)
      #expect(cost >= goal && cost < goal + 100)
      seen.formUnion(rows)
    }
    #expect(seen.count == 200)
  }

  @Test("Few rows, and one of all the cost, still make batches", arguments: [1, 2, 3, 5])
  func fewRows(rows: Int) {
    let costs = (0..<rows).map { $0 == 0 ? 1_000_000 : 1 }
    var order = BatchOrder(
      rows: rows, batchSize: min(rows, 16), costs: costs, generator: SplitMix64(seed: 3))
    for _ in 0..<20 {
      let batch = order.next()
      #expect(!batch.isEmpty)
      #expect(Set(batch).count == batch.count)
    }
  }

  @Test("A restored order goes on with the same rows", arguments: [true, false])
  func restored(hasCosts: Bool) {
    let costs = hasCosts ? (0..<50).map { 1 + $0 % 7 } : nil
    var order = BatchOrder(rows: 50, batchSize: 4, costs: costs, generator: SplitMix64(seed: 4))
    for _ in 0..<17 { _ = order.next() }
    var other = BatchOrder(rows: 50, batchSize: 4, costs: costs, generator: SplitMix64(seed: 9))
    other.restore(order.place)
    for _ in 0..<40 { #expect(order.next() == other.next()) }
  }
}
