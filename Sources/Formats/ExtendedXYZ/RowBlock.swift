/// The columns of consecutive atoms of one frame, parsed in one pass over their lines.
///
/// The numbers are written through raw pointers: this loop decides the speed of the reader (a
/// benchmark of the same name compares it with ASE).
final class RowBlock {
  /// How many atoms were read.
  private(set) var rowCount = 0

  /// How many bytes they took, line ends included.
  private(set) var byteCount = 0

  let layout: FrameLayout

  /// Names in order of occurrence, packed as ``unpacked(_:)`` undoes.
  private(set) var speciesKeys: [UInt64] = []

  /// For each text field its values, `[rows · width]`; empty for other fields.
  private(set) var texts: [[String]] = []

  private let slots: UnsafeMutableBufferPointer<Slot>

  struct Slot {
    let kind: FrameLayout.Field.Kind
    let width: Int
    let field: Int
    /// Doubles, integers, flags or the place of the species, by `kind`; none for texts.
    let storage: UnsafeMutableRawPointer
  }

  /// Reads rows until the limit or the end of the text.
  ///
  /// - Parameters:
  ///   - text: Whole lines; the last may lack its end.
  ///   - limit: The most rows.
  ///   - firstLine: The number of the first line, for errors.
  init(
    _ text: UnsafeBufferPointer<UInt8>, layout: FrameLayout, limit: Int, firstLine: Int,
    file: String
  ) throws(ReadingError) {
    self.layout = layout
    // A value takes a byte and is followed by another: more rows than this cannot be there.
    let capacity = max(1, min(limit, text.count / (2 * layout.columnCount) + 1))
    slots = .allocate(capacity: layout.fields.count)
    for (index, field) in layout.fields.enumerated() {
      let size = field.kind == .flags || field.kind == .texts ? 1 : field.kind == .species ? 4 : 8
      let count = field.kind == .texts ? 1 : capacity * field.width
      slots.initializeElement(
        at: index,
        to: Slot(
          kind: field.kind, width: field.width, field: index,
          storage: .allocate(byteCount: size * count, alignment: 8)))
    }
    var parser = RowParser(slots: UnsafeBufferPointer(slots), layout: layout)
    guard let start = text.baseAddress else { return }
    var cursor = start
    let end = start + text.count
    while parser.row < min(limit, capacity), cursor < end {
      let line = cursor
      guard parser.readRow(&cursor, end) else {
        throw RowDiagnosis(layout: layout, file: file, line: firstLine + parser.row)
          .refusal(UnsafeBufferPointer(start: line, count: end - line))
      }
    }
    rowCount = parser.row
    byteCount = cursor - start
    speciesKeys = parser.speciesKeys
    texts = parser.texts
  }

  deinit {
    for slot in slots { slot.storage.deallocate() }
    slots.deallocate()
  }

  /// The values of a field of doubles, `[rows · width]`.
  func reals(_ field: Int) -> UnsafeBufferPointer<Double> { values(field) }

  func integers(_ field: Int) -> UnsafeBufferPointer<Int> { values(field) }

  func flags(_ field: Int) -> UnsafeBufferPointer<Bool> { values(field) }

  /// For each atom its place in ``speciesKeys``.
  func species(_ field: Int) -> UnsafeBufferPointer<Int32> { values(field) }

  private func values<Value>(_ field: Int) -> UnsafeBufferPointer<Value> {
    let start = slots[field].storage.assumingMemoryBound(to: Value.self)
    return UnsafeBufferPointer(start: start, count: rowCount * slots[field].width)
  }

  /// The values of all blocks, one behind the other.
  static func joined<Value>(
    _ blocks: [RowBlock], _ values: (RowBlock) -> UnsafeBufferPointer<Value>
  ) -> [Value] {
    let total = blocks.reduce(0) { $0 + values($1).count }
    return Array(unsafeUninitializedCapacity: total) { buffer, count in
      for block in blocks {
        let part = values(block)
        guard let source = part.baseAddress, let start = buffer.baseAddress else { continue }
        (start + count).initialize(from: source, count: part.count)
        count += part.count
      }
    }
  }

  /// A whole number with an optional sign; `nil` beyond 64 bits.
  static func integer(_ word: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let first = word.first else { return nil }
    let isSigned = first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
    guard word.count > (isSigned ? 1 : 0), word.count <= 18 else {
      return Int(String(decoding: word, as: UTF8.self))
    }
    var value = 0  // at most 18 digits: no overflow
    for byte in word.dropFirst(isSigned ? 1 : 0) {
      let digit = byte &- 48
      guard digit < 10 else { return nil }
      value = value * 10 + Int(digit)
    }
    return first == UInt8(ascii: "-") ? -value : value
  }

  /// A name of at most eight bytes in one word.
  static func unpacked(_ key: UInt64) -> String {
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: key >> (56 - 8 * UInt64($0))) }
    return String(decoding: bytes.drop { $0 == 0 }, as: UTF8.self)
  }
}

extension ParticleName {
  /// Whether the name is an element, its atomic number, an isotope of hydrogen, or `X`, which stands
  /// for nothing.
  static func isKnown(_ name: String) -> Bool {
    name == "X" || read(name) != nil || symbol(digits: name) != nil
  }
}
