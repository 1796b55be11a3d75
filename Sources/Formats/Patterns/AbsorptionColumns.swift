import Foundation
import Matter

/// The columns of an X-ray absorption file (XDI 1.0, Ravel and Newville, J. Phys. Conf. Ser. 712,
/// 012148 (2016)), and the absorption they hold.
struct AbsorptionColumns {
  private let names: [String]

  init(_ header: [SpectrumEntry.HeaderLine]) {
    var names: [Int: String] = [:]
    for line in header where line.key.lowercased().hasPrefix("column.") {
      if let place = Int(line.key.dropFirst(7)), (1...1000).contains(place) {
        names[place] = line.value.split(separator: " ").first.map { $0.lowercased() } ?? ""
      }
    }
    self.names = (1...max(names.keys.max() ?? 1, 1)).map { names[$0] ?? "" }
  }

  /// Absorption against energy: a column of it where there is one, else from the counters.
  func points(
    _ table: NumberColumns, _ notices: inout [ReadingNotice]
  ) throws(ReadingError) -> (PointColumns, Spectrum.Axis) {
    let place = self.place(["energy", "angle"], table) ?? 0
    let (values, source) = try absorption(table)
    notices.append(ReadingNotice("Intensity: \(source)."))
    let isAngle = names.indices.contains(place) && names[place] == "angle"
    return (
      PointColumns(positions: table.column(place), intensities: values, line: table.lines[0]),
      isAngle ? Spectrum.Axis("angle", unit: "deg") : Spectrum.Axis("energy", unit: "eV")
    )
  }

  private func absorption(
    _ table: NumberColumns
  ) throws(ReadingError) -> (values: [Double], source: String) {
    if let place = place(["mutrans", "mufluor", "mu", "normtrans", "normfluor", "norm"], table) {
      return (table.column(place), "column \(names[place])")
    }
    let incoming = place(["i0"], table)
    if let incoming, let place = place(["itrans", "i1"], table) {
      return (
        try ratio(table, incoming, place).map { log($0) }, "ln(i0/\(names[place]))"
      )
    }
    if let incoming, let place = place(["ifluor", "if"], table) {
      return (try ratio(table, place, incoming), "\(names[place])/i0")
    }
    guard table.width >= 2 else {
      throw ReadingError(
        file: table.file, line: table.lines[0],
        message: "The line holds one number; a spectrum needs an energy and an intensity.")
    }
    return (table.column(1), "the second column")
  }

  private func ratio(
    _ table: NumberColumns, _ upper: Int, _ lower: Int
  ) throws(ReadingError) -> [Double] {
    let ratios = zip(table.column(upper), table.column(lower)).map { $0 / $1 }
    if let row = ratios.firstIndex(where: { !($0.isFinite && $0 > 0) }) {
      throw ReadingError(
        file: table.file, line: table.lines[row],
        message: "A counter is zero or negative, so the absorption cannot be told.")
    }
    return ratios
  }

  private func place(_ wanted: [String], _ table: NumberColumns) -> Int? {
    for name in wanted {
      if let place = names.firstIndex(of: name), place < table.width { return place }
    }
    return nil
  }
}
