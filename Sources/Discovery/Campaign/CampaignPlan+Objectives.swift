extension CampaignPlan {
  /// Refuses acquisitions that cannot weigh the plan's objectives, in a sentence.
  func checkObjectives() throws(CampaignError) {
    let kind = acquisition.kind
    let names = { (kinds: [AcquisitionKind]) in kinds.map(\.rawValue).joined(separator: ", ") }
    if objectives.count > 1 {
      try checkSeveral()
      let known = AcquisitionKind.allCases.filter { $0.isForSeveralObjectives || $0 == .random }
      guard known.contains(kind) else {
        throw .plan(
          "\(kind.rawValue) weighs one objective, and there are \(objectives.count); choose one of "
            + names(known))
      }
      return
    }
    guard !kind.isForSeveralObjectives else {
      throw .plan("\(kind.rawValue) weighs several objectives, and there is one")
    }
    let aims: [AcquisitionKind] = [.target, .maxVariance, .levelSet, .random]
    if objective.goal != nil, !aims.contains(kind) {
      throw .plan(
        "\(kind.rawValue) looks for the largest or smallest value, and the objective is to meet "
          + "one; choose one of \(names(aims))")
    }
    if objective.goal == nil, kind == .target {
      throw .plan(
        "acquisition target needs a value to meet: objective: {property: \(objective.expression), "
          + "target: …}")
    }
  }

  private func checkSeveral() throws(CampaignError) {
    guard objectives.count <= 5 else {
      throw .plan("there are \(objectives.count) objectives; up to 5 are weighed at a time")
    }
    guard Set(objectives.map(\.expression)).count == objectives.count else {
      throw .plan("an objective is named twice")
    }
    guard objectives.allSatisfy({ $0.goal == nil }) else {
      throw .plan("an objective with a target value stands alone; use limits for the others")
    }
    for objective in objectives {
      if let reference = objective.reference, !reference.isFinite {
        throw .plan("the reference of \(objective.expression) is not finite")
      }
    }
    guard stop.target == nil else {
      throw .plan("stop.target is the value of one objective, and there are \(objectives.count)")
    }
  }
}
