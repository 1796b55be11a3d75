import Ecosystem
import Formats
import Matter

/// One thing to read on any thread: a cell, an entry, or a small file.
enum CompoundJob: Sendable {
  typealias Compound = CompoundFiles.Compound

  /// A structure in a cell; the error bears its place.
  case cell(String, ReadingError, CompoundFiles.Kind)
  case formula(String, ReadingError)
  case entry(Result<StructureEntry, ReadingError>, String, CompoundFiles.Kind)
  case file(String, CompoundFiles.Kind, limit: Int)

  func run<Value>(
    _ transform: (Compound) throws -> Value
  ) -> [Result<Value, ReadingError>] {
    compounds().map { result in
      result.flatMap { compound, place in
        do {
          return .success(try transform(compound))
        } catch {
          return .failure(Self.error(at: place, "\(error)"))
        }
      }
    }
  }

  private typealias Found = Result<(Compound, ReadingError), ReadingError>

  private func compounds() -> [Found] {
    switch self {
    case .formula(let text, let place):
      do throws(FormulaError) {
        let composition = try Composition(formula: text)
        return [.success((Compound(composition: composition, crystal: nil), place))]
      } catch {
        return [.failure(Self.error(at: place, "\(error)"))]
      }
    case .cell(let text, let place, let kind):
      return [Self.cell(text, place, kind)]
    case .entry(let result, let file, let kind):
      return [result.flatMap { Self.compound($0, ReadingError(file: file, message: ""), kind) }]
    case .file(let path, let kind, let limit):
      return Self.file(path, kind, limit)
    }
  }

  private static func cell(
    _ text: String, _ place: ReadingError, _ kind: CompoundFiles.Kind
  ) -> Found {
    do throws(ReadingError) {
      let entries = try StructureText.entries(
        inCell: text, column: place.field, file: place.file)
      guard let entry = entries.first, entries.count == 1 else {
        return .failure(error(at: place, "The cell holds \(entries.count) structures, not one."))
      }
      return compound(entry, place, kind)
    } catch {
      let line = error.line > 0 ? "Line \(error.line) of the cell: " : ""
      return .failure(Self.error(at: place, line + error.message))
    }
  }

  private static func file(
    _ path: String, _ kind: CompoundFiles.Kind, _ limit: Int
  ) -> [Found] {
    do {
      let bytes = try SourceFiles.bytes(of: path, limit: limit)
      return try StructureResults.all(bytes, file: path).map { result in
        result.flatMap { compound($0, ReadingError(file: path, message: ""), kind) }
      }
    } catch {
      let refusal =
        error as? ReadingError ?? ReadingError(file: path, message: "\(error)")
      return [.failure(refusal)]
    }
  }

  private static func compound(
    _ entry: StructureEntry, _ place: ReadingError, _ kind: CompoundFiles.Kind
  ) -> Found {
    let name = entry.name.map { "\($0): " } ?? ""
    let place = ReadingError(
      file: place.file, line: max(place.line, entry.line), field: place.field, message: name)
    switch entry.arrangement {
    case .crystal(let crystal):
      let compound = Compound(
        composition: crystal.composition, crystal: kind == .crystals ? crystal : nil)
      return .success((compound, place))
    case .molecule:
      return .failure(error(at: place, "A molecule has no cell; a crystal is needed."))
    }
  }

  private static func error(at place: ReadingError, _ message: String) -> ReadingError {
    ReadingError(
      file: place.file, line: place.line, column: place.column, field: place.field,
      message: place.message + message)
  }
}
