/// What one request may ask of the service.
struct Limits: Sendable {
  /// Bytes.
  var body = 16 << 20
  var headers = 16 << 10
  var target = 8 << 10

  /// Levels of nested JSON.
  var depth = 64

  /// Rows of one page.
  var page = 500

  /// Seconds for a body to arrive and an answer to be made.
  var seconds = 30.0

  /// Requests under way at the same time, and streams of events.
  var concurrent = 256
  var streams = 64

  /// Requests per second of one identity in the long run, and in a burst.
  var rate = 500.0
  var burst = 1000.0
}
