internal import Yams

/// A recipe: a YAML file read strictly.
///
/// Only the YAML that recipes need is accepted: mappings with text keys, lists, and scalars. Anchors
/// with aliases, several documents, duplicate keys and deep nesting are refused. Scalars keep their
/// text until a caller asks for a type, so that `elements: [Y, N, No]` means yttrium, nitrogen and
/// nobelium, never yes and no.
///
/// ```swift
/// let recipe = try RecipeDocument(yaml: text, file: "steels.yaml")
/// let target = try recipe.root.string("target")
/// let alpha = try recipe.root.double("alpha", default: 0.5)
/// try recipe.root.refuseUnknownKeys()
/// ```
public struct RecipeDocument {
  /// The whole text, as it was read.
  public let text: String

  /// The name that errors give.
  public let file: String

  /// The mapping at the top of the file.
  public let root: RecipeMapping

  /// Longest file, bytes.
  public static let sizeLimit = 1 << 20

  /// - Parameters:
  ///   - text: The YAML.
  ///   - file: The name to use in errors.
  /// - Throws: ``ReadingError`` with line and column.
  public init(yaml text: String, file: String) throws(ReadingError) {
    self.text = text
    self.file = file
    try RecipeScan(text: text, file: file).check()
    guard let node = try RecipeDocument.compose(text, file: file) else {
      throw ReadingError(file: file, line: 0, column: 0, message: "The recipe is empty.")
    }
    let place = RecipePlace(file: file, path: "", mark: node.mark)
    guard case .mapping(let mapping) = node else {
      throw place.error("A recipe is a list of \"key: value\" lines.")
    }
    root = try RecipeMapping(mapping, place: place)
  }

  /// - Throws: ``ReadingError`` when the bytes are not UTF-8, besides the reasons of
  ///   ``init(yaml:file:)-(String,_)``.
  public init(yaml bytes: [UInt8], file: String) throws(ReadingError) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ReadingError(
        file: file, line: 0, column: 0, message: "The recipe is not UTF-8 text; save it as UTF-8.")
    }
    try self.init(yaml: text, file: file)
  }

  private static func compose(_ text: String, file: String) throws(ReadingError) -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch {
      throw RecipeDocument.translate(error, file: file)
    }
  }

  private static func translate(_ error: any Error, file: String) -> ReadingError {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      return ReadingError(
        file: file, line: mark.line, column: mark.column, message: "Not YAML: \(problem).")
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      let names = keys.map { "\"\($0)\"" }.joined(separator: ", ")
      return ReadingError(
        file: file, line: context.mark.line, column: context.mark.column,
        message: "The key \(names) is given twice; keep one.")
    case YamlError.reader(let problem, _, _, _):
      return ReadingError(file: file, line: 0, column: 0, message: "Not YAML: \(problem).")
    default:
      return ReadingError(file: file, line: 0, column: 0, message: "Not YAML: \(error).")
    }
  }
}

/// Where a value stands: the file, the path of keys that leads to it, line and column.
struct RecipePlace {
  let file: String
  let path: String
  let line: Int
  let column: Int

  init(file: String, path: String, mark: Mark?) {
    self.file = file
    self.path = path
    line = mark?.line ?? 0
    column = mark?.column ?? 0
  }

  func error(_ message: String) -> ReadingError {
    ReadingError(file: file, line: line, column: column, message: message)
  }

  func appending(_ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }
}
