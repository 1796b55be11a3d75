/// What is kept of an action that may outlive the program that began it.
///
/// An oracle notes by which name an action can be asked for *before* anything moves. Who asks it after a
/// restart finds the name again, and the action is taken up instead of done a second time.
public struct ActionNotes: Sendable {
  /// What was noted of this proposal before; `nil` where nothing was, or where it was given up.
  public let earlier: String?
  private let keep: @Sendable (String) throws -> Void

  /// - Parameter keep: Returns once the name is durable.
  public init(earlier: String?, keep: @escaping @Sendable (String) throws -> Void) {
    self.earlier = earlier
    self.keep = keep
  }

  /// Nothing is kept.
  public static let forgotten = ActionNotes(earlier: nil) { _ in }

  /// Keeps the name of an action in the place of an earlier one.
  ///
  /// - Throws: What keeps the action from being begun.
  public func note(_ action: String) throws(UnnotedAction) {
    do {
      try keep(action)
    } catch {
      throw UnnotedAction(cause: error)
    }
  }
}

/// That an action could not be noted, and was not begun: it says nothing of the material.
public struct UnnotedAction: Error {
  public let cause: any Error
}
