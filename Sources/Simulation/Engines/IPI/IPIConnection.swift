import Foundation

/// A connection to one client: whole messages in both directions, with a time limit each.
public final class IPIConnection {
  private let descriptor: Int32
  let timeLimit: Double

  /// Takes the descriptor over and closes it at its end.
  package init(_ descriptor: Int32, timeLimit: Double) {
    self.descriptor = descriptor
    self.timeLimit = timeLimit
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    // Headers of 12 bytes shall not wait for each other; fails without harm on a Unix socket.
    var one: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(descriptor) }

  package func send(_ message: IPIMessage) throws(IPIError) {
    let bytes = message.bytes
    let deadline = ContinuousClock.now.advanced(by: .seconds(timeLimit))
    var sent = 0
    while sent < bytes.count {
      try wait(for: Int16(POLLOUT), until: deadline)
      let count = bytes[sent...].withUnsafeBytes {
        Foundation.send(
          descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count > 0 { sent += count }
      if count < 0, errno == EPIPE || errno == ECONNRESET { throw .closed }
      if count < 0, errno != EINTR, errno != EAGAIN { throw IPIListener.failure("send") }
    }
  }

  /// The next message.
  package func receive() throws(IPIError) -> IPIMessage {
    let deadline = ContinuousClock.now.advanced(by: .seconds(timeLimit))
    return try IPIMessage { (count) throws(IPIError) in try read(count, until: deadline) }
  }

  /// Bytes are taken as they come, so that a count that lies reserves no memory.
  private func read(
    _ count: Int, until deadline: ContinuousClock.Instant
  ) throws(IPIError) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: min(count, 1 << 16))
    while bytes.count < count {
      try wait(for: Int16(POLLIN), until: deadline)
      let wanted = min(piece.count, count - bytes.count)
      let got = recv(descriptor, &piece, wanted, 0)
      if got > 0 { bytes += piece[..<got] }
      if got == 0 { throw bytes.isEmpty ? .closed : .truncated(missing: count - bytes.count) }
      if got < 0, errno == ECONNRESET { throw .closed }
      if got < 0, errno != EINTR, errno != EAGAIN { throw IPIListener.failure("recv") }
    }
    return bytes
  }

  private func wait(
    for events: Int16, until deadline: ContinuousClock.Instant
  ) throws(IPIError) {
    while true {
      let left = (deadline - ContinuousClock.now) / .seconds(1)
      guard left > 0 else { throw .timedOut(seconds: timeLimit) }
      var wanted = pollfd(fd: descriptor, events: events, revents: 0)
      let count = poll(&wanted, 1, Int32(min(left * 1000 + 1, 1e9)))
      if count > 0 { return }
      if count < 0, errno != EINTR { throw IPIListener.failure("poll") }
    }
  }
}
