/// The names of one object, to see one that occurs twice.
struct JSONKeys {
  /// Up to so many names are compared one by one, which is faster than a set.
  private static let few = 12

  private var set: Set<String> = []

  /// - Parameter members: Those before the name.
  /// - Returns: `false` when the name is there already.
  mutating func insert(_ key: String, into members: [JSONMember]) -> Bool {
    if members.count < Self.few { return !members.contains { $0.key == key } }
    if members.count == Self.few { set = Set(members.map(\.key)) }
    return set.insert(key).inserted
  }
}
