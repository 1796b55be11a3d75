import Ecosystem
import Formats
import Learning
import Matter

/// One material that a model is asked about, as a body gives it: a formula, the text of a structure,
/// or a record of the store; with the conditions that the model was trained with.
struct MaterialQuestion: Sendable {
  enum Content: Hashable, Sendable {
    case formula(String)
    case structure(String)
    case record(String)
  }

  let name: String?
  let content: Content

  /// By name; of texts, the method of the measurement alone.
  let variables: [String: Double]

  private static let members = ["name", "formula", "structure", "record", "variables"]

  /// - Throws: ``Problem`` for unknown members, and where it is not said which material is meant.
  init(_ item: JSONValue) throws(Problem) {
    guard let members = item.members else {
      throw Problem(400, "wrong-kind", "A material is an object with formula, structure or record.")
    }
    for member in members where !Self.members.contains(member.key) {
      throw Problem(
        400, "unknown-field",
        "A material has a field that is not one of: \(Self.members.joined(separator: ", ")).")
    }
    func text(_ name: String, _ limit: Int) throws(Problem) -> String? {
      guard let value = item[name], value != .null else { return nil }
      guard let text = value.text, !text.isEmpty, text.unicodeScalars.count <= limit else {
        throw Problem(
          400, "wrong-kind", "The \(name) of a material is a text of 1 to \(limit) characters.")
      }
      return text
    }
    name = try text("name", 200)
    let contents: [Content] = [
      try text("formula", 1000).map(Content.formula),
      try text("structure", 4 << 20).map(Content.structure),
      try text("record", 64).map(Content.record),
    ].compactMap { $0 }
    guard let content = contents.first, contents.count == 1 else {
      throw Problem(422, "which-material", "A material has one of formula, structure and record.")
    }
    self.content = content
    var variables: [String: Double] = [:]
    if let given = item["variables"], given != .null {
      guard let given = given.members else {
        throw Problem(400, "wrong-kind", "The variables of a material are an object of numbers.")
      }
      for member in given {
        guard let value = member.value.double, value.isFinite else {
          throw Problem(400, "wrong-kind", "The variables of a material are an object of numbers.")
        }
        variables[member.key] = value
      }
    }
    self.variables = variables
  }

  /// The material itself.
  ///
  /// - Parameter records: The store's, by key.
  /// - Returns: Or why there is none, one sentence.
  func candidate(
    for card: ModelCard, methods: [Double], records: [String: Candidate]
  ) -> Result<Candidate, Refused> {
    do {
      let material: Candidate
      switch content {
      case .formula(let formula): material = Candidate(try Composition(formula: formula))
      case .structure(let text):
        let entries = try StructureText.entries(
          inCell: text, column: "structure", file: "structure")
        guard let entry = entries.first, entries.count == 1 else {
          return .failure(
            Refused("The text holds \(entries.count) structures; send each by itself."))
        }
        guard let crystal = entry.crystal else {
          return .failure(Refused("The text holds a molecule; models take crystals."))
        }
        material = Candidate(crystal)
      case .record(let key):
        guard let record = records[key] else {
          return .failure(Refused("There is no such record."))
        }
        material = record
      }
      return .success(material.with(variables: try values(card) + methods))
    } catch let refused as Refused {
      return .failure(refused)
    } catch {
      return .failure(Refused("\(error)"))
    }
  }

  private func values(_ card: ModelCard) throws(Refused) -> [Double] {
    let names = card.variableNames.dropLast(card.fidelity?.levels.count ?? 0)
    if let other = variables.keys.sorted().first(where: { !names.contains($0) }) {
      throw Refused("The model knows no variable \"\(other.prefix(100))\".")
    }
    var values: [Double] = []
    for name in names {
      guard let value = variables[name] else {
        throw Refused("The model needs the variable \"\(name)\".")
      }
      values.append(value)
    }
    return values
  }

  /// Why nothing can be said about a material.
  struct Refused: Error, Hashable {
    let sentence: String

    init(_ sentence: String) {
      self.sentence = sentence
    }
  }
}
