/// The structures of a trajectory, one at a time: memory is bounded by one frame and one chunk,
/// whatever the length of the file.
///
///     let stream = StructureStream(.extendedXYZ, file: name, chunks: source)
///     while let entry = try stream?.next() { … }
public final class StructureStream {
  private enum Reader {
    case extendedXYZ(ExtendedXYZReader)
    case dump(LAMMPSDumpReader)
  }

  private let reader: Reader
  private let file: String
  private var count = 0

  /// Whether files of a format can be read frame by frame; the others are read whole.
  public static func reads(_ format: StructureFormat) -> Bool {
    format == .extendedXYZ || format == .lammpsDump
  }

  /// - Parameters:
  ///   - format: `nil` is returned for formats that ``reads(_:)`` denies.
  ///   - file: The name that errors give.
  ///   - chunks: Bytes of the file in order, in pieces of any size; `nil` at its end. See
  ///     ``Gzip/decompressing(file:limits:_:)`` for packed files.
  public init?(
    _ format: StructureFormat, file: String, chunks: @escaping () throws -> [UInt8]?
  ) {
    switch format {
    case .extendedXYZ: reader = .extendedXYZ(ExtendedXYZReader(file: file, chunks: chunks))
    case .lammpsDump: reader = .dump(LAMMPSDumpReader(file: file, chunks: chunks))
    case .cif, .poscar, .json, .lammpsData: return nil
    }
    self.file = file
  }

  /// The next structure, checked as ``StructureFile/entries(_:file:format:)`` does; `nil` behind the
  /// last.
  ///
  /// - Throws: ``ReadingError`` with the line, also for a file without a frame; and what the source of
  ///   chunks throws. Nothing can be read behind damage of the text; behind a frame that is no
  ///   structure, such as one with two atoms at one place, the next one can.
  public func next() throws -> StructureEntry? { try nextResult()?.get() }

  /// The next structure, or why its frame is none; `nil` behind the last.
  ///
  /// - Throws: What nothing can be read behind: damage of the text, a file without a frame, and what
  ///   the source of chunks throws.
  public func nextResult() throws -> Result<StructureEntry, ReadingError>? {
    let frame =
      switch reader {
      case .extendedXYZ(let reader): try reader.next()
      case .dump(let reader): try reader.next()
      }
    guard let frame else {
      guard count > 0 else {
        throw ReadingError(file: file, message: "The file holds no frame; it is empty.")
      }
      return nil
    }
    count += 1
    do throws(ReadingError) {
      let entry = try frame.entry(file: file)
      try entry.refuseOverlaps(file: file)
      return .success(entry)
    } catch {
      return .failure(error)
    }
  }
}
