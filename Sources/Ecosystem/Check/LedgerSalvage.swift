import Foundation
import GRDB

/// What can still be read of a ledger, whatever has happened to its file; the file stays as it is.
public struct LedgerSalvage: Sendable {
  public let path: String

  /// The longest beginning of which every event follows from the one before.
  public let soundEvents: [LoggedEvent]

  /// Events behind it that can be read, sound or not, in the order of their numbers.
  public let otherEvents: [LoggedEvent]

  /// The schema's versions.
  public let versions: [String]

  /// What is wrong with file, tables and chain; empty where all is well.
  public let faults: [StoreFault]

  /// - Throws: ``FileError``; ``EventLogError/newerSchema(_:)``; ``EventLogError/foreign(_:)`` for
  ///   what is no ledger.
  public init(_ path: String) throws {
    self.path = path
    let file: StoredFile
    do { file = try StoredFile(path) } catch StoreError.foreign {
      throw EventLogError.foreign(path)
    }
    guard file.kind == .ledger else { throw EventLogError.foreign(path) }
    var reading = Reading()
    var versions: [String] = []
    do {
      try file.look { db in
        let schema = try StoredFile.schema(db, EventSchema.migrator, place: path)
        versions = schema.versions
        reading.faults = StoredFile.structureFaults(db) + schema.faults
        reading.read(db)
      }
    } catch StoreError.newerSchema {
      throw EventLogError.newerSchema(path)
    } catch {
      reading.faults.append(StoreFault(.file, "", StoredFile.sentence(for: error)))
    }
    self.versions = versions
    soundEvents = reading.sound
    otherEvents = reading.others
    faults = reading.faults
  }

  /// Reads event by event, past those that cannot be read.
  private struct Reading {
    var sound: [LoggedEvent] = []
    var others: [LoggedEvent] = []
    var faults: [StoreFault] = []

    /// Of the last event that could be read.
    private var previous: (sequence: Int, hash: String)? = (0, LoggedEvent.firstHash)

    mutating func read(_ db: Database) {
      var next = 1
      // The table may end anywhere; behind so many gaps there is nothing.
      var gaps = 0
      while gaps < Self.mostGaps {
        do {
          let rows = try Row.fetchAll(
            db,
            sql: """
              SELECT sequence, kind, key, payload, time, hash FROM event WHERE sequence >= ?
              ORDER BY sequence LIMIT \(gaps == 0 ? 256 : 1)
              """, arguments: [next])
          guard let last = rows.last else { return }
          for row in rows { take(row) }
          guard let number = last[0] as Int?, number >= next else { return }
          next = number + 1
          gaps = 0
        } catch {
          // Part of the batch may lie on a sound page: single events until they are read again.
          if gaps == 0 {
            next = readSingly(db, from: next)
          } else {
            next += 1
          }
          gaps += 1
          previous = nil
        }
      }
    }

    private static let mostGaps = 1_000

    /// Takes events up to the first that cannot be read.
    ///
    /// - Returns: The number behind it.
    private mutating func readSingly(_ db: Database, from start: Int) -> Int {
      var next = start
      while true {
        do {
          let row = try Row.fetchOne(
            db,
            sql: "SELECT sequence, kind, key, payload, time, hash FROM event WHERE sequence = ?",
            arguments: [next])
          guard let row else { break }
          take(row)
        } catch {
          faults.append(StoreFault(.structure, "event \(next)", StoredFile.sentence(for: error)))
          break
        }
        next += 1
      }
      return next + 1
    }

    private mutating func take(_ row: Row) {
      guard let sequence = Int.fromDatabaseValue(row[0]) else {
        return faults.append(StoreFault(.chain, "an event", "has no number"))
      }
      guard let kind = String.fromDatabaseValue(row[1]),
        let payload = String.fromDatabaseValue(row[3]), let time = Int64.fromDatabaseValue(row[4]),
        let hash = String.fromDatabaseValue(row[5])
      else {
        previous = nil
        return faults.append(StoreFault(.chain, "event \(sequence)", "a field cannot be read"))
      }
      let event = LoggedEvent(
        sequence: sequence, kind: kind, key: String.fromDatabaseValue(row[2]), payload: payload,
        time: time, hash: hash)
      let isNext = sequence == sound.count + 1 && others.isEmpty
      if let previous, sequence != previous.sequence + 1 {
        faults.append(
          StoreFault(.chain, "event \(previous.sequence + 1)", "is missing or out of order"))
      } else if let previous, !event.follows(previous.hash) {
        faults.append(StoreFault(.chain, "event \(sequence)", "is not what was written"))
      } else if previous != nil, isNext {
        sound.append(event)
        self.previous = (sequence, hash)
        return
      }
      others.append(event)
      previous = (sequence, hash)
    }
  }
}
