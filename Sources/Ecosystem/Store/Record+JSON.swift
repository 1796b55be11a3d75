import Foundation
import Matter

extension Record {
  /// The record as one line of JSON: key, formula, measurements with their sources, all sources, and
  /// the structure exactly as it was read (`cell` in Å, positions in fractions of it). Imported
  /// again, it is the same record.
  ///
  /// - Parameter flagged: Values that are kept and not used, written beside the others; see
  ///   ``RecordStore/flaggedValues(of:)-(Record)``.
  public func jsonLine(flagged: [SourcedFlag] = []) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func list(_ values: some Encodable) throws -> String {
      String(decoding: try encoder.encode(values), as: UTF8.self)
    }
    var text = "{\"key\":\"\(key)\",\"formula\":\"\(composition.formula)\""
    text += ",\"measurements\":" + (try list(measurements.map { Line($0) }))
    text += ",\"sources\":" + (try list(sources))
    if !flagged.isEmpty { text += ",\"flagged\":" + (try list(flagged.map { FlaggedLine($0) })) }
    if let crystal {
      text += ",\"structure\":" + String(decoding: StoredStructure.bytes(crystal), as: UTF8.self)
    } else if let molecule {
      text += ",\"structure\":" + String(decoding: StoredStructure.bytes(molecule), as: UTF8.self)
    }
    return text + "}"
  }

  private struct Line: Encodable {
    let property: String
    let value: Double
    let unit: String?
    let standardUncertainty: Double?
    let fidelity: String?
    let source: Source

    init(_ sourced: SourcedMeasurement) {
      let measurement = sourced.measurement
      property = measurement.property
      value = measurement.value
      unit = measurement.unit
      standardUncertainty = measurement.standardUncertainty
      fidelity = measurement.fidelity
      source = sourced.source
    }
  }

  private struct FlaggedLine: Encodable {
    let property: String
    let text: String
    let unit: String?
    let uncertainty: String?
    let fidelity: String?
    let flags: [MeasurementFlag]
    let source: Source

    init(_ sourced: SourcedFlag) {
      let value = sourced.measurement
      property = value.property
      text = value.text
      unit = value.unit
      uncertainty = value.uncertainty
      fidelity = value.fidelity
      flags = value.flags
      source = sourced.source
    }
  }
}
