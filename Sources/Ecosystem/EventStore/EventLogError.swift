/// Why an event log cannot be read or written.
public enum EventLogError: Error, Hashable, Sendable {
  case duplicateKey(String, place: String)
  case conflict(place: String, expected: Int, found: Int)
  case newerSchema(String)
  case foreign(String)
  case corrupt(String, reason: String)
  case full(String)
  case readOnly(String)
  case busy(String)
  case unavailable(String, reason: String)
}

extension EventLogError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .duplicateKey(let key, let place):
      "\(place): an event \"\(key)\" is already there, and nothing is recorded twice."
    case .conflict(let place, let expected, let found):
      """
      \(place): expected \(expected) events but found \(found): another process writes to it. \
      Stop that process, then start again.
      """
    case .newerSchema(let place):
      """
      \(place): written by a newer version of Athanor, and left unchanged. Open it with that \
      version, or name another file.
      """
    case .foreign(let place):
      "\(place): not a ledger of Athanor, and left unchanged. Name another file."
    case .corrupt(let place, let reason):
      "\(place): the ledger is damaged: \(reason). Restore it from a copy."
    case .full(let place):
      "\(place): the disk is full. Free some space, then start again: nothing recorded is lost."
    case .readOnly(let place):
      "\(place): the file or its folder cannot be written. Change its permissions or name another."
    case .busy(let place):
      "\(place): another process holds the file. Stop that process, then start again."
    case .unavailable(let place, let reason):
      "\(place): cannot be opened or written: \(reason)."
    }
  }
}
