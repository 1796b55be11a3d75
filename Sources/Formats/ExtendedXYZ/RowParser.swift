/// Reads lines of atoms into the storage of a ``RowBlock``.
///
/// A value of its own, so that its state stays in registers.
struct RowParser {
  /// How many rows are read.
  private(set) var row = 0

  private(set) var speciesKeys: [UInt64] = []
  private(set) var texts: [[String]]
  private let slots: UnsafeBufferPointer<RowBlock.Slot>
  private let ignoresFurtherColumns: Bool
  /// The name last read and its place; no name is 0.
  private var lastKey: UInt64 = 0
  private var lastPlace: Int32 = 0

  init(slots: UnsafeBufferPointer<RowBlock.Slot>, layout: FrameLayout) {
    self.slots = slots
    ignoresFurtherColumns = layout.ignoresFurtherColumns
    texts = Array(repeating: [], count: layout.fields.count)
  }

  /// Whether a row with all its values stands at the cursor, which moves behind its line end.
  @inline(__always)
  mutating func readRow(
    _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    for slot in slots {
      let isRead =
        switch slot.kind {
        case .reals, .positions: readReals(slot, &cursor, end)
        case .species: readSpecies(slot, &cursor, end)
        case .integers: readIntegers(slot, &cursor, end)
        case .flags: readFlags(slot, &cursor, end)
        case .texts: readTexts(slot, &cursor, end)
        }
      guard isRead else { return false }
    }
    row += 1
    if ignoresFurtherColumns {
      while cursor < end, cursor.pointee != 10 { cursor += 1 }
    } else {
      skipBlanks(&cursor, end)
    }
    guard cursor < end else { return true }
    guard cursor.pointee == 10 else {
      row -= 1
      return false
    }
    cursor += 1
    return true
  }

  @inline(__always)
  private mutating func readReals(
    _ slot: RowBlock.Slot, _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    let values =
      slot.storage.assumingMemoryBound(to: Double.self) + row * slot.width
    for place in 0..<slot.width {
      skipBlanks(&cursor, end)
      guard let value = DecimalParser.scan(&cursor, end: end, options: .fortranExponent),
        cursor == end || cursor.pointee <= 32
      else { return false }
      values[place] = value
    }
    return true
  }

  @inline(__always)
  private mutating func readSpecies(
    _ slot: RowBlock.Slot, _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    skipBlanks(&cursor, end)
    var key: UInt64 = 0
    var count = 0
    while cursor < end, cursor.pointee > 32 {
      key = key << 8 | UInt64(cursor.pointee)
      count += 1
      cursor += 1
    }
    guard count > 0, count <= 8 else { return false }
    guard key == lastKey || find(key) else { return false }
    (slot.storage.assumingMemoryBound(to: Int32.self) + row).pointee = lastPlace
    return true
  }

  /// Makes the name the last one; `false` when it stands for nothing.
  private mutating func find(_ key: UInt64) -> Bool {
    if let place = speciesKeys.firstIndex(of: key) {
      lastPlace = Int32(truncatingIfNeeded: place)
    } else {
      guard ParticleName.isKnown(RowBlock.unpacked(key)) else { return false }
      lastPlace = Int32(truncatingIfNeeded: speciesKeys.count)
      speciesKeys.append(key)
    }
    lastKey = key
    return true
  }

  private mutating func readIntegers(
    _ slot: RowBlock.Slot, _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    let values = slot.storage.assumingMemoryBound(to: Int.self) + row * slot.width
    for place in 0..<slot.width {
      skipBlanks(&cursor, end)
      let begin = cursor
      while cursor < end, cursor.pointee > 32 { cursor += 1 }
      guard let value = RowBlock.integer(UnsafeBufferPointer(start: begin, count: cursor - begin))
      else { return false }
      values[place] = value
    }
    return true
  }

  private mutating func readFlags(
    _ slot: RowBlock.Slot, _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    let values = slot.storage.assumingMemoryBound(to: Bool.self) + row * slot.width
    for place in 0..<slot.width {
      skipBlanks(&cursor, end)
      let begin = cursor
      while cursor < end, cursor.pointee > 32 { cursor += 1 }
      let word = UnsafeBufferPointer(start: begin, count: cursor - begin)
      guard let flag = FrameComment.flag(word) else {
        return false
      }
      values[place] = flag
    }
    return true
  }

  private mutating func readTexts(
    _ slot: RowBlock.Slot, _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    for _ in 0..<slot.width {
      skipBlanks(&cursor, end)
      let begin = cursor
      while cursor < end, cursor.pointee > 32 { cursor += 1 }
      let word = UnsafeBufferPointer(start: begin, count: cursor - begin)
      guard !word.isEmpty, let text = String(validating: word, as: UTF8.self) else { return false }
      texts[slot.field].append(text)
    }
    return true
  }

  @inline(__always)
  private func skipBlanks(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    while true {
      while cursor < end, cursor.pointee == 32 { cursor += 1 }
      guard cursor < end, cursor.pointee == 9 || cursor.pointee == 13 else { return }
      cursor += 1
    }
  }
}
