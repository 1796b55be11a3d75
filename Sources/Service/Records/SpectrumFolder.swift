import Ecosystem
import Formats
import Foundation
import Matter

/// Measured spectra and diffraction patterns in files that are named as records: by the key, by the
/// name of a row, or by the formula.
struct SpectrumFolder: Sendable {
  private let folder: String

  /// Longest file that is read, bytes; most files of one record.
  private static let mostBytes = 32 << 20
  private static let mostFiles = 20

  init(_ folder: String) {
    self.folder = folder
  }

  /// - Throws: ``FileError``; a file that is no spectrum is shown with what is wrong with it.
  func spectra(of history: RecordHistory) throws -> [SpectrumAnswer] {
    let names = Self.names(of: history)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter {
      file in
      Self.stem(file).map(names.contains) == true && Self.isRegular("\(folder)/\(file)")
    }
    return files.prefix(Self.mostFiles).flatMap { file in
      do {
        let bytes = try AtomicFile.read("\(folder)/\(file)", limit: Self.mostBytes)
        return try PatternFile.spectra(bytes, file: file).map { SpectrumAnswer($0, file: file) }
      } catch let error as ReadingError {
        return [SpectrumAnswer(file: file, problem: "\(error)")]
      } catch {
        return [SpectrumAnswer(file: file, problem: "It cannot be read.")]
      }
    }
  }

  /// What a file of the record may be called.
  private static func names(of history: RecordHistory) -> Set<String> {
    var names: Set = [history.key, history.formula]
    for entry in history.sources {
      // A locator is the name of the row, the line, or both.
      if let name = entry.source.locator.components(separatedBy: ", line ").first,
        !name.hasPrefix("line ")
      {
        names.insert(name)
      }
    }
    return names
  }

  /// The name without the ending of a pattern file.
  private static func stem(_ file: String) -> String? {
    let endings = PatternFile.suffixes + [".csv", ".txt"]
    return endings.first { file.lowercased().hasSuffix($0) }.map { String(file.dropLast($0.count)) }
  }

  /// Not a folder, and no link that leads elsewhere.
  static func isRegular(_ path: String) -> Bool {
    let facts = try? FileManager.default.attributesOfItem(atPath: path)
    return facts?[.type] as? FileAttributeType == .typeRegular
  }
}
