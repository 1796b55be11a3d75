import DenseMath
import Discovery
import Ecosystem
import Foundation
import Hummingbird

/// Campaigns over HTTP: an interface for robots, a dashboard for people, one ledger for each campaign.
public final class LaboratoryService: Sendable {
  public struct Configuration: Sendable {
    public var host = "127.0.0.1"

    /// 0 for any that is free.
    public var port = 8080

    /// Holds a folder with the ledger of each campaign, the tokens and the lock.
    public var folder: String

    /// Workers inside the service, for oracles that are programs; and threads of one fit.
    public var workers = 1
    public var threads = 1
    public var codeVersion: String

    /// A file of records to show, and a folder of spectra named as records.
    public var store: String?
    public var spectra: String?

    /// A folder of model files.
    public var models: String?

    /// Longest pause for requests under way when the service is asked to stop, seconds.
    public var patience = 8.0

    public init(folder: String, codeVersion: String) {
      self.folder = folder
      self.codeVersion = codeVersion
    }

    public var tokenPath: String { folder + "/tokens.json" }
  }

  public let configuration: Configuration
  let hosts: [CampaignHost]
  private let tokens: TokenKeeper
  private let lock: FolderLock
  private let limits: Limits
  private let connections: Connections
  private let records: RecordLibrary?
  private let models: ModelLibrary?
  private let stopping = StopFlag()
  private let log: @Sendable (String) -> Void

  /// Opens the ledgers of all campaigns.
  ///
  /// - Parameters:
  ///   - recipes: Files; each campaign is called as its file.
  ///   - log: Gets what the operator should know.
  /// - Throws: ``ServiceError``, and what reading a recipe or a ledger throws.
  public convenience init(
    recipes: [String], _ configuration: Configuration,
    log: @escaping @Sendable (String) -> Void
  ) throws {
    try self.init(recipes: recipes, configuration, Limits(), log: log)
  }

  init(
    recipes: [String], _ configuration: Configuration, _ limits: Limits,
    log: @escaping @Sendable (String) -> Void
  ) throws {
    self.configuration = configuration
    self.limits = limits.fitted(to: MemoryRoom.left)
    self.log = log
    try AtomicFile.makeFolder(configuration.folder)
    lock = try FolderLock(configuration.folder)
    tokens = try TokenKeeper(path: configuration.tokenPath)
    if !Self.isLoopback(configuration.host), tokens.isOpen {
      throw ServiceError.openToAll(configuration.host)
    }
    records = try configuration.store.map {
      try RecordLibrary(path: $0, spectra: try configuration.spectra.map(Self.folder))
    }
    models = try configuration.models.map { ModelLibrary(folder: try Self.folder($0)) }
    connections = Connections(wanted: limits.connections)
    metrics = ServiceMetrics(connections)
    hosts = try Self.hosts(recipes, configuration)
  }

  /// - Throws: ``ServiceError/noFolder(_:)``.
  private static func folder(_ path: String) throws(ServiceError) -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { throw .noFolder(path) }
    return path
  }

  static func isLoopback(_ host: String) -> Bool {
    NetworkAddress(host)?.reach == .loopback || host == "localhost"
  }

  private static func hosts(
    _ recipes: [String], _ configuration: Configuration
  ) throws -> [CampaignHost] {
    var hosts: [CampaignHost] = []
    for path in recipes {
      let id = try name(of: path)
      guard !hosts.contains(where: { $0.id == id }) else { throw ServiceError.twice(id) }
      var recipe = try CampaignRecipe(path: path)
      if recipe.plan.laboratory == nil { recipe.plan.laboratory = LaboratoryRules() }
      let setup = try recipe.setup(threads: configuration.threads)
      hosts.append(
        try CampaignHost(
          id: id, creation: setup.creation(codeVersion: configuration.codeVersion), setup: setup,
          folder: "\(configuration.folder)/\(id)", workers: configuration.workers,
          threads: configuration.threads))
    }
    return hosts
  }

  /// The name of a recipe's file, in letters that need no care in an address.
  private static func name(of path: String) throws -> String {
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent.lowercased()
    let safe = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    guard safe.contains(where: { $0 != "-" }), safe.count <= 80 else {
      throw ServiceError.name(path)
    }
    return safe
  }

  var routes: Routes {
    Routes(
      hosts: hosts, records: records, models: models, metrics: metrics,
      isReady: { [stopping] in !stopping.isUp })
  }

  private let metrics: ServiceMetrics

  /// What answers requests.
  var responder: Responder {
    Responder(
      routes: RouteTable(routes.all), tokens: tokens, limits: limits, metrics: metrics,
      rates: RateLimiter(rate: limits.rate, burst: limits.burst), traffic: Traffic(limits),
      isLoopback: tokens.isOpen, log: log)
  }

  /// Serves until SIGTERM or SIGINT: what is under way then is finished, and nothing is lost.
  ///
  /// - Parameters:
  ///   - watchesSignals: Otherwise it serves until the task is cancelled.
  ///   - executor: Threads of its own, where others occupy the shared ones for long.
  ///   - onReady: Gets the address once requests are taken.
  public func run(
    watchesSignals: Bool = true, on executor: (any TaskExecutor)? = nil,
    onReady: @escaping @Sendable (String) -> Void
  ) async throws {
    let work = hosts.map { host in
      Task(executorPreference: executor) { [log] in await host.run(log: log) }
    }
    let signals = watchesSignals ? watchSignals() : []
    let configuration = configuration
    let (connections, limits) = (connections, limits)
    let application = Application(
      responder: responder,
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [ConnectionGuard(connections, limits)],
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: limits.headers, maxHeaderListSize: 2 * limits.headers,
            maxHeaderFieldCount: 100))),
      configuration: .init(
        address: .hostname(configuration.host, port: configuration.port), serverName: "athanor"),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? configuration.port
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        onReady("http://\(host):\(port)")
      })
    do {
      try await withTaskExecutorPreference(executor) {
        if watchesSignals {
          try await application.runService()
        } else {
          try await application.run()
        }
      }
    } catch {
      finish(work)
      throw ServiceError.cannotServe(configuration.host, configuration.port, reason: "\(error)")
    }
    finish(work)
    if watchesSignals { ProgramOracle.endAll() }
    for task in work { await task.value }
    for signal in signals { signal.cancel() }
  }

  private func finish(_ work: [Task<Void, Never>]) {
    stopping.raise()
    for task in work { task.cancel() }
    for host in hosts { host.store.finish() }
  }

  /// Ends streams at once, and the process where a request does not end.
  private func watchSignals() -> [any DispatchSourceSignal] {
    [SIGTERM, SIGINT].map { number in
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [self] in
        guard stopping.raise() else { return }
        log("stopping")
        for host in hosts { host.store.finish() }
        DispatchQueue.global().asyncAfter(deadline: .now() + configuration.patience) { [log] in
          // Nothing acknowledged is lost by that: an answer is sent after it is durable.
          log("some requests did not end in time")
          _exit(0)
        }
      }
      source.resume()
      return source
    }
  }
}
