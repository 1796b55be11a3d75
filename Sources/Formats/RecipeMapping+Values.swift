internal import Yams

/// Typed values. Each method names the key by its full path in errors.
extension RecipeMapping {
  // MARK: Text

  /// A text; a number in its place is taken as written.
  public func string(_ key: String) throws(ReadingError) -> String {
    let entry = try required(key)
    return try scalar(entry, "a text").string
  }

  public func string(_ key: String, default value: String) throws(ReadingError) -> String {
    try optionalString(key) ?? value
  }

  public func optionalString(_ key: String) throws(ReadingError) -> String? {
    guard let entry = node(key) else { return nil }
    return try scalar(entry, "a text").string
  }

  /// One of the raw values of `Choice`.
  public func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String, default value: Choice
  ) throws(ReadingError) -> Choice {
    guard let entry = node(key) else { return value }
    let text = try scalar(entry, "a word").string
    if let choice = Choice(rawValue: text) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let near = nearest(to: text, among: names).map { " Did you mean \"\($0)\"?" } ?? ""
    throw entry.key.error(
      "\"\(entry.key.path)\" is \"\(text)\"; it must be one of "
        + "\(names.joined(separator: ", ")).\(near)")
  }

  // MARK: Numbers

  /// A finite number.
  public func double(_ key: String) throws(ReadingError) -> Double {
    try number(required(key))
  }

  public func double(_ key: String, default value: Double) throws(ReadingError) -> Double {
    try optionalDouble(key) ?? value
  }

  public func optionalDouble(_ key: String) throws(ReadingError) -> Double? {
    guard let entry = node(key) else { return nil }
    return try number(entry)
  }

  public func integer(_ key: String) throws(ReadingError) -> Int {
    try whole(required(key))
  }

  public func integer(_ key: String, default value: Int) throws(ReadingError) -> Int {
    try optionalInteger(key) ?? value
  }

  public func optionalInteger(_ key: String) throws(ReadingError) -> Int? {
    guard let entry = node(key) else { return nil }
    return try whole(entry)
  }

  /// `true` or `false`, written so.
  public func bool(_ key: String, default value: Bool) throws(ReadingError) -> Bool {
    guard let entry = node(key) else { return value }
    let text = try scalar(entry, "true or false")
    guard text.style == .plain, text.string == "true" || text.string == "false" else {
      throw entry.key.error(
        "\"\(entry.key.path)\" is \"\(text.string)\"; write true or false.")
    }
    return text.string == "true"
  }

  // MARK: Lists

  /// A list of texts; a single text counts as a list of one; absent is empty.
  public func strings(_ key: String) throws(ReadingError) -> [String] {
    try items(key).map { (item) throws(ReadingError) in try scalar(item, "a text").string }
  }

  /// A list of finite numbers; a single number counts as a list of one; absent is empty.
  public func doubles(_ key: String) throws(ReadingError) -> [Double] {
    try items(key).map { (item) throws(ReadingError) in try number(item) }
  }

  // MARK: Mappings

  public func mapping(_ key: String) throws(ReadingError) -> RecipeMapping {
    try nested(required(key))
  }

  public func optionalMapping(_ key: String) throws(ReadingError) -> RecipeMapping? {
    guard let entry = node(key) else { return nil }
    return try nested(entry)
  }

  /// A list of mappings (`- key: value` items); absent is empty.
  public func mappings(_ key: String) throws(ReadingError) -> [RecipeMapping] {
    try items(key).map { (item) throws(ReadingError) in try nested(item) }
  }

  // MARK: Conversions

  private typealias Entry = (key: RecipePlace, node: Node)

  private func items(_ key: String) throws(ReadingError) -> [Entry] {
    guard let entry = node(key) else { return [] }
    guard case .sequence(let sequence) = entry.node else { return [entry] }
    return sequence.enumerated().map { index, node in
      (RecipePlace(file: place.file, path: "\(entry.key.path)[\(index)]", mark: node.mark), node)
    }
  }

  private func nested(_ entry: Entry) throws(ReadingError) -> RecipeMapping {
    guard case .mapping(let mapping) = entry.node else {
      throw entry.key.error(
        "\"\(entry.key.path)\" must hold keys of its own, indented below it.")
    }
    let place = RecipePlace(file: place.file, path: entry.key.path, mark: entry.node.mark)
    return try child(entry.key.path) { () throws(ReadingError) in
      try RecipeMapping(mapping, place: place)
    }
  }

  private func scalar(_ entry: Entry, _ wanted: String) throws(ReadingError) -> Node.Scalar {
    guard case .scalar(let scalar) = entry.node else {
      let found = entry.node.isSequence ? "a list" : "a group of keys"
      throw entry.key.error("\"\(entry.key.path)\" is \(found); it must be \(wanted).")
    }
    return scalar
  }

  private func number(_ entry: Entry) throws(ReadingError) -> Double {
    let scalar = try scalar(entry, "a number")
    let refusal = "\"\(entry.key.path)\" is \"\(scalar.string)\"; it must be a finite number"
    guard scalar.style == .plain else {
      throw entry.key.error("\(refusal), without quotes.")
    }
    guard let value = Double(scalar.string), value.isFinite else {
      let hint = scalar.string.contains(",") ? ", with a decimal point instead of a comma." : "."
      throw entry.key.error("\(refusal)\(hint)")
    }
    return value
  }

  private func whole(_ entry: Entry) throws(ReadingError) -> Int {
    let scalar = try scalar(entry, "a whole number")
    guard scalar.style == .plain, let value = Int(scalar.string) else {
      throw entry.key.error(
        "\"\(entry.key.path)\" is \"\(scalar.string)\"; it must be a whole number.")
    }
    return value
  }
}

extension Node {
  fileprivate var isSequence: Bool {
    if case .sequence = self { true } else { false }
  }
}
