import Ecosystem
import Foundation
import Matter
import Synchronization

/// The store of records as the service shows it, and the spectra that lie beside it.
///
/// Reads alone, one request after the other away from the threads that answer claims.
final class RecordLibrary: Sendable {
  private let store: RecordStore
  private let spectra: SpectrumFolder?
  private let line = WorkLine("records", mostWaiting: 32)

  private struct Overview {
    var answer: StoreAnswer
    var time: ContinuousClock.Instant
  }

  /// Counting all records takes the longer the more there are: one count serves for five seconds.
  private let remembered = Mutex<Overview?>(nil)

  /// - Parameters:
  ///   - path: Of a store that is there.
  ///   - spectra: A folder of spectra named as records; `nil` for none.
  /// - Throws: ``StoreError``.
  init(path: String, spectra: String?) throws {
    store = try RecordStore(path: path, creating: false)
    self.spectra = spectra.map(SpectrumFolder.init)
  }

  func overview() async throws -> StoreAnswer {
    let known = remembered.withLock { $0 }
    if let known, ContinuousClock.now - known.time < .seconds(5) { return known.answer }
    let answer = try await ask { store, _ in
      StoreAnswer(records: try store.recordCount(), properties: try store.properties())
    }
    remembered.withLock { $0 = Overview(answer: answer, time: .now) }
    return answer
  }

  /// - Parameters:
  ///   - filter: In the language of OPTIMADE; empty for all.
  ///   - name: Instead of a filter, a formula, a row name or the beginning of a key.
  func page(filter: String, name: String, after: Int, limit: Int) async throws -> RecordPageAnswer {
    try await ask { store, token in
      guard name.isEmpty else {
        let (histories, _) = try store.histories(of: name, limit: limit)
        let records = try histories.compactMap { try store.record($0.key) }
        return RecordPageAnswer(records: records.map(RecordAnswer.init), next: nil)
      }
      let wanted = filter.isEmpty ? .all : try store.filter(parsing: filter)
      let page = try store.page(
        matching: wanted, after: after, limit: limit, check: token.check)
      return RecordPageAnswer(records: page.records.map(RecordAnswer.init), next: page.next)
    }
  }

  func record(_ key: String) async throws -> RecordDetail {
    try await ask { [spectra] store, _ in
      let history = try store.history(of: key)
      let record = try store.record(history.key)
      let structure =
        try record?.crystal.map(StructureAnswer.init)
        ?? record?.molecule.map(StructureAnswer.init)
      return RecordDetail(
        history, structure: structure, spectra: try spectra?.spectra(of: history) ?? [])
    }
  }

  /// The crystal or the composition of a record.
  func candidate(_ key: String) async throws -> Candidate {
    try await ask { store, _ in
      guard let record = try store.record(try store.history(of: key).key) else {
        throw Problem(404, "no-such-record", "All that was read of this record was withdrawn.")
      }
      return record.crystal.map { Candidate($0) } ?? Candidate(record.composition)
    }
  }

  func datasets() async throws -> [ImportRun] { try await ask { store, _ in try store.runs() } }

  func dataset(_ number: Int, limit: Int) async throws -> DatasetDetail {
    try await ask { store, _ in
      guard let run = try store.run(number) else {
        throw Problem(404, "no-such-dataset", "There is no data set \(number).")
      }
      return DatasetDetail(
        run: run, refusals: try store.refusals(of: number, limit: limit),
        flagged: try store.flaggedValues(of: number, limit: limit))
    }
  }

  /// Asks the store, and says what is wrong without saying where it lies.
  private func ask<Answer: Sendable>(
    _ body: @escaping @Sendable (RecordStore, WorkLine.Token) throws -> Answer
  ) async throws -> Answer {
    try await line.run { [store] token in
      do {
        return try body(store, token)
      } catch let error as FilterError {
        throw Problem(422, "bad-filter", error.description)
      } catch let error as FilterTypeError {
        throw Problem(422, "bad-filter", Self.words(error.description, store))
      } catch StoreError.notFound(let text) {
        let text = Self.words(text, store)
        let isFilter = text.hasPrefix("nothing is measured")
        throw Problem(isFilter ? 422 : 404, isFilter ? "bad-filter" : "no-such-record", text)
      }
    }
  }

  private static func words(_ text: String, _ store: RecordStore) -> String {
    text.replacing("\(store.place): ", with: "")
  }
}
