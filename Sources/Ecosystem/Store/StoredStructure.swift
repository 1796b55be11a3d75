package import Formats
import Foundation
package import Matter

/// A crystal or a molecule as a store keeps it: exact, as it was read, in JSON with one form for one
/// value.
///
/// `{"cell":[9 numbers],"sites":[[x,y,z,"Fe",occupancy,charge,mass,…],…],"labels":[…],"moments":[…]}`
/// with positions in fractions and four values for each occupant of a site (`null` where nothing is
/// known); without `cell`, positions are in Å.
package enum StoredStructure {
  package static func bytes(_ crystal: Crystal) -> [UInt8] {
    var text = "{\"cell\":["
    let vectors = [crystal.lattice.a, crystal.lattice.b, crystal.lattice.c]
    text += vectors.map(numbers).joined(separator: ",")
    text += "],\"sites\":["
    for site in crystal.positions.indices {
      if site > 0 { text += "," }
      text += "[\(numbers(crystal.positions[site]))"
      for occupant in crystal.occupants(of: site) {
        let species = occupant.species
        text += ",\"\(species.element.symbol)\",\(occupant.occupancy),"
        text += "\(species.oxidationState.map(\.description) ?? "null"),"
        text += species.massNumber.map(\.description) ?? "null"
      }
      text += "]"
    }
    text += "]"
    if let labels = crystal.labels {
      text += ",\"labels\":[\(labels.map(quoted).joined(separator: ","))]"
    }
    if let moments = crystal.magneticMoments {
      text += ",\"moments\":[\(moments.map(numbers).joined(separator: ","))]"
    }
    return Array((text + "}").utf8)
  }

  static func bytes(_ molecule: Molecule) -> [UInt8] {
    let sites = zip(molecule.elements, molecule.positions).map { element, position in
      "[\(numbers(position)),\"\(element.symbol)\",1.0,null,null]"
    }
    return Array("{\"sites\":[\(sites.joined(separator: ","))]}".utf8)
  }

  /// The inverse of both.
  package static func read(_ bytes: [UInt8], place: String) throws -> StructureEntry.Arrangement {
    try read(JSONValue(json: bytes, file: place), place: place)
  }

  /// - Parameter value: What ``bytes(_:)`` say.
  static func read(_ value: JSONValue, place: String) throws -> StructureEntry.Arrangement {
    let damage = StoreError.corrupt(place, reason: "a stored structure cannot be read")
    guard case .object(let members) = value else { throw damage }
    let parts = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value) })
    guard case .array(let rows)? = parts["sites"] else { throw damage }
    var (positions, occupants, counts): ([SIMD3<Double>], [Occupant], [Int]) = ([], [], [])
    for row in rows {
      guard let site = readSite(row) else { throw damage }
      positions.append(site.position)
      occupants += site.occupants
      counts.append(site.occupants.count)
    }
    guard let cell = parts["cell"] else {
      return .molecule(try Molecule(elements: occupants.map(\.element), positions: positions))
    }
    guard let vectors = readVectors(cell), vectors.count == 3 else { throw damage }
    return .crystal(
      try Crystal(
        lattice: Lattice(a: vectors[0], b: vectors[1], c: vectors[2]), occupants: occupants,
        counts: counts, positions: positions, labels: parts["labels"].flatMap(readStrings),
        magneticMoments: parts["moments"].flatMap(readVectors)))
  }

  private static func readSite(
    _ value: JSONValue
  ) -> (position: SIMD3<Double>, occupants: [Occupant])? {
    guard case .array(let parts) = value, parts.count >= 7, (parts.count - 3) % 4 == 0,
      let position = readVectors(.array(Array(parts[..<3])))?.first
    else { return nil }
    var occupants: [Occupant] = []
    for start in stride(from: 3, to: parts.count, by: 4) {
      guard case .string(let symbol) = parts[start], let element = Element(symbol: symbol),
        let occupancy = number(parts[start + 1])
      else { return nil }
      let species = Species(
        element, oxidationState: number(parts[start + 2]),
        massNumber: number(parts[start + 3]).flatMap { Int(exactly: $0) })
      occupants.append(Occupant(species, occupancy: occupancy))
    }
    return (position, occupants)
  }

  private static func readVectors(_ value: JSONValue) -> [SIMD3<Double>]? {
    guard case .array(let items) = value, items.count % 3 == 0 else { return nil }
    let numbers = items.compactMap(number)
    guard numbers.count == items.count else { return nil }
    return stride(from: 0, to: numbers.count, by: 3).map {
      SIMD3(numbers[$0], numbers[$0 + 1], numbers[$0 + 2])
    }
  }

  private static func readStrings(_ value: JSONValue) -> [String]? {
    guard case .array(let items) = value else { return nil }
    return items.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  private static func number(_ value: JSONValue) -> Double? {
    if case .number(let text) = value { Double(text) } else { nil }
  }

  private static func numbers(_ vector: SIMD3<Double>) -> String {
    "\(vector.x),\(vector.y),\(vector.z)"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 32:
        result +=
          "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2)
          + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
