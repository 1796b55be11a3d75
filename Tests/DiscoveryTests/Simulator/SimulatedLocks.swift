/// The locks on the files of a simulated disk, and the memory that their users share.
struct SimulatedLocks: @unchecked Sendable {  // pointers to memory that the locks themselves guard
  /// As SQLite counts them: 0 none, 1 shared, 2 reserved, 3 pending, 4 exclusive.
  private var levels: [String: [Int: Int]] = [:]

  private struct Memory {
    var regions: [UnsafeMutableRawPointer] = []
    var users: Set<Int> = []
    var shared: [Int: Set<Int>] = [:]  // users by slot
    var exclusive: [Int: Int] = [:]
  }

  private var memories: [String: Memory] = [:]

  /// - Returns: Whether the user has the lock now.
  mutating func raise(_ name: String, user: Int, to level: Int) -> Bool {
    let others = levels[name, default: [:]].filter { $0.key != user }.values
    let isFree =
      switch level {
      case 1: !others.contains { $0 >= 3 }
      case 2, 3: !others.contains { $0 >= 2 }
      default: !others.contains { $0 >= 1 }
      }
    guard isFree else { return false }
    levels[name, default: [:]][user] = max(level, levels[name]?[user] ?? 0)
    return true
  }

  mutating func lower(_ name: String, user: Int, to level: Int) {
    levels[name]?[user] = level == 0 ? nil : level
  }

  func isReserved(_ name: String) -> Bool {
    levels[name]?.values.contains { $0 >= 2 } ?? false
  }

  /// - Returns: `nil` where there is no such region and none is to be made.
  mutating func region(
    _ name: String, user: Int, _ number: Int, size: Int, extends: Bool
  ) -> UnsafeMutableRawPointer? {
    var memory = memories[name] ?? Memory()
    defer { memories[name] = memory }
    memory.users.insert(user)
    while extends, memory.regions.count <= number {
      let region = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
      region.initializeMemory(as: UInt8.self, repeating: 0, count: size)
      memory.regions.append(region)
    }
    return memory.regions.indices.contains(number) ? memory.regions[number] : nil
  }

  /// - Returns: Whether the user has the slots now.
  mutating func hold(_ name: String, user: Int, _ slots: Range<Int>, isShared: Bool) -> Bool {
    var memory = memories[name] ?? Memory()
    defer { memories[name] = memory }
    let isFree = slots.allSatisfy { slot in
      let isTaken = memory.exclusive[slot].map { $0 != user } ?? false
      let hasReaders = memory.shared[slot]?.contains { $0 != user } ?? false
      return !isTaken && (isShared || !hasReaders)
    }
    guard isFree else { return false }
    for slot in slots {
      if isShared {
        memory.shared[slot, default: []].insert(user)
      } else {
        memory.exclusive[slot] = user
      }
    }
    return true
  }

  mutating func letGo(_ name: String, user: Int, _ slots: Range<Int>) {
    for slot in slots {
      memories[name]?.shared[slot]?.remove(user)
      if memories[name]?.exclusive[slot] == user { memories[name]?.exclusive[slot] = nil }
    }
  }

  /// Frees the memory with its last user.
  mutating func leave(_ name: String, user: Int) {
    letGo(name, user: user, 0..<8)
    guard memories[name]?.users.remove(user) != nil, memories[name]?.users.isEmpty == true else {
      return
    }
    for region in memories.removeValue(forKey: name)?.regions ?? [] { region.deallocate() }
  }
}
