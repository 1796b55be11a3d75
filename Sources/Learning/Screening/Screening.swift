import DenseMath
public import Matter

/// Finds the candidates that a model predicts to be best among any number that stream by.
///
/// Memory holds one batch and the best so far. The result depends on the rows and their order, not
/// on the batches or the number of threads. A row that cannot be read or predicted is counted and
/// left out.
public struct Screening: Sendable {
  public struct Configuration: Hashable, Sendable {
    /// How many candidates to keep; positive.
    public var count = 100
    public var goal = ScreeningGoal()
    /// Probability with which a new measurement lies in a candidate's interval.
    public var coverage = 0.9
    /// Candidates below this ``ModelPrediction/inDomainScore`` are left out.
    public var leastInDomain = 0.0

    public init() {}
  }

  /// What became of the rows.
  public struct Tally: Hashable, Codable, Sendable {
    public var rows = 0
    /// Without a prediction.
    public var refused = 0
    /// Whose composition was not wanted.
    public var excluded = 0
    /// Below ``Configuration/leastInDomain``.
    public var outsideDomain = 0
  }

  public let model: Model
  public let configuration: Configuration
  private let excluded: Set<ProportionKey>

  /// Compositions of crystals that are excluded.
  private let excludedCompositions: Set<ProportionKey>
  public private(set) var tally = Tally()

  /// The first rows that were refused, at most ``namedRefusals``.
  public private(set) var refusals: [ScreeningRefusal] = []

  /// Most refused rows that are kept by name.
  public static let namedRefusals = 10

  /// Rows that one thread works on at a time.
  public static let chunk = 512

  private var list: BestList

  /// - Parameter excluded: Compositions that are not wanted, in any multiple of their formula unit.
  public init(
    _ model: Model, _ configuration: Configuration = Configuration(),
    excluding excluded: some Sequence<Composition> = EmptyCollection()
  ) {
    self.init(model, configuration, excluding: excluded.map { Candidate($0) })
  }

  /// - Parameter excluded: Crystals exclude themselves and those of the same content, compositions all
  ///   of their proportions.
  public init(_ model: Model, _ configuration: Configuration, excluding excluded: [Candidate]) {
    self.model = model
    self.configuration = configuration
    self.excluded = Set(excluded.map { ProportionKey($0.with(variables: [])) })
    excludedCompositions = Set(
      excluded.filter { $0.crystal != nil }.map { ProportionKey($0.composition) })
    list = BestList(configuration.count)
  }

  /// The best candidates so far by falling score, each composition or crystal once.
  public var best: [ScreenedCandidate] { list.ranked }

  /// Takes in the next rows.
  ///
  /// - Throws: ``ModelInputError`` where rows have other variables than the model, and what the model
  ///   has against all of several rows alike, such as a missing library. What it has against single
  ///   rows is no error.
  public mutating func add(_ rows: [ScreeningRow], threads: Int = 1) throws {
    let chunks = stride(from: 0, to: rows.count, by: Self.chunk).map {
      $0..<min($0 + Self.chunk, rows.count)
    }
    let (worker, first, cutoff) = (self, tally.rows, list.cutoff)
    let parts = try parallelMap(chunks, threads: threads) { chunk in
      try worker.part(rows[chunk], from: first + chunk.lowerBound, cutoff: cutoff)
    }
    tally.rows += rows.count
    for part in parts {
      tally.refused += part.refusals.count
      tally.excluded += part.excluded
      tally.outsideDomain += part.outsideDomain
      refusals += part.refusals.prefix(Self.namedRefusals - refusals.count)
      for candidate in part.candidates { list.add(candidate) }
    }
  }

  /// What one chunk gives.
  private struct Part {
    var candidates: [ScreenedCandidate] = []
    var refusals: [ScreeningRefusal] = []
    var excluded = 0
    var outsideDomain = 0
  }

  /// A row whose formula was read.
  private struct Question {
    let row: ScreeningRow
    let place: Int
    let candidate: Candidate
  }

  /// - Parameter cutoff: Candidates that do not score higher are of no use.
  private func part(
    _ rows: ArraySlice<ScreeningRow>, from first: Int, cutoff: Double?
  ) throws -> Part {
    var part = Part()
    var questions: [Question] = []
    for (place, row) in rows.enumerated() {
      switch Self.candidate(row) {
      case .failure(let refusal):
        part.refusals.append(
          ScreeningRefusal(row: row, place: first + place, reason: refusal.reason))
      case .success(let candidate):
        if model.needsCrystals, candidate.crystal == nil {
          part.refusals.append(
            ScreeningRefusal(row: row, place: first + place, reason: Self.noCrystal))
        } else if isExcluded(candidate) {
          part.excluded += 1
        } else {
          questions.append(Question(row: row, place: first + place, candidate: candidate))
        }
      }
    }
    let answers = try answers(questions.map(\.candidate)[...])
    try Self.check(answers)
    for (question, answer) in zip(questions, answers) {
      judge(question, answer, cutoff: cutoff, &part)
    }
    part.refusals.sort { $0.place < $1.place }
    return part
  }

  private static let noCrystal = "It has no structure, which the model needs."

  private static func candidate(_ row: ScreeningRow) -> Result<Candidate, ScreeningRow.Refusal> {
    if let material = row.material { return material.map { $0.with(variables: row.variables) } }
    do throws(FormulaError) {
      return .success(Candidate(try Composition(formula: row.formula), variables: row.variables))
    } catch {
      return .failure(ScreeningRow.Refusal("\(error)"))
    }
  }

  /// A composition that is not wanted excludes its crystals; a crystal that is not wanted excludes
  /// itself, and its composition where nothing more is known.
  private func isExcluded(_ candidate: Candidate) -> Bool {
    guard !excluded.isEmpty else { return false }
    let composition = ProportionKey(candidate.composition)
    if excluded.contains(composition) { return true }
    guard let crystal = candidate.crystal else { return excludedCompositions.contains(composition) }
    // The key of a crystal takes longer than that of its composition.
    return excludedCompositions.contains(composition)
      && excluded.contains(ProportionKey(Candidate(crystal)))
  }

  private func judge(
    _ question: Question, _ answer: Result<ModelPrediction, Refusal>, cutoff: Double?,
    _ part: inout Part
  ) {
    func refuse(_ reason: String) {
      part.refusals.append(
        ScreeningRefusal(row: question.row, place: question.place, reason: reason))
    }
    switch answer {
    case .failure(let refusal): refuse(refusal.reason)
    case .success(let prediction):
      let score = configuration.goal.score(prediction)
      guard prediction.mean.isFinite, !score.isNaN else {
        return refuse("The model gives no finite number for it.")
      }
      guard prediction.inDomainScore >= configuration.leastInDomain else {
        part.outsideDomain += 1
        return
      }
      if let cutoff, score <= cutoff { return }
      part.candidates.append(
        ScreenedCandidate(
          row: question.row, place: question.place, candidate: question.candidate,
          key: ProportionKey(question.candidate), prediction: prediction, score: score))
    }
  }

  private struct Refusal: Error {
    let error: any Error
    var reason: String { "\(error)" }
  }

  /// One reason against several rows at once is the model's, not the rows'.
  private static func check(_ answers: [Result<ModelPrediction, Refusal>]) throws {
    let refusals = answers.compactMap { answer in
      if case .failure(let refusal) = answer { refusal } else { nil }
    }
    guard refusals.count > 1, refusals.count == answers.count,
      Set(refusals.map(\.reason)).count == 1
    else { return }
    throw refusals[0].error
  }

  /// Predictions of candidates; where the model refuses, halves are tried until the rows that it
  /// refuses are found.
  private func answers(
    _ candidates: ArraySlice<Candidate>
  ) throws -> [Result<ModelPrediction, Refusal>] {
    guard !candidates.isEmpty else { return [] }
    do {
      return try model.predict(Array(candidates), coverage: configuration.coverage)
        .map { .success($0) }
    } catch let error as ModelInputError {
      throw error
    } catch {
      if candidates.count == 1 { return [.failure(Refusal(error: error))] }
      let middle = candidates.startIndex + candidates.count / 2
      return try answers(candidates[..<middle]) + answers(candidates[middle...])
    }
  }
}
