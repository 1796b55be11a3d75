import Ecosystem
import Foundation
import Torch

/// A surrogate's state in a safetensors file of canonical form whose checksum covers every byte: a
/// file that was cut off or changed anywhere is refused before a number of it is used.
struct SealedTensors: Sendable {
  var state: SurrogateState
  /// Further texts by name.
  var notes: [String: String]

  private enum Note {
    static let kind = "athanor.kind"
    static let configuration = "athanor.configuration"
    static let checksum = "athanor.checksum"
    static let noChecksum = String(repeating: "0", count: 64)
  }

  init(state: SurrogateState, notes: [String: String]) {
    self.state = state
    self.notes = notes
  }

  /// Equal content gives equal bytes.
  func encoded() -> [UInt8] {
    var all = notes
    all[Note.kind] = state.kind
    all[Note.configuration] = String(decoding: state.configuration, as: UTF8.self)
    all[Note.checksum] = Note.noChecksum
    let blank = Safetensors(tensors: state.tensors, metadata: all)
    all[Note.checksum] = ContentHash(of: blank.encoded()).hex
    return Safetensors(tensors: state.tensors, metadata: all).encoded()
  }

  /// - Parameter file: The name to use in errors.
  init(bytes: [UInt8], file: String) throws(ModelFileError) {
    let content = try SealedTensors.verified(bytes, file: file)
    try SealedTensors.checkFinite(content.tensors, file: file)
    notes = content.metadata
    let taken = (
      notes.removeValue(forKey: Note.kind), notes.removeValue(forKey: Note.configuration)
    )
    notes[Note.checksum] = nil
    state = SurrogateState(
      kind: taken.0 ?? "", configuration: Data((taken.1 ?? "").utf8), tensors: content.tensors)
  }

  /// The content of the file once its checksum has proved every byte.
  private static func verified(
    _ bytes: [UInt8], file: String
  ) throws(ModelFileError) -> Safetensors {
    let content: Safetensors
    do throws(SafetensorsError) {
      content = try Safetensors(bytes: bytes)
    } catch {
      throw ModelFileError(file, .damaged("\(error)"))
    }
    guard let checksum = content.metadata[Note.checksum] else {
      throw ModelFileError(file, .notAModel)
    }
    guard content.encoded() == bytes else {
      throw ModelFileError(file, .damaged("it is not in the form in which models are written."))
    }
    var blank = content
    blank.metadata[Note.checksum] = Note.noChecksum
    guard ContentHash(of: blank.encoded()).hex == checksum else {
      throw ModelFileError(file, .damaged("its checksum does not fit its content."))
    }
    return content
  }

  private static func checkFinite(
    _ tensors: [String: StoredTensor], file: String
  ) throws(ModelFileError) {
    for name in tensors.keys.sorted() {
      let tensor = tensors[name]
      let isFinite = tensor?.doubles?.allSatisfy(\.isFinite) ?? true
      guard isFinite, tensor?.floats?.allSatisfy(\.isFinite) ?? true else {
        throw ModelFileError(file, .damaged("the tensor \"\(name)\" holds NaN or infinity."))
      }
    }
  }
}
