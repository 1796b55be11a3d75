/// Labels of methods that mean one family of protocols (functional with +U, dispersion and spin–orbit
/// coupling; experiment), and what they say beyond it; see ``MethodLabel``.
public struct ProtocolFamily: Codable, Hashable, Sendable {
  /// ``MethodLabel/fidelity``: `PBE+U`, `experiment`, `unknown`.
  public let name: String
  public let kind: MethodLabel.Kind

  /// Rows with one of the labels.
  public let rows: Int

  /// The labels as they are written, in alphabetical order.
  public let labels: [String]

  /// What the labels state, each once and in order; empty where they say nothing.
  public let pseudopotentials: [String]
  public let kMeshes: [String]

  /// Of plane waves, eV.
  public let cutoffs: [Double]

  /// Such as `Fe 4.3 eV`.
  public let hubbardU: [String]

  /// Words that were not understood.
  public let unread: [String]

  /// The families in some labels, one label for each row, empty where nothing is said; the largest
  /// family first.
  public static func all(in labels: [String]) -> [ProtocolFamily] {
    let counts = Dictionary(
      labels.filter { !$0.isEmpty }.map { ($0, 1) }, uniquingKeysWith: +)
    let read = counts.sorted { $0.key < $1.key }.map { label, rows in
      Reading(label: label, rows: rows, method: MethodLabel(parsing: label))
    }
    return Dictionary(grouping: read) { $0.method.fidelity }.map { ProtocolFamily($0, $1) }
      .sorted { ($1.rows, $0.name) < ($0.rows, $1.name) }
  }

  private struct Reading {
    let label: String
    let rows: Int
    let method: MethodLabel
  }

  private init(_ name: String, _ members: [Reading]) {
    let methods = members.map(\.method)
    self.name = name
    kind = methods.map(\.kind).first { $0 != .unknown } ?? .unknown
    rows = members.reduce(0) { $0 + $1.rows }
    labels = members.map(\.label)
    pseudopotentials = Set(methods.compactMap(\.pseudopotential)).sorted()
    kMeshes = Set(methods.compactMap(\.kMesh)).sorted { $0.lexicographicallyPrecedes($1) }
      .map { $0.map(String.init).joined(separator: "×") }
    cutoffs = Set(methods.compactMap(\.cutoff)).sorted()
    hubbardU =
      Set(
        methods.flatMap { method in
          method.hubbardU.map { element, value in
            (element.isEmpty ? "" : "\(element) ") + "\(value) eV"
          }
        }
      ).sorted()
    unread = Set(methods.flatMap(\.unread)).sorted()
  }

  /// What the labels say beyond the family: `PAW; 6×6×4; 520 eV; U Fe 4.3 eV`, empty for nothing.
  public var details: String {
    var parts: [String] = []
    func add(_ prefix: String, _ values: [String]) {
      guard !values.isEmpty else { return }
      let more = values.count > 4 ? " and \(values.count - 4) more" : ""
      parts.append(prefix + values.prefix(4).joined(separator: ", ") + more)
    }
    add("", pseudopotentials)
    add("k-mesh ", kMeshes)
    add("cutoff ", cutoffs.map { "\(Int(exactly: $0).map { "\($0)" } ?? "\($0)") eV" })
    add("U ", hubbardU)
    add("not understood: ", unread)
    return parts.joined(separator: "; ")
  }
}

extension MethodLabel {
  /// The family of a label where it is understood, else the label itself: values of one family are
  /// grouped together, and nothing is thrown into one group for not being understood.
  public static func family(of label: String) -> String {
    let method = MethodLabel(parsing: label)
    return method.fidelity == "unknown" ? label : method.fidelity
  }
}
