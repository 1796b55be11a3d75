extension StandardLearners {
  /// With more rows of all methods together, co-kriging in one matrix takes too long.
  static let mostRowsOfJointProcess = 1200

  /// Processes of all methods together that rows so many allow.
  ///
  /// - Parameters:
  ///   - rows: Of the method that is learned.
  ///   - features: ``CandidateFeatures/magpie`` if `nil`.
  public static func fidelityProcesses(
    _ lower: LowerFidelities, rows: Int, features: CandidateFeatures? = nil
  ) -> [StackTrainer.Learner] {
    let counts = lower.levels.map(\.targets.count)
    let all = counts.reduce(rows, +)
    var learners: [StackTrainer.Learner] = []
    if (counts.dropFirst() + [rows]).allSatisfy({ $0 <= mostRowsOfProcess }) {
      learners += FidelityLink.allCases.map { link in
        var configuration = RecursiveFidelityTrainer.Configuration(link)
        configuration.base = process(features: features).configuration
        // An exact process of the cheap rows would take most of the time of the race.
        configuration.base.mostRows = mostRowsOfProcess
        return StackTrainer.Learner(
          "\(link.rawValue) co-kriging",
          RecursiveFidelityTrainer(configuration, lower: lower),
          cost: ExpectedWork(rows: min(all, 2 * mostRowsOfProcess)).gaussianProcess)
      }
    }
    guard all <= mostRowsOfJointProcess else { return learners }
    return learners
      + FidelityCoupling.allCases.map { coupling in
        var configuration = JointFidelityTrainer.Configuration(coupling)
        configuration.features = features ?? configuration.features
        return StackTrainer.Learner(
          coupling == .tasks ? "methods as a coordinate" : "joint co-kriging",
          JointFidelityTrainer(configuration, lower: lower),
          cost: 4 * ExpectedWork(rows: all).gaussianProcess)
      }
  }

  /// Learners of one method's rows, and what learns each cheap method, where nothing else is asked for.
  public static func fidelityLearners(
    _ lower: LowerFidelities, rows: Int, features: CandidateFeatures = .magpie
  ) -> (own: [StackTrainer.Learner], lower: any SurrogateTrainer) {
    let work = ExpectedWork(rows: rows)
    var own = [
      StackTrainer.Learner(
        "trees", forest(kind: .regression, features: features), cost: work.forest),
      StackTrainer.Learner(
        "boosted", boosted(kind: .regression, features: features), cost: work.boosted),
    ]
    if rows <= mostRowsOfProcess {
      own.append(
        StackTrainer.Learner("gp", process(features: features), cost: work.gaussianProcess))
    }
    let most = lower.levels.map(\.targets.count).max() ?? 0
    let isLarge = most > mostRowsOfJointProcess
    return (
      own,
      isLarge ? boosted(kind: .regression, features: features) : process(features: features)
    )
  }
}
