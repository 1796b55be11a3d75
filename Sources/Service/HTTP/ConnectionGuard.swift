import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Watches one connection: that there are not too many, that nobody keeps one without using it, and
/// that headers keep their limit.
///
/// A connection is closed when its next request has not come with its whole header in time, when a
/// body has not, and when the other side does not take an answer in at a rate worth having. Streams
/// of events may last as long as they are read.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let connections: Connections
  private let limits: Limits
  private var admission: Connections.Admission?

  /// Requests whose answer is not written yet.
  private var open = 0

  /// Whether a request has begun and not ended, be it answered already or not.
  private var isComing = false
  private var reading: Scheduled<Void>?
  private var writing: Scheduled<Void>?

  /// Bytes since the other side last took everything.
  private var unsent = 0

  init(_ connections: Connections, _ limits: Limits) {
    self.connections = connections
    self.limits = limits
  }

  // MARK: Coming and going

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { begin(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  private func begin(_ context: ChannelHandlerContext) {
    guard admission == nil else { return }
    let admission = connections.enter()
    self.admission = admission
    switch admission {
    case .served: expectHead(context)
    case .refused: refuse(context, status: 503, retryAfter: 5)
    case .dropped: context.close(promise: nil)
    }
  }

  private func end() {
    reading?.cancel()
    writing?.cancel()
    if let admission, admission != .dropped { connections.leave(admission) }
    // Nothing is left of it twice.
    admission = .dropped
  }

  /// Answers without looking at what is asked, and reads on for a moment: a connection that is closed
  /// with bytes unread takes the answer with it.
  private func refuse(_ context: ChannelHandlerContext, status: Int, retryAfter: Int?) {
    open = 0
    isRefused = true
    var headers = HTTPFields()
    headers[.contentLength] = "0"
    headers[.connection] = "close"
    if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
    let head = HTTPResponse(status: .init(code: status), headerFields: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    context.close(mode: .output, promise: nil)
    reading?.cancel()
    reading = closing(context, after: .milliseconds(500))
  }

  private var isRefused = false

  private func closing(_ context: ChannelHandlerContext, after time: TimeAmount) -> Scheduled<Void>
  {
    let channel = context.channel
    return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
  }

  // MARK: Requests

  private func expectHead(_ context: ChannelHandlerContext) {
    reading?.cancel()
    reading = closing(context, after: .milliseconds(Int64(limits.headSeconds * 1000)))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isRefused else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      guard Self.saysHowLong(head.headerFields) else {
        // Of several requests, answers to the earlier ones must not be followed by this one.
        return open == 0
          ? refuse(context, status: 400, retryAfter: nil) : context.close(promise: nil)
      }
      open += 1
      isComing = true
      reading?.cancel()
      // The responder gives up earlier, with an answer.
      reading = closing(context, after: .milliseconds(Int64(limits.seconds * 1000) + 3000))
    case .body: break
    case .end:
      isComing = false
      reading?.cancel()
    }
    context.fireChannelRead(data)
  }

  /// Whether it is certain where the body of a request ends (RFC 9112, 6.3): by a length that is a
  /// number, or in chunks and nothing else.
  private static func saysHowLong(_ headers: HTTPFields) -> Bool {
    let codings = headers[values: .transferEncoding]
    let lengths = headers[values: .contentLength]
    guard codings.isEmpty else {
      return codings.count == 1 && codings[0].lowercased() == "chunked" && lengths.isEmpty
    }
    return lengths.isEmpty
      || lengths.count == 1 && lengths[0].utf8.allSatisfy { (48...57).contains($0) }
        && Int(lengths[0]) != nil
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isRefused else { return }
    guard open == 0, let fault = error as? HTTPParserError else {
      return context.fireErrorCaught(error)
    }
    // Where the request was answered by its head alone, nobody waits for another answer.
    guard !isComing else { return context.close(promise: nil) }
    refuse(context, status: fault == .headerOverflow ? 431 : 400, retryAfter: nil)
  }

  // MARK: Answers

  func write(
    context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
  ) {
    // The server answers what it cannot parse, be the request that it belongs to answered or not.
    guard open > 0 else {
      promise?.succeed(())
      return context.close(promise: nil)
    }
    switch unwrapOutboundIn(data) {
    case .head: break
    case .body(let bytes): unsent += bytes.readableBytes
    case .end:
      open = max(0, open - 1)
      if open == 0, !isRefused { expectHead(context) }
    }
    context.write(data, promise: promise)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    writing?.cancel()
    if context.channel.isWritable {
      unsent = 0
    } else {
      let seconds = limits.stallSeconds + Double(unsent) / limits.slowestRate
      writing = closing(context, after: .milliseconds(Int64(seconds * 1000)))
    }
    context.fireChannelWritabilityChanged()
  }
}
