/// Finds the route of a path.
struct RouteTable: Sendable {
  private struct Entry: Sendable {
    let route: Route
    let segments: [Route.Segment]
  }

  /// By the number of segments.
  private let entries: [Int: [Entry]]

  init(_ routes: [Route]) {
    entries = Dictionary(
      grouping: routes.map { Entry(route: $0, segments: $0.segments) }, by: \.segments.count)
  }

  /// The routes that a path stands for, whatever their method, with the parts that stand for
  /// something by name.
  func matches(_ path: Substring) -> [(route: Route, parameters: [String: String])] {
    let segments = path.split(separator: "/", omittingEmptySubsequences: true)
    return (entries[segments.count] ?? []).compactMap { entry in
      Self.parameters(of: segments, entry.segments).map { (entry.route, $0) }
    }
  }

  private static func parameters(
    of segments: [Substring], _ own: [Route.Segment]
  ) -> [String: String]? {
    var parameters: [String: String] = [:]
    for (template, segment) in zip(own, segments) {
      switch template {
      case .text(let text): guard text == segment else { return nil }
      case .parameter(let name): parameters[name] = String(segment)
      }
    }
    return parameters
  }
}
