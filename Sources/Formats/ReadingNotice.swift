/// Something in a file that was read, but deserves a look.
public struct ReadingNotice: Hashable, Sendable {
  /// From 1; 0 when it concerns the whole file.
  public let line: Int

  public let message: String

  public init(line: Int = 0, _ message: String) {
    self.line = line
    self.message = message
  }
}
