import Foundation

extension CampaignCreation {
  /// - Throws: ``CampaignError/anotherCampaign(_:)`` where a ledger was begun with another plan,
  ///   other data or another oracle.
  public func refuseDifference(from stored: CampaignCreation) throws(CampaignError) {
    let names = Set(stored.provenance.keys).union(provenance.keys).sorted()
    for name in names where stored.provenance[name] != provenance[name] {
      throw .anotherCampaign("its \(name) is not the same")
    }
    guard stored.plan == plan else {
      throw .anotherCampaign(stored.plan.difference(from: plan))
    }
  }
}

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
