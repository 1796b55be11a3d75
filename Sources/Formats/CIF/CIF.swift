/// The Crystallographic Information File, versions 1.1 and 2.0: the journals', databases' and
/// programs' common form of crystals.
///
/// Goals in order: the atoms that the file means, or a refusal; what deserves a look said in notices;
/// speed (no text is made for a token that is not kept).
public enum CIF {
  /// The content of a file, block by block.
  ///
  /// - Throws: ``ReadingError`` with line and column where the grammar is broken.
  public static func document(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> CIFDocument {
    try CIFDocument(bytes, file: file)
  }

  /// The crystals of a file, one for each data block that has atoms, in the cell that the file gives.
  ///
  /// Symmetry operations are applied; images of one atom that rounding has moved apart become one.
  /// Atoms at the same place share it by their occupancies. A block whose atoms cannot be read is left
  /// out with a notice where another block of the file can.
  ///
  /// - Throws: ``ReadingError`` where the grammar is broken, no block has atoms, or none of those that
  ///   have can be read.
  public static func structures(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> [StructureEntry] {
    try CIFDocument(bytes, file: file).structures(file: file)
  }

  /// Expanding symmetry may make this many atoms; cells in use have far fewer.
  public static let mostExpandedAtoms = 1_000_000
}

extension CIFDocument {
  /// See ``CIF/structures(_:file:)``; `file` is named in errors.
  public func structures(file: String) throws(ReadingError) -> [StructureEntry] {
    let (blocks, place) = (crystals(), CIFPlace(bytes))
    var entries: [StructureEntry] = []
    var refusals: [CIFFault] = []
    for block in blocks {
      do throws(CIFFault) {
        entries.append(try block.get())
      } catch {
        refusals.append(error)
      }
    }
    guard !entries.isEmpty else {
      throw place.error(refusals.first ?? Self.noAtoms, file: file)
    }
    entries[0].notices = notices + leftOut(refusals, place) + entries[0].notices
    return entries
  }

  /// The structures of the data blocks one by one: one that is none does not cost the others.
  ///
  /// - Returns: In the order of the file, a structure or why the block is none, with line and column.
  /// - Throws: ``ReadingError`` for a file without atoms.
  public func results(
    file: String
  ) throws(ReadingError) -> [Result<StructureEntry, ReadingError>] {
    let (blocks, place) = (crystals(), CIFPlace(bytes))
    guard !blocks.isEmpty else { throw place.error(Self.noAtoms, file: file) }
    return blocks.map { $0.mapError { place.error($0, file: file) } }
  }

  private static let noAtoms = CIFFault(
    offset: 0, message: "No data block has atoms; a crystal needs _atom_site_fract_x, y, z.")

  /// Every data block that has atoms, or should.
  private func crystals() -> [Result<StructureEntry, CIFFault>] {
    var blocks: [Result<StructureEntry, CIFFault>] = []
    var known = (offset: 0, line: 1)
    let place = CIFPlace(bytes)
    for index in sections.indices where sections[index].parent == nil {
      let offset = sections[index].offset
      known = (offset, place.line(of: offset, from: known))
      var reader = CIFStructureReader(self, section: index)
      do throws(CIFFault) {
        guard var entry = try reader.read() else { continue }
        entry.line = known.line
        if !reader.notices.isEmpty {
          entry.notices = place.resolve(reader.notices, from: known)
        }
        blocks.append(.success(entry))
      } catch {
        blocks.append(.failure(error))
      }
    }
    return blocks
  }

  private func leftOut(_ refusals: [CIFFault], _ place: CIFPlace) -> [ReadingNotice] {
    place.resolve(
      refusals.map {
        CIFNotice(offset: $0.offset, message: "A data block is left out: \($0.message)")
      })
  }
}
