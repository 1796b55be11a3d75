import DenseMath
public import Foundation
public import Matter

/// Keeps the graphs of crystals, so that each is made once: for a process, or for all where a folder
/// is given.
///
/// Graphs in a folder lie one after the other in files that are mapped into memory, so that their
/// number is not limited by it. A file is found by the content of the crystals, not by names or dates.
/// One that is damaged is removed, said once, and made again; the oldest make room for new ones.
///
/// May be used from several threads at once: hence `@unchecked Sendable`, all state behind `lock`.
public final class GraphCache: @unchecked Sendable {
  private struct Key: Hashable {
    let settings: GraphSettings
    let crystal: ContentKey
  }

  private let folder: URL?
  private let mostBytes: Int
  private var report: @Sendable (String) -> Void = { _ in }
  private let lock = NSLock()
  private var places: [Key: GraphRows.Place] = [:]
  private var opened: Set<String> = []
  private var bytes = 0

  /// - Parameters:
  ///   - folder: Where files are kept; `nil` keeps graphs in memory.
  ///   - mostBytes: Of graphs in memory. Sets that would take more go to the folder; without one all
  ///     that is there is forgotten. `nil`: everything goes to the folder, or stays where there is none.
  public init(folder: URL? = nil, mostBytes: Int? = nil) {
    self.folder = folder
    self.mostBytes = mostBytes ?? (folder == nil ? .max : 0)
  }

  /// In memory, for models that are asked about the same crystals one after the other.
  public static let shared = GraphCache(mostBytes: 1 << 28)

  /// For training: large sets lie in ``standardFolder``, where a later run finds them.
  public static let kept = GraphCache(folder: standardFolder, mostBytes: 1 << 28)

  /// Who is told in a sentence about damaged and unwritable files from now on.
  public func report(to listener: @escaping @Sendable (String) -> Void) {
    lock.withLock { report = listener }
  }

  /// The folder for caches of the person who runs the program: `$XDG_CACHE_HOME/athanor/graphs`, or
  /// the same under `~/.cache`.
  public static var standardFolder: URL { CacheFolder.standard("graphs") }

  /// The graphs of crystals, in their order; those that are not there yet are made.
  ///
  /// - Throws: ``GraphRowError`` for the first crystal that has none.
  public func graphs(
    of crystals: [Crystal], _ settings: GraphSettings, threads: Int = 1
  ) throws -> GraphRows {
    let keys = try parallelMap(crystals, threads: threads) { crystal in
      Key(settings: settings, crystal: ContentKey(crystal))
    }
    if let found = lock.withLock({ known(keys) }) { return found }
    let set = GraphSegment.name(settings, keys.map(\.crystal))
    if let folder { open(folder.appendingPathComponent(set), set, settings) }
    var found = lock.withLock { keys.map { places[$0] } }
    var seen: Set<Key> = []
    let missing = keys.indices.filter { found[$0] == nil && seen.insert(keys[$0]).inserted }
    if !missing.isEmpty {
      let graphs = try parallelMap(missing, threads: threads) { row in
        do { return try CrystalGraph(of: crystals[row], settings).bytes } catch {
          throw GraphRowError(row: row, reason: error)
        }
      }
      let segment = add(
        GraphSegment(graphs, keys: missing.map { keys[$0].crystal }), set, settings)
      let rows = Dictionary(uniqueKeysWithValues: zip(missing.map { keys[$0] }, missing.indices))
      for row in keys.indices where found[row] == nil {
        found[row] = rows[keys[row]].map { GraphRows.Place(segment: segment, row: $0) }
      }
    }
    return GraphRows(places: found.compactMap { $0 })
  }

  /// Under the lock: all of them, or `nil`.
  private func known(_ keys: [Key]) -> GraphRows? {
    var rows: [GraphRows.Place] = []
    rows.reserveCapacity(keys.count)
    for key in keys {
      guard let place = places[key] else { return nil }
      rows.append(place)
    }
    return GraphRows(places: rows)
  }

  private func open(_ file: URL, _ set: String, _ settings: GraphSettings) {
    guard lock.withLock({ opened.insert(set).inserted }),
      FileManager.default.fileExists(atPath: file.path)
    else { return }
    guard let segment = GraphSegment(file: file) else {
      say("The graphs in \(file.path) are damaged; they are made again.")
      try? FileManager.default.removeItem(at: file)
      return
    }
    keep(segment, settings, isMapped: true)
  }

  private func say(_ sentence: String) { lock.withLock { report }(sentence) }

  /// Keeps new graphs in memory, or in a file that is mapped.
  private func add(
    _ segment: GraphSegment, _ set: String, _ settings: GraphSettings
  ) -> GraphSegment {
    if let folder, lock.withLock({ bytes + segment.size > mostBytes }),
      let mapped = written(segment, set, in: folder)
    {
      keep(mapped, settings, isMapped: true)
      return mapped
    }
    keep(segment, settings, isMapped: false)
    return segment
  }

  private func written(_ segment: GraphSegment, _ set: String, in folder: URL) -> GraphSegment? {
    let file = folder.appendingPathComponent(set)
    do {
      try CacheFolder(folder, pathExtension: "graphs").makeRoom(for: segment.size)
      try segment.write(to: file)
    } catch {
      say("Graphs cannot be kept in \(folder.path): \(error.localizedDescription)")
      return nil
    }
    return GraphSegment(file: file)
  }

  private func keep(_ segment: GraphSegment, _ settings: GraphSettings, isMapped: Bool) {
    lock.withLock {
      if !isMapped {
        if bytes + segment.size > mostBytes {
          (places, opened, bytes) = ([:], [], 0)
        }
        guard segment.size <= mostBytes else { return }
        bytes += segment.size
      }
      for (row, crystal) in segment.keys.enumerated() {
        places[Key(settings: settings, crystal: crystal)] = GraphRows.Place(
          segment: segment, row: row)
      }
    }
  }
}

/// Graphs in the order in which they were asked for.
public struct GraphRows: Sendable {
  struct Place: Sendable {
    let segment: GraphSegment
    let row: Int
  }

  let places: [Place]

  public var count: Int { places.count }

  public subscript(row: Int) -> CrystalGraph { places[row].segment.graph(places[row].row) }

  /// Edges of each graph, and one for each node: what a step costs, `[count]`.
  public var costs: [Int] { places.map { $0.segment.cost($0.row) } }

  /// These graphs as a batch, in this order.
  public func batch(_ rows: some Sequence<Int>) -> CrystalBatch {
    CrystalBatch(rows.lazy.map { self[$0] })
  }

  /// Words that stand for the crystal of a row, whatever graph was made of it.
  package func contentWords(_ row: Int) -> [UInt64] {
    let key = places[row].segment.keys[places[row].row]
    return [key.first, key.second]
  }

  /// These rows alone.
  public func selecting(_ rows: some Sequence<Int>) -> GraphRows {
    GraphRows(places: rows.map { places[$0] })
  }
}

/// A crystal that has no graph.
public struct GraphRowError: Error, CustomStringConvertible {
  /// Its place among those asked for, from 0.
  public let row: Int
  public let reason: any Error

  public var description: String { "Crystal \(row + 1): \(reason)" }
}
