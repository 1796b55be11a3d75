import Foundation

extension CampaignPlan {
  /// The first setting, by name, in which two plans differ, for a sentence.
  func difference(from wanted: CampaignPlan) -> String {
    let (own, other) = (settings, wanted.settings)
    for name in Set(own.keys).union(other.keys).sorted() where own[name] != other[name] {
      return "its \(name) is \(own[name] ?? "not set"), not \(other[name] ?? "left out")"
    }
    return "its plan is not the same"
  }

  /// Each setting as JSON.
  private var settings: [String: String] {
    let encoder = JSONEncoder()
    guard let data = try? encoder.encode(self),
      let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return [:] }
    return object.mapValues { value in
      let text = try? JSONSerialization.data(
        withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys])
      return text.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
  }
}
