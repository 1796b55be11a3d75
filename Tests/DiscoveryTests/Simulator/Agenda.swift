/// What is going to happen, in order of time; what happens at one time in the order in which it was
/// planned.
struct Agenda<Happening> {
  private struct Entry {
    let time: Int
    let serial: Int
    let happening: Happening
  }

  private var entries: [Entry] = []  // a binary heap
  private var serial = 0

  var nextTime: Int? { entries.first?.time }

  mutating func plan(_ happening: Happening, at time: Int) {
    serial += 1
    entries.append(Entry(time: time, serial: serial, happening: happening))
    var place = entries.count - 1
    while place > 0, isBefore(place, (place - 1) / 2) {
      entries.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// Everything that happens at the next time.
  mutating func removeNext() -> [Happening] {
    guard let time = nextTime else { return [] }
    var happenings: [Happening] = []
    while nextTime == time { happenings.append(removeFirst()) }
    return happenings
  }

  private mutating func removeFirst() -> Happening {
    entries.swapAt(0, entries.count - 1)
    let first = entries.removeLast()
    var place = 0
    while let least = [2 * place + 1, 2 * place + 2].filter({ $0 < entries.count })
      .min(by: { isBefore($0, $1) }), isBefore(least, place)
    {
      entries.swapAt(place, least)
      place = least
    }
    return first.happening
  }

  private func isBefore(_ one: Int, _ other: Int) -> Bool {
    (entries[one].time, entries[one].serial) < (entries[other].time, entries[other].serial)
  }
}
