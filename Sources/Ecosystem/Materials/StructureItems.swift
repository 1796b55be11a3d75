import DenseMath
import Formats

/// The structures of a long list in JSON, read some at a time.
final class StructureItems {
  /// What a long JSON text is, as far as its first value tells.
  enum Kind {
    case structures(StructureItems)

    /// Rows without structures; all bytes of the text.
    case table(() throws -> [UInt8]?)

    /// To be read whole; all bytes of the text.
    case other(() throws -> [UInt8]?)
  }

  private let file: String
  private let items: JSONItems
  private let form: JSONItems.Form
  private var first: JSONItems.Item?

  /// Values, and bytes of them, that are held as text at once at most.
  private static let batch = 512
  private static let batchLength = 1 << 23

  private init(file: String, items: JSONItems, form: JSONItems.Form, first: JSONItems.Item) {
    (self.file, self.items, self.form, self.first) = (file, items, form, first)
  }

  /// - Parameter next: Bytes of the text in order, `nil` at its end.
  /// - Throws: ``ReadingError`` for a first value that is damaged.
  static func kind(file: String, next: @escaping () throws -> [UInt8]?) throws -> Kind {
    let items = JSONItems(file: file, nextChunk: next)
    guard let form = try items.opened(), let first = try items.next() else {
      return .other(items.rest())
    }
    if try !StructureJSON.results(of: first, form, file: file).isEmpty {
      return .structures(StructureItems(file: file, items: items, form: form, first: first))
    }
    let root = try first.document(file: file).root
    let cells: [JSONNode]? =
      if case .table = form { root.items } else { root.members?.map(\.value) }
    let isRow = cells?.allSatisfy { $0.kind != .object && $0.kind != .list } ?? false
    return isRow ? .table(items.rest()) : .other(items.rest())
  }

  /// The structures of the next values, at most `count` values; empty at the end.
  func next(
    _ count: Int, threads: Int
  ) throws -> [Result<StructureEntry, ReadingError>] {
    var results: [Result<StructureEntry, ReadingError>] = []
    let (file, form) = (file, form)
    while results.count < count {
      let taken = try taken(count - results.count)
      guard !taken.isEmpty else { break }
      results += try parallelMap(taken, threads: threads) {
        try StructureJSON.results(of: $0, form, file: file)
      }.flatMap { $0 }
    }
    return results
  }

  private func taken(_ count: Int) throws -> [JSONItems.Item] {
    var taken: [JSONItems.Item] = []
    var length = 0
    while taken.count < min(count, Self.batch), length < Self.batchLength {
      guard let item = try first ?? items.next() else { break }
      first = nil
      length += item.bytes.count
      taken.append(item)
    }
    return taken
  }
}
