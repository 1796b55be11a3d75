import Hummingbird

/// What Hummingbird knows of a connection, as far as the responder needs it.
struct ServiceContext: RequestContext {
  var coreContext: CoreRequestContextStorage

  /// Reads nothing more from the connection: for bodies that are refused.
  let stopReading: @Sendable () -> Void

  init(source: Source) {
    coreContext = .init(source: source)
    let channel = source.channel
    stopReading = { channel.close(mode: .input, promise: nil) }
  }
}
