public import Matter

/// Several descriptors side by side: the columns of the first, then those of the second, and so on.
public struct JoinedDescriptor: FixedDescriptor {
  public let name: String
  public let version = 1
  public let columns: [String]
  public let constantsHash: UInt64

  /// In the order of the columns.
  public let parts: [any FixedDescriptor]

  /// - Parameters:
  ///   - parts: Those whose name was there before are left out.
  ///   - name: The names of the parts with commas between them, if `nil`.
  public init(_ parts: [any FixedDescriptor], name: String? = nil) {
    var names: Set<String> = []
    let distinct = parts.filter { names.insert($0.name).inserted }
    self.parts = distinct
    self.name = name ?? distinct.map(\.name).joined(separator: ",")
    columns = distinct.flatMap(\.columns)
    var hash = StableHash()
    for part in distinct { hash.add(part.columnHash) }
    constantsHash = hash.value
  }

  public func rows(_ compositions: [Composition]) throws(DescriptorError) -> [Double] {
    let width = columns.count
    var rows = [Double](repeating: 0, count: compositions.count * width)
    // In blocks, so that the columns of a part stay in cache until they stand in their rows.
    let block = 128
    for first in stride(from: 0, to: compositions.count, by: block) {
      let some = Array(compositions[first..<min(first + block, compositions.count)])
      var place = first * width
      for part in parts {
        let values = try part.rows(some)
        let partWidth = values.count / some.count
        for row in some.indices {
          let start = place + row * width
          rows.replaceSubrange(
            start..<start + partWidth, with: values[row * partWidth..<(row + 1) * partWidth])
        }
        place += partWidth
      }
    }
    return rows
  }
}
