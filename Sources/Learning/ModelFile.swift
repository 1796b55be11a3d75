public import Ecosystem
internal import Foundation

/// One `.safetensors` file that holds a whole model: weights, settings, calibration, card.
///
/// The file is in canonical form, and its checksum covers every byte: a file that was cut off or
/// changed anywhere is refused before a number of it is used. No code is loaded from it.
public struct ModelFile: Sendable {
  public var card: ModelCard
  public var calibration: Calibration
  public var state: SurrogateState

  /// The rows that the model was trained on, `nil` in older files.
  public var training: TrainingRows?

  /// The form of the file; files of later forms are refused.
  public static let formatVersion = 1

  /// Longest file that is read, bytes.
  public static let sizeLimit = 2 << 30

  private enum Note {
    static let version = "athanor.format"
    static let calibration = "athanor.calibration"
    static let card = "athanor.card"
  }

  public init(
    card: ModelCard, calibration: Calibration, state: SurrogateState, training: TrainingRows? = nil
  ) {
    self.card = card
    self.calibration = calibration
    self.state = state
    self.training = training
  }

  // MARK: Writing

  /// The bytes of the file. Equal models give equal bytes.
  public func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let notes = [
      Note.version: String(ModelFile.formatVersion),
      Note.calibration: String(decoding: try encoder.encode(calibration), as: UTF8.self),
      Note.card: String(decoding: try encoder.encode(card), as: UTF8.self),
    ]
    var sealed = state
    sealed.tensors.merge(training?.tensors ?? [:]) { own, _ in own }
    return SealedTensors(state: sealed, notes: notes).encoded()
  }

  /// Writes the file whole or not at all.
  public func write(
    to path: String, with system: any FileSystem = PosixFileSystem()
  ) throws {
    try AtomicFile.write(encoded(), to: path, with: system)
  }

  // MARK: Reading

  /// - Throws: ``ModelFileError`` naming the file; ``FileError`` when it cannot be read.
  public init(contentsOf path: String) throws {
    try self.init(bytes: AtomicFile.read(path, limit: ModelFile.sizeLimit), file: path)
  }

  /// - Parameter file: The name to use in errors.
  public init(bytes: [UInt8], file: String) throws(ModelFileError) {
    let content = try SealedTensors(bytes: bytes, file: file)
    guard content.state.kind != PretrainedFile.kind else {
      throw ModelFileError(file, .predictsNothing)
    }
    let notes = content.notes
    try ModelFile.checkVersion(notes[Note.version], file: file)
    var state = content.state
    do throws(TrainingRowsError) {
      training = try TrainingRows.taken(from: &state.tensors)
    } catch {
      throw ModelFileError(file, .damaged("its training rows do not fit together."))
    }
    self.state = state
    calibration = try ModelFile.decode(notes[Note.calibration], "calibration", file: file)
    card = try ModelFile.decode(notes[Note.card], "card", file: file)
  }

  static func checkVersion(_ text: String?, file: String) throws(ModelFileError) {
    guard let text, let version = Int(text), version > 0 else {
      throw ModelFileError(file, .damaged("it names no format version."))
    }
    guard version <= formatVersion else { throw ModelFileError(file, .newerFormat(version)) }
  }

  static func decode<T: Decodable>(
    _ text: String?, _ part: String, file: String
  ) throws(ModelFileError) -> T {
    guard let text else { throw ModelFileError(file, .damaged("its \(part) is missing.")) }
    do {
      return try JSONDecoder().decode(T.self, from: Data(text.utf8))
    } catch {
      throw ModelFileError(file, .damaged("its \(part) cannot be read (\(error))."))
    }
  }
}

/// Why a model file cannot be used.
public struct ModelFileError: Error, Hashable, Sendable {
  public enum Reason: Hashable, Sendable {
    /// A safetensors file that this program did not write.
    case notAModel

    case damaged(String)
    case newerFormat(Int)
    case unknownKind(String)

    /// It is a ``PretrainedFile``.
    case predictsNothing

    /// The surrogate refuses its own state.
    case invalidState(String)
  }

  public let file: String
  public let reason: Reason

  public init(_ file: String, _ reason: Reason) {
    self.file = file
    self.reason = reason
  }
}

extension ModelFileError: CustomStringConvertible {
  public var description: String {
    switch reason {
    case .notAModel:
      "\(file) holds tensors but no model; name a file that \"athanor train\" wrote."
    case .damaged(let problem):
      "\(file) is damaged or no model file: \(problem) Train again or restore a copy."
    case .newerFormat(let version):
      "\(file) has format \(version), newer than \(ModelFile.formatVersion), which this program "
        + "reads; update the program."
    case .unknownKind(let kind):
      "\(file) holds a surrogate of the kind \"\(kind)\", which this program does not know; "
        + "update the program."
    case .predictsNothing:
      "\(file) holds networks that have seen crystals but no property, so that they predict nothing; "
        + "give it to \"athanor train --start-from\" together with values."
    case .invalidState(let problem):
      "\(file) does not fit its own settings: \(problem) Train again."
    }
  }
}
