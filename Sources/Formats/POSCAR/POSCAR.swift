import Matter

/// VASP's POSCAR and CONTCAR files, versions 4 to 6 (vasp.at/wiki/POSCAR).
public enum POSCAR {
  /// Coordinates and vector components beyond this, Å or cells, are damage and not data.
  static let largestNumber = 1e6

  /// The structure in a file.
  ///
  /// Velocities and what else may follow the positions is passed over. Element symbols come from the
  /// sixth line (`Fe`, `Fe_pv`, `Si/abc123`; `D` and `T` are hydrogen), else from the ends of the
  /// position lines, else from the comment where its symbols fit the counts.
  ///
  /// Flags of selective dynamics become the property `selective_dynamics`, `[sites, 3]`, 1 for a
  /// coordinate that may move.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - file: The name to use in errors.
  /// - Returns: One entry, named by the comment line.
  /// - Throws: ``ReadingError`` with line and column.
  public static func structures(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> [StructureEntry] {
    var reader = POSCARReader(bytes, file: file)
    return [try reader.entry()]
  }

  /// The species that a symbol in a POSCAR means: its leading letters, so that `Fe_pv`, `Si/abc123`,
  /// `O1` and `Li1+` are read; `nil` when they are no element.
  static func species(_ word: String) -> Species? {
    let letters = String(word.prefix { $0.isASCII && $0.isLetter })
    if letters.utf8.count < word.utf8.count {
      let next = word.utf8[word.utf8.index(word.utf8.startIndex, offsetBy: letters.utf8.count)]
      guard (48...57).contains(next) || "_/.+-:".utf8.contains(next) else { return nil }
    }
    return Species(symbol: letters)
  }
}
