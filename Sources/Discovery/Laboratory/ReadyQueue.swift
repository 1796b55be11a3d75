/// Experiments that can be claimed, in the order in which they are offered.
///
/// Kept in groups of equal needs, so that a busy furnace hides its whole queue at once: finding the
/// next one costs O(groups) and not O(experiments).
struct ReadyQueue: Hashable, Sendable {
  struct Group: Hashable, Sendable {
    let priority: Int

    /// Places of the resources that are needed, in the order of the rules.
    let resources: [Int]

    /// The value of the set-up variable.
    let setup: Double?
  }

  private var heaps: [Group: NumberHeap] = [:]
  private var groupOf: [Int: Group] = [:]

  var count: Int { groupOf.count }

  mutating func insert(_ number: Int, _ group: Group) {
    remove(number)
    groupOf[number] = group
    heaps[group, default: NumberHeap()].insert(number)
  }

  mutating func remove(_ number: Int) {
    guard let group = groupOf.removeValue(forKey: number) else { return }
    heaps[group]?.remove(number)
    if heaps[group]?.isEmpty == true { heaps[group] = nil }
  }

  /// The first experiment that passes, or `nil`: higher priorities first, then those that need no
  /// new set-up, then lower numbers.
  ///
  /// - Parameters:
  ///   - isFree: Whether the resources of a group are there.
  ///   - passes: Whether a single experiment can be made, such as from what is in stock.
  func first(
    setup: Double?, isFree: (Group) -> Bool, passes: (Int) -> Bool
  ) -> Int? {
    var best: (number: Int, priority: Int, keepsSetup: Bool)?
    for (group, heap) in heaps where isFree(group) {
      let keepsSetup = group.setup == setup
      if let best, best.priority > group.priority { continue }
      if let best, best.priority == group.priority, best.keepsSetup, !keepsSetup { continue }
      guard let number = heap.first(where: passes) else { continue }
      let isBetter =
        best.map { best in
          (group.priority, keepsSetup ? 1 : 0, -number)
            > (best.priority, best.keepsSetup ? 1 : 0, -best.number)
        } ?? true
      if isBetter { best = (number, group.priority, keepsSetup) }
    }
    return best?.number
  }
}

/// A set of whole numbers that gives the least of them in O(1) and changes in O(log n).
struct NumberHeap: Hashable, Sendable {
  private var numbers: [Int] = []
  private var removed: Set<Int> = []

  var isEmpty: Bool { numbers.isEmpty }

  mutating func insert(_ number: Int) {
    if removed.remove(number) != nil { return }
    numbers.append(number)
    var place = numbers.count - 1
    while place > 0, numbers[(place - 1) / 2] > numbers[place] {
      numbers.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// - Parameter number: One that was inserted and is still there.
  mutating func remove(_ number: Int) {
    removed.insert(number)
    while let least = numbers.first, removed.contains(least) {
      removed.remove(least)
      removeLeast()
    }
  }

  /// The least number that passes: O(1) where the very first does, O(n log n) otherwise.
  func first(where passes: (Int) -> Bool) -> Int? {
    guard let least = numbers.first else { return nil }
    if passes(least) { return least }
    return numbers.lazy.filter { !removed.contains($0) }.sorted().first(where: passes)
  }

  private mutating func removeLeast() {
    let last = numbers.removeLast()
    guard !numbers.isEmpty else { return }
    numbers[0] = last
    var place = 0
    while true {
      let children = [2 * place + 1, 2 * place + 2].filter { $0 < numbers.count }
      guard let least = children.min(by: { numbers[$0] < numbers[$1] }),
        numbers[least] < numbers[place]
      else { return }
      numbers.swapAt(place, least)
      place = least
    }
  }
}
