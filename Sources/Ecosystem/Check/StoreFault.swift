/// One thing that is wrong with a stored file.
public struct StoreFault: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Sendable {
    /// The file is none of SQLite, or cannot be opened.
    case file

    /// SQLite finds its own structure damaged.
    case structure

    /// Tables are missing or not those of any version.
    case schema

    /// A row refers to one that is not there.
    case reference

    /// A row is not what was written.
    case content

    /// An event does not follow from the one before.
    case chain

    /// An event cannot be read, or says what cannot happen.
    case event
  }

  public let kind: Kind

  /// Where: `event 12`, `blob 3`; empty for the whole file.
  public let place: String
  public let reason: String

  public init(_ kind: Kind, _ place: String = "", _ reason: String) {
    self.kind = kind
    self.place = place
    self.reason = reason
  }
}

extension StoreFault: CustomStringConvertible {
  public var description: String { place.isEmpty ? reason : "\(place): \(reason)" }
}

/// What was left out of a repaired file.
public struct StoreLoss: Codable, Hashable, Sendable {
  /// Which row: `event 12`, `measurement of source 7`.
  public let place: String
  public let reason: String

  public init(_ place: String, _ reason: String) {
    self.place = place
    self.reason = reason
  }
}
