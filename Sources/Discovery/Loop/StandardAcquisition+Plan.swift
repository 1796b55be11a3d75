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
    try checkSettings()
  }

  private func checkSettings() throws(CampaignError) {
    if kind == .levelSet, level?.isFinite != true {
      throw .plan("level-set needs a level: acquisition: {kind: level-set, level: …}")
    }
    if let share, !(share > 0 && share <= 1) {
      throw .plan("share is \(share); it must lie above 0 and be at most 1")
    }
    if let inputNoise, !(inputNoise >= 0 && inputNoise <= 0.5) {
      throw .plan("inputNoise is \(inputNoise); it must lie between 0 and 0.5")
    }
    let joint: [AcquisitionKind] = [.ei, .logEI, .noisyHypervolume]
    if batch == .joint, !joint.contains(kind) {
      throw .plan(
        "batch: joint counts expected improvement; choose ei, log-ei or log-nehvi, or another batch"
      )
    }
    if kind.isForSeveralObjectives, batch == .penalized || batch == .thompson {
      throw .plan("\(kind.rawValue) chooses its batches itself; leave out batch")
    }
    if batch == .thompson, kind == .maxVariance || kind == .levelSet {
      throw .plan(
        "batch: thompson looks for the best value, and \(kind.rawValue) does not; choose believer "
          + "or penalized")
    }
    guard let cost else { return }
    guard kind.isGain, batch != .joint else {
      throw .plan(
        "cost divides a gain; choose "
          + AcquisitionKind.allCases.filter(\.isGain).map(\.rawValue).joined(separator: ", ")
          + ", and no batch: joint")
    }
    try cost.check()
  }
}
