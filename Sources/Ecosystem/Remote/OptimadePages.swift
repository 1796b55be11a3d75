public import Foundation

/// Where a fetch stands: enough to go on after a cut.
public struct OptimadeCursor: Codable, Hashable, Sendable {
  /// The first page of the query.
  public let first: URL

  /// The page to ask for next; `nil` when all has come.
  public fileprivate(set) var next: URL?

  public fileprivate(set) var pages = 0
  public fileprivate(set) var entries = 0
  public fileprivate(set) var bytes = 0

  public var isFinished: Bool { next == nil }
}

/// The pages of one query, one after the other.
///
/// Store ``cursor`` together with the entries of each page: a fetch that was cut goes on from there,
/// and no entry is lost or asked for twice. Paging that never ends is noticed: a page whose address
/// was already asked for, entries that all came on the page before, more than ten empty pages.
public struct OptimadePages: Sendable {
  public private(set) var cursor: OptimadeCursor

  private let client: OptimadeClient
  private let start: Double
  private var visited: Set<URL> = []
  private var lastIdentifiers: Set<String> = []
  private var emptyPages = 0

  init(
    _ client: OptimadeClient, first: URL, from cursor: OptimadeCursor?
  ) throws(RemoteError) {
    if let cursor {
      guard cursor.first == first, cursor.next.map({ $0.origin == first.origin }) ?? true else {
        throw .foreignCursor(first.shown)
      }
    }
    self.client = client
    self.cursor = cursor ?? OptimadeCursor(first: first, next: first)
    start = client.waiting.seconds()
  }

  /// The next page; `nil` after the last.
  ///
  /// - Throws: ``RemoteError``; ``cursor`` then still names the page that failed.
  public mutating func next() async throws(RemoteError) -> OptimadePage? {
    guard let url = cursor.next else { return nil }
    try checkLimits(url)
    guard visited.insert(url).inserted else { throw .repeatedPage(url.shown) }
    var size = 0
    let page: OptimadePage
    do throws(RemoteError) {
      page = try await client.transport.get(client.request(url)) { response throws(RemoteError) in
        size = response.body.count
        return try OptimadePage(response, at: url)
      }
    } catch {
      visited.remove(url)
      throw error
    }
    try checkProgress(page)
    if let delay = page.requestDelay { client.transport.keepInterval(of: delay) }
    cursor.next = page.next
    cursor.pages += 1
    cursor.entries += page.entries.count
    cursor.bytes += size
    return page
  }

  private func checkLimits(_ url: URL) throws(RemoteError) {
    let limits = client.limits
    if cursor.pages >= limits.pages { throw .tooMany(url.shown, limit: "\(limits.pages) pages") }
    if cursor.bytes >= limits.bytes { throw .tooMany(url.shown, limit: "\(limits.bytes) bytes") }
    let elapsed = client.waiting.seconds() - start
    guard elapsed < limits.totalSeconds else {
      throw .tooMany(url.shown, limit: "\(Int(limits.totalSeconds)) s")
    }
  }

  private mutating func checkProgress(_ page: OptimadePage) throws(RemoteError) {
    if let next = page.next, visited.contains(next) { throw .repeatedPage(next.shown) }
    let identifiers = Set(page.entries.map(\.id))
    if !identifiers.isEmpty, identifiers == lastIdentifiers { throw .repeatedPage(page.url.shown) }
    lastIdentifiers = identifiers
    emptyPages = identifiers.isEmpty ? emptyPages + 1 : 0
    guard emptyPages <= 10 else { throw .repeatedPage(page.url.shown) }
  }
}
