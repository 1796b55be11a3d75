extension StandardAcquisition {
  /// Whether predictions play any role.
  var needsModel: Bool { kind != .random }

  func check() throws(CampaignError) {
    guard alpha >= 0, alpha <= 1 else {
      throw .plan("alpha is \(alpha); it must lie between 0 and 1")
    }
    for (name, value) in [("beta", beta), ("margin", margin)] {
      guard value >= 0, value.isFinite else {
        throw .plan("\(name) is \(value); it must be 0 or more")
      }
    }
  }
}
