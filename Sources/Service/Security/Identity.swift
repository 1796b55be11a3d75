/// Who asks, and what they may do.
struct Identity: Hashable, Sendable {
  let name: String
  let scopes: Set<Scope>

  /// Whether nobody had to show a token: on this machine alone.
  var isLocal = false

  static let local = Identity(name: "local", scopes: Set(Scope.allCases), isLocal: true)
}

/// What a token allows.
public enum Scope: String, Codable, Hashable, Sendable, CaseIterable {
  /// To look.
  case read

  /// To ask for experiments of one's own.
  case propose

  /// To claim experiments and report about them.
  case report

  /// To approve, cancel, correct, pause.
  case admin
}
