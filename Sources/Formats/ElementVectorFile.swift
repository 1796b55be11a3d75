public import Matter

/// A vector of numbers for each element, from a plain file.
///
/// CSV: a column of symbols (named `element` or `symbol`, else the first) and columns of numbers; an
/// empty cell is missing. JSON: an object from symbols to lists of numbers, or to single numbers;
/// `null` is missing. These are the forms of the collection ElementEmbeddings
/// (github.com/WMD-group/ElementEmbeddings). Lines before the header of a CSV that begin with `#` are
/// remarks, such as where the vectors come from.
public struct ElementVectorFile: Sendable {
  /// One name for each number: those of the file, or the places from 0 on.
  public let columns: [String]

  /// All of the same length; NaN is missing.
  public let vectors: [Element: [Double]]

  /// Names in the file that are no elements, such as `D` or `Null`; their vectors are left out.
  public let ignored: [String]

  /// The remarks of a CSV, line by line without their `#`.
  public let remarks: [String]

  /// - Throws: ``ReadingError`` with the line for vectors of unequal length, an element that occurs
  ///   twice, a value that is no number, and a file without an element.
  public init(_ bytes: [UInt8], file: String) throws(ReadingError) {
    let isJSON = bytes.first { ![32, 9, 10, 13].contains($0) } == UInt8(ascii: "{")
    var builder = VectorBuilder(file: file)
    if isJSON {
      remarks = []
      try builder.add(try JSONDocument(bytes, file: file).root)
    } else {
      let text = RemarkedText(bytes)
      remarks = text.remarks
      do throws(ReadingError) {
        try builder.add(try Table(text.rest, file: file))
      } catch {
        throw text.place(error)
      }
    }
    guard !builder.vectors.isEmpty else {
      throw ReadingError(
        file: file, message: "No name in it is the symbol of an element; write H, He, Li, ….")
    }
    columns = builder.columns ?? []
    vectors = builder.vectors
    ignored = builder.ignored
  }
}

extension ElementVectorFile {
  /// The CSV that reads back as these vectors, each number in the fewest digits that do.
  ///
  /// - Parameter remarks: Lines before the header; line ends in them become spaces.
  public static func csv(
    _ vectors: [Element: [Double]], columns: [String], remarks: [String] = []
  ) -> String {
    var table = CSVText(header: ["element"] + columns)
    for element in vectors.keys.sorted() {
      table.append([element.symbol] + (vectors[element] ?? []).map { CSVText.number($0) })
    }
    let lines = remarks.map { "# " + $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
    return (lines.map { $0 + "\n" } + [table.text]).joined()
  }
}

/// A text behind the lines at its beginning that start with `#`.
private struct RemarkedText {
  let remarks: [String]
  let rest: [UInt8]

  init(_ bytes: [UInt8]) {
    var (remarks, start): ([String], Int) = ([], bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
    while start < bytes.count, bytes[start] == UInt8(ascii: "#") {
      let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
      remarks.append(String(decoding: bytes[start + 1..<end], as: UTF8.self).trimmed)
      start = min(end + 1, bytes.count)
    }
    self.remarks = remarks
    rest = remarks.isEmpty ? bytes : Array(bytes[start...])
  }

  /// An error in the rest as one in the whole.
  func place(_ error: ReadingError) -> ReadingError {
    guard error.line > 0 else { return error }
    return ReadingError(
      file: error.file, line: error.line + remarks.count, column: error.column,
      field: error.field, message: error.message)
  }
}

private struct VectorBuilder {
  let file: String
  var columns: [String]?
  var vectors: [Element: [Double]] = [:]
  var ignored: [String] = []

  init(file: String) {
    self.file = file
  }

  mutating func add(_ table: Table) throws(ReadingError) {
    let key = table.firstColumn(among: ["element", "symbol"]) ?? table.columns[0]
    let names = table.columns.filter { $0 != key }
    guard !names.isEmpty else {
      throw ReadingError(file: file, message: "There is no column of numbers beside \"\(key)\".")
    }
    columns = names
    var numbers: [[Double?]] = []
    for name in names { numbers.append(try table.optionalDoubles(name)) }
    for (row, symbol) in try table.strings(key).enumerated() {
      guard let element = Element(symbol: symbol) else {
        ignored.append(symbol)
        continue
      }
      let vector = numbers.map { $0[row] ?? .nan }
      guard vectors.updateValue(vector, forKey: element) == nil else {
        throw table.error(row: row, column: key, "\(symbol) occurs twice; keep one row.")
      }
    }
  }

  mutating func add(_ root: JSONNode) throws(ReadingError) {
    for (symbol, value) in root.members ?? [] {
      guard let element = Element(symbol: symbol) else {
        ignored.append(symbol)
        continue
      }
      var vector: [Double] = []
      for item in value.items ?? [value] {
        guard let number = item.isNull ? .nan : item.double else {
          throw item.error("Expected a number or a list of numbers for \(symbol).")
        }
        vector.append(number)
      }
      let width = columns?.count ?? vector.count
      guard vector.count == width, width > 0 else {
        throw value.error("\(symbol) has \(vector.count) numbers, the first element \(width).")
      }
      columns = columns ?? vector.indices.map { "\($0)" }
      vectors[element] = vector  // names occur once in an object
    }
  }
}
