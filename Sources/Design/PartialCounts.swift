/// In how many ways the elements from a place on can share what is left.
///
/// `ways(e, k, s)` is the number of ways in which elements `e`, `e + 1`, … take `s` steps with at
/// most `k` of them present. The sum runs over the steps of element `e`; cost is
/// elements × kinds × steps², once.
struct PartialCounts: Hashable, Sendable {
  private let ranges: [ClosedRange<Int>]
  private let steps: Int
  private let kinds: Int
  private var table: [Int]

  init(ranges: [ClosedRange<Int>], steps: Int, maximumElements: Int) throws(SpaceError) {
    self.ranges = ranges
    self.steps = steps
    kinds = maximumElements
    table = Array(repeating: 0, count: (ranges.count + 1) * (kinds + 1) * (steps + 1))
    for left in 0...kinds { table[place(ranges.count, left, 0)] = 1 }
    for element in ranges.indices.reversed() {
      for left in 0...kinds {
        for remaining in 0...steps {
          var sum = 0
          for part in parts(of: element, left: left, remaining: remaining) {
            let (next, overflow) = sum.addingReportingOverflow(
              ways(element + 1, left - (part > 0 ? 1 : 0), remaining - part))
            guard !overflow else { throw .tooLarge }
            sum = next
          }
          table[place(element, left, remaining)] = sum
        }
      }
    }
  }

  /// All members.
  var total: Int { ways(0, kinds, steps) }

  /// The member at a place of the order in which the first element's share grows slowest.
  func member(at index: Int) -> [Int] {
    var rank = index
    var left = kinds
    var remaining = steps
    var member: [Int] = []
    for element in ranges.indices {
      for part in parts(of: element, left: left, remaining: remaining) {
        let ways = ways(element + 1, left - (part > 0 ? 1 : 0), remaining - part)
        if rank < ways {
          member.append(part)
          left -= part > 0 ? 1 : 0
          remaining -= part
          break
        }
        rank -= ways
      }
    }
    return member
  }

  /// Steps that one element may take.
  private func parts(of element: Int, left: Int, remaining: Int) -> Range<Int> {
    let range = ranges[element]
    let upper = min(range.upperBound, left > 0 ? remaining : 0)
    return range.lowerBound..<max(range.lowerBound, upper + 1)
  }

  private func ways(_ element: Int, _ left: Int, _ remaining: Int) -> Int {
    table[place(element, left, remaining)]
  }

  private func place(_ element: Int, _ left: Int, _ remaining: Int) -> Int {
    (element * (kinds + 1) + left) * (steps + 1) + remaining
  }
}
