import Foundation
import Matter

extension Record {
  /// The record as one line of JSON: key, formula, measurements with their sources, and the structure
  /// exactly as it was read (`cell` in Å, positions in fractions of it).
  public func jsonLine() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let values = measurements.map { Line($0) }
    let list = String(decoding: try encoder.encode(values), as: UTF8.self)
    var text = "{\"key\":\"\(key)\",\"formula\":\"\(composition.formula)\",\"measurements\":\(list)"
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
}
