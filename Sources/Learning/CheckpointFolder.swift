public import Ecosystem
import Foundation
import Torch

/// A folder in which networks that are being trained leave what continues them.
///
/// A file is named by the data, the settings and the seed of its run. The same training started
/// again finds it and goes on; other data or settings find nothing. Files are written whole or not
/// at all: a run that is killed at any moment goes on from its last checkpoint. Nothing is removed
/// here: remove the folder once the result is stored.
public struct CheckpointFolder: Sendable {
  public let path: String

  /// Seconds between two checkpoints of a run.
  public var seconds = 30.0

  /// Steps between two checkpoints, besides; `nil` for the seconds alone.
  public var steps: Int?

  /// Asked after each step, on any thread; after a yes the state is written and
  /// ``CheckpointError/stopped(step:of:)`` thrown.
  public var shouldStop: @Sendable () -> Bool = { false }

  /// - Throws: ``FileError`` where there is no such folder and none can be made.
  public init(_ path: String) throws(FileError) {
    self.path = path
    try AtomicFile.makeFolder(path)
  }

  /// The file of the run that `key` names.
  public func file(_ key: ContentHash) -> CheckpointFile {
    CheckpointFile(folder: self, key: key)
  }
}

/// Where one run keeps its state, and at last its result.
public struct CheckpointFile: Sendable {
  public let folder: CheckpointFolder
  public let key: ContentHash

  /// The kind of a file that holds what a run has learned.
  private static let result = "result"

  var path: String { "\(folder.path)/\(key.hex).safetensors" }

  func write(_ checkpoint: Checkpoint) throws { try write(try checkpoint.state) }

  /// Writes what the run has learned, in the place of its state.
  func write(result: [String: StoredTensor]) throws {
    try write(SurrogateState(kind: Self.result, configuration: Data(), tensors: result))
  }

  private func write(_ state: SurrogateState) throws {
    try AtomicFile.write(SealedTensors(state: state, notes: [:]).encoded(), to: path)
  }

  /// The state of a run that is not over, or `nil` where there is none.
  ///
  /// - Throws: ``CheckpointError/unusable(file:reason:)`` for a damaged file, ``FileError``.
  func read() throws -> Checkpoint? {
    guard let state = try state(), state.kind != Self.result else { return nil }
    guard let checkpoint = Checkpoint(state) else {
      throw CheckpointError.unusable(file: path, reason: "it holds no state of a run")
    }
    return checkpoint
  }

  /// What a run that is over has learned, or `nil`.
  func result() throws -> [String: StoredTensor]? {
    guard let state = try state(), state.kind == Self.result else { return nil }
    return state.tensors
  }

  private func state() throws -> SurrogateState? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let bytes = try AtomicFile.read(path, limit: ModelFile.sizeLimit)
    guard let content = try? SealedTensors(bytes: bytes, file: path) else {
      throw CheckpointError.unusable(file: path, reason: "it is damaged")
    }
    return content.state
  }
}

/// Says when the next checkpoint of a run is due.
struct CheckpointClock {
  private let steps: Int?
  private let interval: Duration
  private var lastStep: Int
  private var last = ContinuousClock.now

  init(_ checkpoint: CheckpointFile?, step: Int) {
    steps = checkpoint?.folder.steps
    interval = .seconds(min(max(checkpoint?.folder.seconds ?? 0, 0), 1e9))
    lastStep = step
  }

  mutating func isDue(_ step: Int) -> Bool {
    let now = ContinuousClock.now
    guard steps.map({ step - lastStep >= $0 }) ?? false || now - last >= interval else {
      return false
    }
    (lastStep, last) = (step, now)
    return true
  }
}
