import Ecosystem
import Formats
import Matter

/// One spectrum or pattern.
struct SpectrumCard: Encodable {
  let name: String?
  let quantity: String
  let unit: String?
  let points: Int
  let from: Double
  let to: Double
  let highestAt: Double
  let wavelength: Double?

  init(_ entry: SpectrumEntry) {
    let spectrum = entry.spectrum
    name = entry.name
    quantity = spectrum.axis.quantity
    unit = spectrum.axis.unit
    points = spectrum.pointCount
    from = spectrum.positions.first ?? 0
    to = spectrum.positions.last ?? 0
    let top = spectrum.intensities.indices.max {
      spectrum.intensities[$0] < spectrum.intensities[$1]
    }
    highestAt = top.map { spectrum.positions[$0] } ?? from
    wavelength = spectrum.wavelength
  }
}

/// One picture.
struct ImageCard: Encodable {
  let width: Int
  let height: Int
  let channels: Int
  let bits: Int
  let pages: Int
  let darkest: UInt16
  let brightest: UInt16

  init(_ image: Micrograph, pages: Int) {
    width = image.width
    height = image.height
    channels = image.channels
    bits = image.bits
    self.pages = pages
    darkest = image.samples.min() ?? 0
    brightest = image.samples.max() ?? 0
  }
}

/// A store in numbers.
struct StoreCard: Encodable {
  let records: Int
  let runs: Int
  let properties: [String]

  init(_ store: RecordStore) throws {
    records = try store.recordCount()
    runs = try store.runs().count
    properties = Set(try store.properties().map(\.property)).sorted()
  }
}
