/// One request as a route sees it: found, allowed and checked.
struct Call: Sendable {
  /// For the log and for people who ask what went wrong.
  let id: String
  let identity: Identity

  /// The parts of the path that stand for something, by name.
  let parameters: [String: String]
  let query: [String: String]
  let body: Body
  let limits: Limits

  /// A whole number of the path.
  func number(_ name: String) throws(Problem) -> Int {
    guard let text = parameters[name], let number = Int(text), number > 0, text.count < 10 else {
      throw Problem.notFound
    }
    return number
  }

  /// Where a page starts and how long it is.
  func page() throws(Problem) -> (after: Int, limit: Int) {
    func value(_ field: QueryField, _ usual: Int) throws(Problem) -> Int {
      let name = field.name
      guard case .integer(let range) = field.kind, let text = query[name] else { return usual }
      guard let number = Int(text), range.contains(number) else {
        throw Problem(
          400, "bad-query",
          "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
      }
      return number
    }
    return (
      try value(.after, 0), try value(.limit, 50)
    )
  }

  /// Who does it: the token's name, with the worker's own where it gives one.
  var actor: String {
    guard let worker = body.text("worker"), !worker.isEmpty else { return identity.name }
    return identity.isLocal ? worker : "\(identity.name)/\(worker)"
  }
}
