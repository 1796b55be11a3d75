/// What can be kept as bytes.
protocol Packed: Sendable {
  func pack(into writer: inout PackWriter)
  init(_ reader: inout PackReader)
}

/// Values kept as bytes, page by page: a campaign of 10⁵ experiments is some megabytes that way, and a copy
/// of it shares all pages but the one that is written to. At most 4 GiB.
struct PackedRows<Row: Packed>: Sendable {
  private var pages: [[UInt8]] = []

  /// Of each row: the page, and where it starts on it in the lowest bits.
  private var places: [UInt32] = []
  private var texts = TextTable()

  var count: Int { places.count }

  mutating func append(_ row: Row) { places.append(write(row)) }

  /// A row that is set takes the place of the old one, whose bytes stay behind.
  subscript(place: Int) -> Row {
    get {
      let (page, start) = position(place)
      var reader = PackReader(bytes: pages[page], place: start, texts: texts)
      return Row(&reader)
    }
    set { places[place] = write(newValue) }
  }

  /// The first byte of a row.
  func lead(_ place: Int) -> UInt8 {
    let (page, start) = position(place)
    return pages[page][start]
  }

  private func position(_ place: Int) -> (page: Int, start: Int) {
    let position = Int(places[place])
    return (position / Self.pageLength, position % Self.pageLength)
  }

  private mutating func write(_ row: Row) -> UInt32 {
    var writer = PackWriter(texts: texts)
    // Held twice, the table would be copied with every new text.
    texts = TextTable()
    row.pack(into: &writer)
    texts = writer.texts
    if pages.isEmpty || pages[pages.count - 1].count + writer.bytes.count > Self.pageLength {
      pages.append([])
      pages[pages.count - 1].reserveCapacity(Self.pageLength)
    }
    // A row starts inside its page, also where it is longer than one.
    let start = pages[pages.count - 1].count
    pages[pages.count - 1] += writer.bytes
    return UInt32((pages.count - 1) * Self.pageLength + start)
  }

  private static var pageLength: Int { 1 << 14 }
}
