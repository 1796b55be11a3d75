import Ecosystem
import Formats
import Matter

/// Records as the bytes of a file whose name tells its format.
struct RecordWriter {
  private enum Format {
    case csv(RecordTable, CSVText)
    case jsonLines([UInt8])
    case extendedXYZ([UInt8])
    case cif([UInt8])
  }

  private var format: Format
  private(set) var written = 0

  /// Records without a structure, or with one that the format cannot say.
  private(set) var leftOut = 0

  init(_ output: String, store: RecordStore, properties: [String]) throws {
    let name = output.lowercased()
    if name.hasSuffix(".csv") {
      let table = try RecordTable(
        store.properties(), wanted: properties, uncertainties: store.propertiesWithUncertainty())
      format = .csv(table, CSVText(header: table.header))
    } else if name.hasSuffix(".jsonl") {
      format = .jsonLines([])
    } else {
      format = name.hasSuffix(".cif") ? .cif([]) : .extendedXYZ([])
    }
  }

  var needsStructures: Bool {
    if case .csv = format { false } else { true }
  }

  /// Why records are left out.
  let reason =
    "only their composition is known; or sites are shared, which .cif and .jsonl can hold; or the "
    + "atoms repeat nowhere, which .extxyz and .jsonl can hold."

  var bytes: [UInt8] {
    switch format {
    case .csv(_, let text): text.bytes
    case .jsonLines(let bytes), .extendedXYZ(let bytes), .cif(let bytes): bytes
    }
  }

  /// - Parameter flagged: For JSON lines; see ``Record/jsonLine(flagged:)``.
  mutating func add(_ record: Record, flagged: [SourcedFlag] = []) throws {
    switch format {
    case .csv(let table, var text):
      format = .jsonLines([])
      for row in table.rows(record) { text.append(row) }
      format = .csv(table, text)
    case .jsonLines(var bytes):
      format = .jsonLines([])
      bytes.append(contentsOf: Array((try record.jsonLine(flagged: flagged) + "\n").utf8))
      format = .jsonLines(bytes)
    case .cif(var bytes):
      guard let crystal = record.crystal else {
        leftOut += 1
        return
      }
      format = .jsonLines([])
      // Blocks are named by the key, which no two records share.
      let entry = StructureEntry(name: record.key, arrangement: .crystal(crystal))
      bytes.append(contentsOf: Array(CIF.text([entry]).utf8))
      format = .cif(bytes)
    case .extendedXYZ(var bytes):
      guard let frame = AtomicFrame(record) else {
        leftOut += 1
        return
      }
      format = .jsonLines([])
      bytes.append(contentsOf: Array(ExtendedXYZ.text([frame]).utf8))
      format = .extendedXYZ(bytes)
    }
    written += 1
  }
}

extension AtomicFrame {
  /// The structure of a record with its measurements, of each property the last.
  ///
  /// - Returns: `nil` where there is none, or sites are shared.
  init?(_ record: Record) {
    var info: [Info] = [
      Info("key", .text(record.key)), Info("formula", .text(record.composition.formula)),
    ]
    var values: [String: Double] = [:]
    var names: [String] = []
    for sourced in record.measurements {
      let name = RecordSubject.name(sourced.measurement.property)
      if values.updateValue(sourced.measurement.value, forKey: name) == nil { names.append(name) }
    }
    for name in names { info.append(Info(name, .real(values[name] ?? 0))) }
    if let crystal = record.crystal, let elements = crystal.elements {
      let lattice = crystal.lattice
      self.init(
        symbols: elements.map(\.symbol), positions: crystal.cartesianPositions,
        cell: Cell(a: lattice.a, b: lattice.b, c: lattice.c), info: info)
    } else if let molecule = record.molecule {
      self.init(
        symbols: molecule.elements.map(\.symbol), positions: molecule.positions, info: info)
    } else {
      return nil
    }
  }
}
