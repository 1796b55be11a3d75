public import Formats

extension Table {
  /// The column that a name means: the column itself, else the only one that has the name without
  /// its unit (`gap` for `gap (eV)`) or in the spelling of filters (`band_gap` for `Band gap (eV)`).
  ///
  /// - Throws: ``ReadingError`` that lists the columns, when there is no such column or more than one.
  public func column(meaning name: String) throws(ReadingError) -> String {
    if has(name) { return name }
    let wanted = RecordSubject.name(name)
    let fitting = columns.filter { column in
      RecordSubject.name(column) == wanted || RecordSubject.name(Self.bare(column)) == wanted
    }
    if fitting.count == 1 { return fitting[0] }
    if fitting.count > 1 {
      throw ReadingError(
        file: file,
        message: "\"\(name)\" may mean \(fitting.map { "\"\($0)\"" }.joined(separator: " or ")); "
          + "name one of them in full.")
    }
    let near =
      nearest(to: name, among: columns)
      ?? nearest(to: wanted, among: columns.map { RecordSubject.name(Self.bare($0)) })
      .flatMap { near in columns.first { RecordSubject.name(Self.bare($0)) == near } }
    let more = columns.count > 20 ? ", … \(columns.count - 20) more" : ""
    throw ReadingError(
      file: file,
      message: "There is no column \"\(name)\"."
        + (near.map { " Did you mean \"\($0)\"?" } ?? "")
        + " The columns are \(columns.prefix(20).joined(separator: ", "))\(more).")
  }

  /// A column's name without the unit that it states.
  private static func bare(_ column: String) -> String {
    guard let unit = unit(of: column), let place = column.ranges(of: unit).last?.lowerBound else {
      return column
    }
    var name = column[..<place]
    while let last = name.last, last.isWhitespace || "([/".contains(last) { name.removeLast() }
    return String(name)
  }
}
