/// Facts beside a structure in its record.
enum JSONProperties {
  /// Names under which records give their identifier.
  private static let identifierNames: [StaticString] = [
    "material_id", "jid", "mbid", "entry_id", "id", "task_id", "identifier", "name",
  ]

  static func name(of node: JSONNode) -> String? {
    for key in identifierNames {
      guard let value = node[key] else { continue }
      if let name = value.text ?? value.numberText { return name }
    }
    return nil
  }

  /// Numbers, texts, flags and lists of numbers, those one level deeper with a point in their name;
  /// `null` and JARVIS' "na" are left out.
  static func of(_ node: JSONNode, without skipped: String) -> [StructureEntry.Property] {
    var properties: [StructureEntry.Property] = []
    for (key, value) in node.members ?? [] where key != skipped && !key.hasPrefix("@") {
      if value.kind == .object {
        for (inner, value) in value.members ?? [] where !inner.hasPrefix("@") {
          if let property = self.value(value) {
            properties.append(.init("\(key).\(inner)", property))
          }
        }
      } else if let property = self.value(value) {
        properties.append(.init(key, property))
      }
    }
    return properties
  }

  /// A number beyond the range of doubles stays a text.
  static func value(_ node: JSONNode) -> StructureEntry.Property.Value? {
    switch node.kind {
    case .null, .object: return nil
    case .flag: return .flag(node.flag ?? false)
    case .number:
      if let number = node.double { return .number(number) }
      return node.numberText.map { .text($0) }
    case .text: return node.text.flatMap { $0 == "na" ? nil : .text($0) }
    case .list: return array(node)
    }
  }

  private static func array(_ node: JSONNode) -> StructureEntry.Property.Value? {
    guard node.count > 0, let numbers = node.numbers else { return nil }
    var shape: [Int] = []
    var inner: JSONNode? = node
    while let list = inner, list.kind == .list, shape.count < 8 {
      shape.append(list.count)
      inner = list.first
    }
    var size = 1
    for count in shape {
      let product = size.multipliedReportingOverflow(by: count)
      guard !product.overflow else { return nil }
      size = product.partialValue
    }
    guard size == numbers.count, isRectangular(node, shape[...]) else { return nil }
    return .numbers(numbers, shape: shape)
  }

  private static func isRectangular(_ node: JSONNode, _ shape: ArraySlice<Int>) -> Bool {
    guard let count = shape.first else { return node.kind == .number }
    return node.kind == .list && node.count == count
      && (node.items ?? []).allSatisfy { isRectangular($0, shape.dropFirst()) }
  }
}
