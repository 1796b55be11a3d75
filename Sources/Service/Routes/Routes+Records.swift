import Ecosystem

extension Routes {
  /// What is asked about the store.
  var recordRoutes: [Route] {
    [
      Route(
        method: .get, path: "/v1/properties", scope: .read,
        summary:
          "What the store holds: the number of records, and every property that was measured.",
        statuses: [404], answer: ["records", "properties"],
        act: { _ in try Reply(json: await library().overview()) }),
      Route(
        method: .get, path: "/v1/records", scope: .read,
        summary: "Records of materials, page by page, in the order they came into the store.",
        query: Routes.page + [
          QueryField(
            "filter", .text, "In the language of OPTIMADE: elements HAS \"Ti\" AND gap > 1."),
          QueryField(
            "name", .text, "Instead: a formula, the name of a row, the beginning of a key."),
        ], statuses: [404, 422], answer: ["records", "next"],
        act: { call in
          let (after, limit) = try call.page()
          let (filter, name) = (call.query["filter"] ?? "", call.query["name"] ?? "")
          guard filter.isEmpty || name.isEmpty else {
            throw Problem(422, "bad-query", "Give a filter or a name, not both.")
          }
          return try Reply(
            json: await library().page(filter: filter, name: name, after: after, limit: limit))
        }),
      Route(
        method: .get, path: "/v1/records/{key}", scope: .read,
        summary: "One record: measurements with their sources, structure, spectra, history.",
        answer: ["key", "formula", "sites", "sources", "structure", "spectra"],
        act: { call in try Reply(json: await library().record(try call.key())) }),
      Route(
        method: .get, path: "/v1/datasets", scope: .read,
        summary: "The files that the store was filled from, the earliest first.", statuses: [404],
        answer: ["datasets"],
        act: { _ in try Reply(json: ["datasets": await library().datasets()]) }),
      Route(
        method: .get, path: "/v1/datasets/{number}", scope: .read,
        summary: "One of these files, with the rows that were refused and the values not used.",
        query: [.limit], answer: ["run", "refusals", "flagged"],
        act: { call in
          let number = try call.number("number")
          return try Reply(json: await library().dataset(number, limit: try call.page().limit))
        }),
    ]
  }

  /// - Throws: ``Problem`` where the service has no store.
  func library() throws(Problem) -> RecordLibrary {
    guard let records else {
      throw Problem(404, "no-store", "This service has no store; start it with --store FILE.")
    }
    return records
  }
}

extension Call {
  /// The key of a record, or six digits and more of its beginning.
  func key() throws(Problem) -> String {
    let key = parameters["key"] ?? ""
    guard Self.isKey(key) else { throw Problem.notFound }
    return key
  }

  /// Whether a text can be a key or its beginning.
  static func isKey(_ text: String) -> Bool {
    (6...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
