import Learning
import Matter

extension Routes {
  private static func materials(_ most: Int) -> Field {
    Field(
      "materials", .materials, required: true, length: 1...most, materialsText)
  }

  private static let materialsText =
    "Objects with one of formula, structure (the text of a CIF, POSCAR, extended XYZ or JSON) and "
    + "record (a key of the store); name and variables where there are any."
  private static let coverage = Field(
    "coverage", .number, in: 0.001...0.999,
    "The probability with which a new measurement lies in its interval; 0.9 if left out.")
  private static let fidelity = Field(
    "fidelity", .string, "The method whose values are wanted, of a model that knows several.")

  /// What is asked about trained models.
  var modelRoutes: [Route] {
    [
      Route(
        method: .get, path: "/v1/models", scope: .read, summary: "All model files, by name.",
        statuses: [404, 408], answer: ["models"],
        act: { _ in try Reply(json: ["models": await shelf().summaries()]) }),
      Route(
        method: .get, path: "/v1/models/{model}", scope: .read,
        summary: "The card of a model: what it was made from and how good it is.",
        statuses: [408, 409], answer: ["name", "card"],
        act: { call in
          struct Answer: Encodable {
            let name: String
            let card: ModelCard
          }
          let name = call.parameters["model"] ?? ""
          return try Reply(json: Answer(name: name, card: await shelf().card(name)))
        }),
      Route(
        method: .post, path: "/v1/models/{model}/predictions", scope: .read,
        summary: "What a model says about materials.",
        fields: [
          Self.materials(Limits().rows), Self.coverage, Self.fidelity,
          Field(
            "neighbors", .integer, in: 0...20,
            "How many of the nearest training rows to name, 0 to 20."),
        ], statuses: [409, 422], answer: ["target", "unit", "coverage", "predictions"],
        act: { call in
          let neighbors = call.body.integer("neighbors") ?? 0
          return try await answer(call) { desk, token in
            try desk.predictions(neighbors: neighbors, token)
          }
        }),
      Route(
        method: .post, path: "/v1/models/{model}/explanations", scope: .read,
        summary: "Which elements, features, sites and bonds carry the predictions.",
        fields: [
          Self.materials(Limits().explained), Self.coverage, Self.fidelity,
          Field(
            "features", .integer, in: 0...100,
            "How many features to name for each, 0 to 100; 10 if left out."),
        ], statuses: [409, 422], answer: ["target", "unit", "surrogate", "explanations"],
        act: { call in
          let features = call.body.integer("features") ?? 10
          return try await answer(call) { desk, token in
            try desk.explanations(features: features, token)
          }
        }),
    ]
  }

  /// Asks a model about the materials of a body.
  private func answer<Answer: Encodable & Sendable>(
    _ call: Call,
    _ body: @escaping @Sendable (ModelDesk, WorkLine.Token) throws -> Answer
  ) async throws -> Reply {
    let coverage = call.body.number("coverage") ?? 0.9
    let questions = try call.body.items("materials").map(MaterialQuestion.init)
    let records = try await records(of: questions, most: call.limits.structures)
    let fidelity = call.body.text("fidelity")
    let answer = try await shelf().with(call.parameters["model"] ?? "") { model, token in
      try body(
        ModelDesk(
          model: model, questions: questions, records: records, fidelity: fidelity,
          coverage: coverage), token)
    }
    return try Reply(json: answer)
  }

  /// The records that are asked about, each once; those that are not there are left out.
  private func records(
    of questions: [MaterialQuestion], most: Int
  ) async throws -> [String: Candidate] {
    var wanted: Set<String> = []
    var structures = 0
    for question in questions {
      switch question.content {
      case .record(let key): wanted.insert(key)
      case .structure: structures += 1
      case .formula: break
      }
    }
    guard wanted.count + structures <= most else {
      throw Problem(422, "invalid", "At most \(most) structures and records at a time.")
    }
    guard !wanted.isEmpty else { return [:] }
    let library = try library()
    var records: [String: Candidate] = [:]
    for key in wanted.sorted() where Call.isKey(key) {
      do {
        records[key] = try await library.candidate(key)
      } catch let problem as Problem where problem.status == 404 {}
    }
    return records
  }

  /// - Throws: ``Problem`` where the service has no models.
  private func shelf() throws(Problem) -> ModelLibrary {
    guard let models else {
      throw Problem(404, "no-models", "This service has no models; start it with --models FOLDER.")
    }
    return models
  }
}
