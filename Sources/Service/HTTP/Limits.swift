/// What one request may ask of the service.
struct Limits: Sendable {
  /// Bytes.
  var body = 16 << 20

  /// Of all bodies that have come in and are not answered yet, with what reading them takes.
  var bodies = 512 << 20
  var headers = 16 << 10
  var target = 8 << 10

  /// Levels of nested JSON.
  var depth = 64

  /// Entries of lists and members of objects in one body. With its text, each takes some 150 bytes.
  var values = 300_000

  /// Seconds for a body to arrive and an answer to be made.
  var seconds = 25.0

  /// Seconds for the next request to come with its whole header, from the end of the answer before.
  var headSeconds = 25.0

  /// Seconds that an answer may wait for the other side, and the bytes a second that are enough
  /// beyond.
  var stallSeconds = 20.0
  var slowestRate = 100_000.0

  /// Connections, requests under way at the same time, and streams of events.
  var connections = 4096
  var concurrent = 256
  var streams = 64

  /// Requests per second of one identity in the long run, and in a burst.
  var rate = 500.0
  var burst = 1000.0

  /// Materials of one prediction, structures among them, and materials of one explanation.
  var rows = 10_000
  var structures = 1_000
  var explained = 20

  /// The same with no more for bodies than a third of what the process may still take.
  func fitted(to room: Int?) -> Limits {
    var result = self
    if let room { result.bodies = min(bodies, room / 3) }
    return result
  }
}
