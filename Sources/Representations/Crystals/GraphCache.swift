public import DenseMath
public import Foundation
public import Matter

/// Keeps the graphs of crystals, so that each is made once: for a process, or for all where a folder
/// is given.
///
/// Graphs lie one after the other in files that are mapped into memory, so that their number is not
/// limited by it. A file is found by the content of the crystals, not by names or dates. One that is
/// damaged is removed, said once, and made again.
///
/// May be used from several threads at once: hence `@unchecked Sendable`, all state behind `lock`.
public final class GraphCache: @unchecked Sendable {
  private struct Key: Hashable {
    let settings: GraphSettings
    let crystal: ContentKey
  }

  private let folder: URL?
  private let report: @Sendable (String) -> Void
  private let lock = NSLock()
  private var places: [Key: GraphRows.Place] = [:]
  private var opened: Set<String> = []

  /// - Parameters:
  ///   - folder: Where files are kept; `nil` keeps graphs in memory.
  ///   - report: Receives a sentence about a damaged or unwritable file.
  public init(folder: URL? = nil, report: @escaping @Sendable (String) -> Void = { _ in }) {
    self.folder = folder
    self.report = report
  }

  /// The folder for caches of the person who runs the program: `$XDG_CACHE_HOME/athanor/graphs`, or
  /// the same under `~/.cache`.
  public static var standardFolder: URL {
    let root =
      ProcessInfo.processInfo.environment["XDG_CACHE_HOME"].flatMap { path in
        path.hasPrefix("/") ? URL(fileURLWithPath: path) : nil
      } ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache")
    return root.appendingPathComponent("athanor/graphs")
  }

  /// The graphs of crystals, in their order; those that are not there yet are made.
  ///
  /// - Throws: ``GraphRowError`` for the first crystal that has none.
  public func graphs(
    of crystals: [Crystal], _ settings: GraphSettings, threads: Int = 1
  ) throws -> GraphRows {
    let keys = try parallelMap(crystals, threads: threads) { crystal in
      Key(settings: settings, crystal: ContentKey(crystal))
    }
    if let found = known(keys) { return found }
    let set = GraphSegment.name(settings, keys.map(\.crystal))
    if let folder { open(folder.appendingPathComponent(set), set, settings) }
    var seen: Set<Key> = []
    let missing = lock.withLock {
      keys.indices.filter { places[keys[$0]] == nil && seen.insert(keys[$0]).inserted }
    }
    if !missing.isEmpty {
      let graphs = try parallelMap(missing, threads: threads) { row in
        do { return try CrystalGraph(of: crystals[row], settings).bytes } catch {
          throw GraphRowError(row: row, reason: error)
        }
      }
      add(GraphSegment(graphs, keys: missing.map { keys[$0].crystal }), set, settings)
    }
    guard let result = known(keys) else { preconditionFailure("a graph was made and not kept") }
    return result
  }

  private func known(_ keys: [Key]) -> GraphRows? {
    lock.withLock {
      var rows: [GraphRows.Place] = []
      rows.reserveCapacity(keys.count)
      for key in keys {
        guard let place = places[key] else { return nil }
        rows.append(place)
      }
      return GraphRows(places: rows)
    }
  }

  private func open(_ file: URL, _ set: String, _ settings: GraphSettings) {
    guard lock.withLock({ opened.insert(set).inserted }),
      FileManager.default.fileExists(atPath: file.path)
    else { return }
    guard let segment = GraphSegment(file: file) else {
      report("The graphs in \(file.path) are damaged; they are made again.")
      try? FileManager.default.removeItem(at: file)
      return
    }
    keep(segment, settings)
  }

  /// Keeps new graphs in memory, or in a file that is mapped.
  private func add(_ segment: GraphSegment, _ set: String, _ settings: GraphSettings) {
    guard let folder else { return keep(segment, settings) }
    let file = folder.appendingPathComponent(set)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try segment.write(to: file)
    } catch {
      report("Graphs cannot be kept in \(folder.path): \(error.localizedDescription)")
      return keep(segment, settings)
    }
    keep(GraphSegment(file: file) ?? segment, settings)
  }

  private func keep(_ segment: GraphSegment, _ settings: GraphSettings) {
    lock.withLock {
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
