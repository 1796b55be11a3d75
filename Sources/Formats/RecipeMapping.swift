internal import Yams

/// The keys and values of one level of a recipe.
///
/// A reference, because it remembers which keys were asked for: ``refuseUnknownKeys()`` then names
/// those that nobody knows, with the nearest one that is known.
public final class RecipeMapping {
  let place: RecipePlace
  private let values: [String: (key: RecipePlace, node: Node)]
  private let order: [String]
  private var asked: [String] = []
  private var children: [String: RecipeMapping] = [:]

  init(_ mapping: Node.Mapping, place: RecipePlace) throws(ReadingError) {
    var values: [String: (key: RecipePlace, node: Node)] = [:]
    var order: [String] = []
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        throw RecipePlace(file: place.file, path: place.path, mark: key.mark)
          .error("A key must be a word.")
      }
      let path = place.appending(scalar.string)
      let keyPlace = RecipePlace(file: place.file, path: path, mark: scalar.mark ?? key.mark)
      guard values[scalar.string] == nil else {
        throw keyPlace.error("The key \"\(path)\" is given twice; keep one.")
      }
      values[scalar.string] = (keyPlace, value)
      order.append(scalar.string)
    }
    self.place = place
    self.values = values
    self.order = order
  }

  /// The keys in the order of the file.
  public var keys: [String] { order }

  /// Whether the key is given with a value; counts as asking for it.
  public func has(_ key: String) -> Bool { node(key) != nil }

  /// An error at the place of `key` (or of this mapping, where the key is absent), for what only the
  /// caller can judge.
  public func error(at key: String, _ message: String) -> ReadingError {
    (values[key]?.key ?? place).error("\"\(place.appending(key))\": \(message)")
  }

  /// The value as YAML scalar text, a list or a mapping; `nil` where absent or empty.
  func node(_ key: String) -> (key: RecipePlace, node: Node)? {
    note(key)
    guard let entry = values[key] else { return nil }
    if case .scalar(let scalar) = entry.node, scalar.isEmptyValue { return nil }
    return entry
  }

  func required(_ key: String) throws(ReadingError) -> (key: RecipePlace, node: Node) {
    if let entry = node(key) { return entry }
    if let empty = values[key] {
      throw empty.key.error("The key \"\(place.appending(key))\" has no value.")
    }
    let near = nearest(to: key, among: order.filter { !asked.contains($0) })
    let hint = near.map { " Is \"\($0)\" a misspelling of it?" } ?? ""
    throw place.error("The key \"\(place.appending(key))\" is missing.\(hint)")
  }

  /// Refuses keys that were never asked for, here and in all mappings that were.
  ///
  /// Call it after reading everything the recipe may hold.
  public func refuseUnknownKeys() throws(ReadingError) {
    for key in order where !asked.contains(key) {
      // Every key of `order` is in `values`: both are filled together.
      guard let entry = values[key] else { continue }
      let near = nearest(to: key, among: asked)
      let hint = near.map { "; did you mean \"\($0)\"?" } ?? "; \(knownKeys)"
      throw entry.key.error("Unknown key \"\(place.appending(key))\"\(hint)")
    }
    for path in children.keys.sorted() { try children[path]?.refuseUnknownKeys() }
  }

  private var knownKeys: String {
    asked.isEmpty ? "no key is known here." : "known are \(asked.sorted().joined(separator: ", "))."
  }

  func note(_ key: String) {
    if !asked.contains(key) { asked.append(key) }
  }

  /// One object for each mapping below this one, however often it is asked for.
  func child(
    _ path: String, make: () throws(ReadingError) -> RecipeMapping
  ) throws(ReadingError) -> RecipeMapping {
    if let known = children[path] { return known }
    let child = try make()
    children[path] = child
    return child
  }
}

extension Node.Scalar {
  /// `key:` with nothing, `~` or `null`.
  var isEmptyValue: Bool {
    style == .plain && (string.isEmpty || string == "~" || string == "null")
  }
}
