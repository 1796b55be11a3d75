import Ecosystem
import Formats
import Matter

/// What a store holds.
struct StoreAnswer: Encodable, Hashable, Sendable {
  let records: Int
  let properties: [PropertySummary]
}

/// One page of records.
struct RecordPageAnswer: Encodable, Sendable {
  let records: [RecordAnswer]

  /// Where the next page starts; absent on the last one.
  let next: Int?
}

/// One record in a list.
struct RecordAnswer: Encodable, Hashable, Sendable {
  let key: String
  let formula: String
  let elements: [String]
  let sources: Int

  /// The first twenty, in the order they were recorded.
  let measurements: [Measurement]
  let measurementCount: Int

  init(_ record: Record) {
    key = record.key
    formula = record.composition.formula
    elements = record.composition.elements.map(\.symbol)
    sources = record.sources.count
    measurements = record.measurements.prefix(20).map(\.measurement)
    measurementCount = record.measurements.count
  }
}

/// All about one record.
struct RecordDetail: Encodable, Sendable {
  let key: String
  let formula: String

  /// Of its structure.
  let sites: Int?

  /// Everything that was read, withdrawn or not, with where it was read.
  let sources: [RecordHistory.Entry]
  let structure: StructureAnswer?
  let spectra: [SpectrumAnswer]

  init(_ history: RecordHistory, structure: StructureAnswer?, spectra: [SpectrumAnswer]) {
    key = history.key
    formula = history.formula
    sites = history.sites
    sources = history.sources
    self.structure = structure
    self.spectra = spectra
  }
}

/// One file that was read into the store.
struct DatasetDetail: Encodable, Sendable {
  let run: ImportRun
  let refusals: [Refusal]
  let flagged: [FlaggedEntry]
}

/// One spectrum, thinned to what a screen can show.
struct SpectrumAnswer: Encodable, Hashable, Sendable {
  let file: String
  var name: String?
  var quantity: String?
  var unit: String?

  /// Of the radiation, Å.
  var wavelength: Double?
  var pointCount = 0

  /// At most 4,000 points: of each stretch the lowest and the highest.
  var positions: [Double] = []
  var intensities: [Double] = []

  /// Why it cannot be shown.
  var problem: String?

  init(file: String, problem: String) {
    self.file = file
    self.problem = problem
  }

  init(_ entry: SpectrumEntry, file: String) {
    let spectrum = entry.spectrum
    self.file = file
    name = entry.name
    quantity = spectrum.axis.quantity
    unit = spectrum.axis.unit
    wavelength = spectrum.wavelength
    pointCount = spectrum.pointCount
    let kept = Self.thinned(spectrum.intensities, to: 4000)
    positions = kept.map { spectrum.positions[$0] }
    intensities = kept.map { spectrum.intensities[$0] }
  }

  /// Places that keep every peak: the extremes of stretches of equal length.
  static func thinned(_ values: [Double], to count: Int) -> [Int] {
    guard values.count > count else { return Array(values.indices) }
    let stretches = count / 2
    return (0..<stretches).flatMap { stretch -> [Int] in
      let range = stretch * values.count / stretches..<(stretch + 1) * values.count / stretches
      guard let low = range.min(by: { values[$0] < values[$1] }),
        let high = range.max(by: { values[$0] < values[$1] })
      else { return [] }
      return low == high ? [low] : [min(low, high), max(low, high)]
    }
  }
}
