/// What is to be appended to an ``EventLog``.
public struct EventDraft: Hashable, Sendable {
  /// What happened, one word: `proposed`, `measured`, …
  public let kind: String

  /// A name that at most one event of the log may bear, `nil` for none.
  public let key: String?

  /// JSON with sorted keys, so that equal events are equal bytes.
  public let payload: String

  public init(kind: String, key: String? = nil, payload: String) {
    self.kind = kind
    self.key = key
    self.payload = payload
  }
}

/// One event as the log holds it.
public struct LoggedEvent: Hashable, Codable, Sendable {
  /// 1 for the first event of a log, then 2, 3, … without gaps.
  public let sequence: Int
  public let kind: String
  public let key: String?
  public let payload: String

  /// Microseconds since 1970 by the clock of the writer; informative only.
  public let time: Int64

  /// SHA-256 over all other fields and the hash of the event before, as 64 hexadecimal digits.
  public let hash: String

  public init(
    sequence: Int, kind: String, key: String?, payload: String, time: Int64, hash: String
  ) {
    self.sequence = sequence
    self.kind = kind
    self.key = key
    self.payload = payload
    self.time = time
    self.hash = hash
  }

  /// The event that follows the one with the given hash.
  init(_ draft: EventDraft, sequence: Int, time: Int64, previousHash: String) {
    self.init(
      sequence: sequence, kind: draft.kind, key: draft.key, payload: draft.payload, time: time,
      hash: Self.hash(
        kind: draft.kind, key: draft.key, payload: draft.payload, sequence: sequence, time: time,
        previousHash: previousHash))
  }

  public var draft: EventDraft { EventDraft(kind: kind, key: key, payload: payload) }

  /// Stands before the first event of every log.
  static let firstHash = String(repeating: "0", count: 64)

  /// Each text is preceded by its length in bytes, so that no two events share a form.
  private static func hash(
    kind: String, key: String?, payload: String, sequence: Int, time: Int64, previousHash: String
  ) -> String {
    var form: [UInt8] = []
    form.reserveCapacity(payload.utf8.count + 256)
    for line in [previousHash, String(sequence), String(time)] {
      form += line.utf8
      form.append(UInt8(ascii: "\n"))
    }
    for text in [kind, key.map { "=" + $0 } ?? "-", payload] {
      form += String(text.utf8.count).utf8
      form.append(UInt8(ascii: ":"))
      form += text.utf8
      form.append(UInt8(ascii: "\n"))
    }
    return ContentHash(of: form).hex
  }

  func follows(_ previousHash: String) -> Bool {
    hash
      == Self.hash(
        kind: kind, key: key, payload: payload, sequence: sequence, time: time,
        previousHash: previousHash)
  }
}
