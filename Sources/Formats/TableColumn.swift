/// The cells of one column: all texts in one buffer, with the place where each ends.
struct TableColumn: Hashable, Sendable {
  private var bytes: [UInt8] = []
  private var ends: [UInt32] = []

  init() {}

  init(_ cells: some Collection<String>) {
    ends.reserveCapacity(cells.count)
    for cell in cells { _ = append(cell) }
  }

  var count: Int { ends.count }

  /// - Returns: `false` when the column would be longer than 4 GiB; the cell is then left out.
  @inline(__always)
  mutating func append(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.append(contentsOf: cell)
    return endCell()
  }

  mutating func append(_ cell: String) -> Bool {
    bytes.append(contentsOf: cell.utf8)
    return endCell()
  }

  /// The content of a quoted field, in which every quote stands twice.
  mutating func append(doubledQuotesIn cell: UnsafeBufferPointer<UInt8>) -> Bool {
    var isSecond = false
    for byte in cell {
      isSecond = byte == UInt8(ascii: "\"") && !isSecond
      if !isSecond { bytes.append(byte) }
    }
    return endCell()
  }

  private mutating func endCell() -> Bool {
    guard let end = UInt32(exactly: bytes.count) else {
      bytes.removeLast(bytes.count - Int(ends.last ?? 0))
      return false
    }
    ends.append(end)
    return true
  }

  /// Makes empty cells up to `count`.
  mutating func pad(to count: Int) {
    let end = ends.last ?? 0
    while ends.count < count { ends.append(end) }
  }

  /// - Precondition: `row` is below ``count``.
  func range(_ row: Int) -> Range<Int> {
    (row == 0 ? 0 : Int(ends[row - 1]))..<Int(ends[row])
  }

  subscript(row: Int) -> String { String(decoding: bytes[range(row)], as: UTF8.self) }

  /// The bytes of all cells, row by row.
  func forEach<E>(_ body: (_ row: Int, _ cell: UnsafeBufferPointer<UInt8>) throws(E) -> Void)
    throws(E)
  {
    try bytes.withUnsafeBufferPointer { bytes throws(E) in
      var start = 0
      for (row, end) in ends.enumerated() {
        try body(row, UnsafeBufferPointer(rebasing: bytes[start..<Int(end)]))
        start = Int(end)
      }
    }
  }

  var strings: [String] {
    var strings: [String] = []
    strings.reserveCapacity(count)
    forEach { strings.append(String(decoding: $1, as: UTF8.self)) }
    return strings
  }

  /// Some of the cells, in the order of `rows`.
  func rows(_ rows: [Int]) -> TableColumn {
    var column = TableColumn()
    column.ends.reserveCapacity(rows.count)
    bytes.withUnsafeBufferPointer { bytes in
      for row in rows { _ = column.append(UnsafeBufferPointer(rebasing: bytes[range(row)])) }
    }
    return column
  }
}
